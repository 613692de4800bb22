import LeadModel

/// The average of many boosted models, each grown on a bag of its own: bagging steadies what single steps choose
/// (Breiman 1996), and the rows left out of a bag say when to stop.
struct Ensemble {
    var intercept: Double
    /// By attribute and bin, as in the table.
    var points: [Double]
    var rounds: Int

    /// - Parameters:
    ///   - progress: is told the share of the most rounds that is done.
    init(
        _ table: BinnedTable, outcomes: [Bool], options: TrainingOptions, generator: SplitMix64,
        progress: (Double) -> Void
    ) {
        let y = outcomes.map { Float($0 ? 1 : 0) }
        let plan = BagPlan(rowCount: table.rowCount, options: options)
        var bags = (0..<plan.bags).map { number in
            var own = generator.split(UInt64(number))
            let weights = BagPlan.weights(outcomes, generator: &own)
            return Booster(table, outcomes: y, weights: weights, generator: own)
        }
        (intercept, points) = Self.average(bags)
        rounds = 0
        var best = Self.lossLeftOut(bags, outcomes: outcomes)
        var done = 0
        // All bags go on together and stop together, where the average of those that left a row out predicts it best:
        // one bag's own few rows would be too noisy to trust.
        while done < plan.rounds {
            let next = min(plan.stride, plan.rounds - done)
            let former = bags
            bags = concurrentMap(former.count, threads: options.threads) { number in
                var bag = former[number]
                bag.run(rounds: next, table, outcomes: y, options: options)
                return bag
            }
            done += next
            progress(Double(done) / Double(plan.rounds))
            let loss = Self.lossLeftOut(bags, outcomes: outcomes)
            if loss < best || done <= plan.leastRounds {
                best = done <= plan.leastRounds ? loss : min(best, loss)
                (intercept, points) = Self.average(bags)
                rounds = done
            } else if done >= rounds + plan.patience {
                break
            }
        }
    }

    private static func average(_ bags: [Booster]) -> (intercept: Double, points: [Double]) {
        var points = [Double](repeating: 0, count: bags[0].points.count)
        var intercept = 0.0
        for bag in bags {
            intercept += bag.intercept
            for bin in points.indices { points[bin] += bag.points[bin] }
        }
        let count = Double(bags.count)
        return (intercept / count, points.map { $0 / count })
    }

    /// The log loss of each row under the average of the bags that it was left out of.
    private static func lossLeftOut(_ bags: [Booster], outcomes: [Bool]) -> Double {
        var (probabilities, known): ([Double], [Bool]) = ([], [])
        probabilities.reserveCapacity(outcomes.count)
        known.reserveCapacity(outcomes.count)
        for row in outcomes.indices {
            var (sum, count) = (Float(0), Float(0))
            for bag in bags where bag.weights[row] == 0 {
                sum += bag.scores[row]
                count += 1
            }
            guard count > 0 else { continue }
            probabilities.append(Double(fastLogistic(sum / count)))
            known.append(outcomes[row])
        }
        return Metrics.logLoss(probabilities, known)
    }
}

/// How many bags, what is in them, and how long they may grow.
struct BagPlan {
    var bags: Int
    /// The most, and the least.
    var rounds: Int
    var leastRounds: Int
    /// Rounds between two looks at the loss, and rounds without a better one after which growing ends.
    var stride: Int
    var patience: Int

    init(rowCount: Int, options: TrainingOptions) {
        bags = options.bags ?? min(25, max(8, 50_000 / max(1, rowCount)))
        stride = 10
        patience = 50
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
