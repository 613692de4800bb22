import LeadModel

/// The average of many boosted models, each grown on a bag of its own: bagging steadies what single steps choose
/// (Breiman 1996), and the rows left out of a bag say when to stop.
struct Ensemble {
    var intercept: Double
    /// By attribute and bin, as in the table, in log-odds.
    var points: [Double]
    /// By pair and cell of its groups.
    var cells: [(pair: AttributePair, points: [Double])]
    /// Of the table's attributes, as the pairs see them.
    var groupings: [Grouping]
    /// By row: the mean log-odds of the bags that left it out; nil for a row that every bag drew.
    var logOddsOutOfBag: [Double?]
    var bags: Int

    /// How much of the best pair's gain another must reach for a step: first much, so that what is strong is learnt before
    /// what may be chance, and then less.
    private static let worthwhile = [0.2, 0.1]

    /// Attributes by themselves and pairs take turns for as long as either lessens the loss of the rows left out: pairs
    /// come in early, since what belongs to a pair is learnt wrongly by its attributes alone, and neither can end the
    /// other's growth. A turn that lessens it by too little is undone; after two in a row that side has had
    /// its say, of the pairs first those that gain much.
    ///
    /// - Parameters:
    ///   - stageColumn: which of the table's columns is the stage.
    ///   - progress: is told a share of the work that never falls; how long it goes on is not known before.
    init(
        _ table: BinnedTable, stageColumn: Int? = nil, outcomes: [Bool], options: TrainingOptions,
        generator: SplitMix64, progress: (Double) -> Void
    ) {
        let plan = BagPlan(rowCount: table.rowCount, options: options)
        let rows = PairRows(table, stageColumn: stageColumn, options: options)
        var bags = Bags(table, outcomes: outcomes, plan: plan, generator: generator, options: options)
        var (rounds, stage, turns) = (0, 0, 0.0)
        let first = min(plan.stride, plan.rounds)
        bags.grow { $0.run(rounds: first, table, options: options) }
        rounds += first
        if !rows.all.isEmpty { bags.grow { $0.choosePairs(rows, options: options) } }

        var (idle, pairsIdle) = (0, rows.all.isEmpty ? 2 : 0)
        while (idle < 2 && rounds < plan.rounds) || pairsIdle < 2 {
            if idle < 2, rounds < plan.rounds {
                let next = min(plan.stride, plan.rounds - rounds)
                if rounds < plan.leastRounds {
                    bags.grow { $0.run(rounds: next, table, options: options) }
                    rounds += next
                } else if bags.tryToGrow({ $0.run(rounds: next, table, options: options) }) {
                    (rounds, idle) = (rounds + next, 0)
                } else {
                    idle += 1
                }
            }
            if pairsIdle < 2 {
                let next = plan.pairStride
                let worthwhile = Self.worthwhile[stage]
                if bags.tryToGrow({
                    $0.run(rounds: next, rows, worthwhile: worthwhile, options: options)
                }) {
                    pairsIdle = 0
                } else if stage + 1 < Self.worthwhile.count {
                    stage += 1
                } else {
                    pairsIdle += 1
                }
            }
            turns += 1
            progress(turns / (turns + 10))
        }
        (intercept, points, cells) = (bags.intercept, bags.points, bags.cells)
        (groupings, logOddsOutOfBag, self.bags) = (rows.groupings, bags.logOddsOutOfBag, bags.count)
    }
}
