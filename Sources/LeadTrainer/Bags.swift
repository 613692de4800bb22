import LeadModel

/// What is in the bags, and how far they may grow.
struct BagPlan {
    var bags: Int
    /// The most passes over all attributes, and the least.
    var rounds: Int
    var leastRounds: Int
    /// Passes between two looks at the loss.
    let stride = 10
    let pairStride = 5

    init(rowCount: Int, options: TrainingOptions) {
        bags = options.bags ?? min(25, max(8, 200_000 / max(1, rowCount)))
        leastRounds = min(30, options.rounds)
        // Few records can't say when to stop, so they may not go far: 60 rounds at 80 records.
        rounds = min(options.rounds, max(60, rowCount / 2))
    }

    /// A bootstrap sample within each outcome: as many rows of each as there are, drawn with replacement; about 37 % of
    /// the rows stay out.
    static func weights(_ outcomes: [Bool], generator: inout SplitMix64) -> [Float] {
        var weights = [Float](repeating: 0, count: outcomes.count)
        for outcome in [true, false] {
            let rows = outcomes.indices.filter { outcomes[$0] == outcome }
            for _ in rows { weights[rows[generator.index(below: rows.count)]] += 1 }
        }
        return weights
    }
}

/// Bags that grow together: what they say of the rows that they left out tells when to stop.
struct Bags {
    private var boosters: [Booster]
    private let outcomes: [Bool]
    private let threads: Int
    /// The mean log loss of the rows under the bags that left them out.
    private(set) var loss: Double

    init(_ table: BinnedTable, outcomes: [Bool], plan: BagPlan, generator: SplitMix64, threads: Int) {
        let y = outcomes.map { Float($0 ? 1 : 0) }
        boosters = (0..<plan.bags).map { number in
            var own = generator.split(UInt64(number))
            let weights = BagPlan.weights(outcomes, generator: &own)
            return Booster(table, outcomes: y, weights: weights, generator: own)
        }
        (self.outcomes, self.threads) = (outcomes, threads)
        loss = Self.loss(boosters, outcomes)
    }

    var count: Int { boosters.count }

    /// Does `step` to all bags, on up to `threads` threads.
    mutating func grow(_ step: @Sendable (inout Booster) -> Void) {
        let former = boosters
        boosters = concurrentMap(former.count, threads: threads) { number in
            var bag = former[number]
            step(&bag)
            return bag
        }
        loss = Self.loss(boosters, outcomes)
    }

    /// The same if it lessens the loss, else nothing.
    mutating func tryToGrow(_ step: @Sendable (inout Booster) -> Void) -> Bool {
        var next = self
        next.grow(step)
        guard next.loss < loss else { return false }
        self = next
        return true
    }

    var intercept: Double { boosters.reduce(0) { $0 + $1.intercept } / Double(count) }

    /// By attribute and bin, as in the table: the mean.
    var points: [Double] {
        var sums = [Double](repeating: 0, count: boosters[0].points.count)
        for bag in boosters { for bin in sums.indices { sums[bin] += bag.points[bin] } }
        return sums.map { $0 / Double(count) }
    }

    /// Of each pair that some bag gave a table: the mean, 0 where a bag gave it none. In the order of the pairs.
    var cells: [(pair: AttributePair, points: [Double])] {
        var sums: [AttributePair: [Double]] = [:]
        for bag in boosters {
            for (pair, points) in zip(bag.pairs, bag.cells) {
                guard var sum = sums.removeValue(forKey: pair) else {
                    sums[pair] = points
                    continue
                }
                for cell in sum.indices { sum[cell] += points[cell] }
                sums[pair] = sum
            }
        }
        return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value.map { $0 / Double(count) }) }
    }

    /// By row: the mean log-odds of the bags that left it out; nothing for a row that stands in all.
    var logOddsLeftOut: [Double?] { outcomes.indices.map { Self.logOddsLeftOut($0, boosters).map(Double.init) } }

    private static func logOddsLeftOut(_ row: Int, _ boosters: [Booster]) -> Float? {
        var (sum, count) = (Float(0), Float(0))
        for bag in boosters where bag.weights[row] == 0 {
            sum += bag.scores[row]
            count += 1
        }
        return count > 0 ? sum / count : nil
    }

    private static func loss(_ boosters: [Booster], _ outcomes: [Bool]) -> Double {
        var (probabilities, known): ([Double], [Bool]) = ([], [])
        probabilities.reserveCapacity(outcomes.count)
        known.reserveCapacity(outcomes.count)
        for row in outcomes.indices {
            guard let score = logOddsLeftOut(row, boosters) else { continue }
            probabilities.append(Double(fastLogistic(score)))
            known.append(outcomes[row])
        }
        return Metrics.logLoss(probabilities, known)
    }
}
