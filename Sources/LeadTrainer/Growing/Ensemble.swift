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
    /// By triple and cell of its groups,
    var cubes: [(triple: AttributeTriple, points: [Double])]
    /// and the groupings as the triples see them.
    var tripleGroupings: [Grouping] = []
    /// By row: the mean log-odds of the bags that left it out; nil for a row that every bag drew.
    var logOddsOutOfBag: [Double?]
    var bags: Int
    /// The mean log loss of the rows under the bags that left them out.
    var loss: Double

    /// The share of the best pair's gain that another pair must reach for a step. It starts high, so that strong
    /// pairs are learned before those that may be chance, and then falls.
    private static let worthwhile = [0.2, 0.1]

    /// So many records show curves by themselves: a linear part would add nothing.
    private static let many = 20_000

    /// Single attributes and pairs take turns as long as either reduces the out-of-bag loss. Pairs start early,
    /// because single attributes learn a pair's effect wrongly. Neither side can end the other's growth. A turn that
    /// reduces the loss by too little is undone. After two of these in a row, that side is finished. For pairs, the
    /// first of these turns only lowers the threshold `worthwhile`, so that pairs with a large gain go first. Likewise,
    /// at first only those single attributes learn that gain more than chance would. Triples follow when both sides are
    /// finished, and of few records a linear part.
    ///
    /// - Parameters:
    ///   - stageColumn: which of the table's columns is the stage.
    ///   - screens: whether attributes are held back at first that gain no more than chance would.
    ///   - progress: called with the finished share of the work, which never falls. It is an estimate: the total is
    ///     not known in advance.
    init(
        _ table: BinnedTable, stageColumn: Int? = nil, outcomes: [Bool], group: [Int], screens: Bool = true,
        options: TrainingOptions, generator: SplitMix64, progress: (Double) -> Void
    ) {
        let plan = BagPlan(rowCount: table.rowCount, options: options)
        let rows = PairRows(table, stageColumn: stageColumn, options: options)
        var bags = Bags(
            table, outcomes: outcomes, group: group, plan: plan, generator: generator, options: options)
        var (rounds, beyondChance, stage, turns) = (0, screens, 0, 0.0)
        let first = min(plan.stride, plan.rounds)
        bags.grow { $0.run(rounds: first, table, beyondChance: screens, options: options) }
        rounds += first
        if !rows.all.isEmpty { bags.grow { $0.choosePairs(rows, options: options) } }

        var (idle, pairsIdle) = (0, rows.all.isEmpty ? 2 : 0)
        while (idle < 2 && rounds < plan.rounds) || pairsIdle < 2 {
            if idle < 2, rounds < plan.rounds {
                let next = min(plan.stride, plan.rounds - rounds)
                let isScreened = beyondChance
                if rounds < plan.leastRounds {
                    bags.grow { $0.run(rounds: next, table, beyondChance: isScreened, options: options) }
                    rounds += next
                } else if bags.tryToGrow({
                    $0.run(rounds: next, table, beyondChance: isScreened, options: options)
                }) {
                    (rounds, idle) = (rounds + next, 0)
                } else if beyondChance {
                    beyondChance = false
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
        if !rows.all.isEmpty, options.triples > 0 {
            let cubes = TripleRows(rows, rowCount: table.rowCount, options: options)
            bags.grow { $0.chooseTriples(cubes, options: options) }
            while bags.tryToGrow({ $0.run(rounds: plan.pairStride, cubes, options: options) }) {}
            tripleGroupings = cubes.groupings
        }
        if options.linear, table.rowCount < Self.many { bags.blend(table) }
        (intercept, points, cells) = (bags.intercept, bags.points, bags.cells)
        cubes = bags.cubes
        (groupings, logOddsOutOfBag, self.bags) = (rows.groupings, bags.logOddsOutOfBag, bags.count)
        loss = bags.loss
    }
}
