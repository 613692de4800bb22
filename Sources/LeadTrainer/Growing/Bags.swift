import Foundation
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
        // Few records can't show reliably when to stop, so they get fewer rounds: 60 at 80 records.
        rounds = min(options.rounds, max(60, rowCount / 2))
    }
}

/// Bags that grow together. Their out-of-bag predictions decide when to stop.
struct Bags {
    private var boosters: [Booster]
    private let outcomes: [Bool]
    private let threads: Int
    /// The mean log loss of the rows under the bags that left them out, calibrated: a step that only spreads the scores,
    /// which the calibration does as well, is no gain.
    private(set) var loss: Double

    init(
        _ table: BinnedTable, outcomes: [Bool], group: [Int], plan: BagPlan, generator: SplitMix64,
        options: TrainingOptions
    ) {
        boosters = (0..<plan.bags).map { number in
            var own = generator.split(UInt64(number))
            let rows = BagRows(outcomes, group: group, most: options.rowsPerBag, generator: &own)
            return Booster(table, outcomes: outcomes, rows: rows, generator: own)
        }
        (self.outcomes, threads) = (outcomes, options.threads)
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

    /// A turn must reduce the loss by at least this much. Without a minimum, training on many records would take ever
    /// more turns for ever smaller gains.
    private static let leastGain = 1e-4

    /// Does `step` to all bags, but keeps the result only if it reduces the loss by enough. Otherwise the bags stay
    /// unchanged.
    mutating func tryToGrow(_ step: @Sendable (inout Booster) -> Void) -> Bool {
        var next = self
        next.grow(step)
        guard next.loss < loss * (1 - Self.leastGain) else { return false }
        self = next
        return true
    }

    private static let (ridges, shares) = ([30.0, 10], [0.2, 0.4, 0.6])
    /// Left-out rows can't distinguish shares well: one above the least must gain so much more, in units of
    /// log-likelihood per unit of share.
    private static let dearness = 10.0

    /// Mixes a linear part into all bags, with the penalty and the share of least loss; none if none reduces the loss.
    mutating func blend(_ table: BinnedTable) {
        let (grown, outcomes, places) = (boosters, outcomes, LinearPart.places(table))
        var parts = grown.map {
            LinearPart(table, places: places, outcomes: outcomes, rows: $0.rows, intercept: $0.intercept)
        }
        var best = loss
        for ridge in Self.ridges {
            parts = concurrentMap(parts.count, threads: threads) { [parts] number in
                var part = parts[number]
                part.fit(rounds: 20, ridge: ridge, table)
                return part
            }
            for share in Self.shares {
                let mixed = zip(grown, parts).map { $0.blended(with: $1, share: share) }
                let loss = Self.loss(mixed, outcomes)
                let price = (share - Self.shares[0]) * Self.dearness / Double(outcomes.count)
                if loss + price < best { (boosters, self.loss, best) = (mixed, loss, loss + price) }
            }
        }
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

    /// Of each triple that at least a third of the bags found, likewise: what fewer found is chance.
    var cubes: [(triple: AttributeTriple, points: [Double])] {
        var sums: [AttributeTriple: [Double]] = [:]
        var found: [AttributeTriple: Int] = [:]
        for bag in boosters {
            for (triple, points) in zip(bag.triples, bag.cubes) {
                sums[triple] = sums[triple].map { zip($0, points).map(+) } ?? points
                found[triple, default: 0] += 1
            }
        }
        return sums.filter { 3 * (found[$0.key] ?? 0) >= count }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.map { $0 / Double(count) }) }
    }

    /// By row: the mean log-odds of the bags that left it out; nil for a row that every bag drew.
    var logOddsOutOfBag: [Double?] {
        Self.outOfBag(boosters, rowCount: outcomes.count).map { $0.y > 0 ? Double($0.x / $0.y) : nil }
    }

    /// By row: the sum of the log-odds, and the number of bags in it.
    private static func outOfBag(_ boosters: [Booster], rowCount: Int) -> [SIMD2<Float>] {
        var sums = [SIMD2<Float>](repeating: .zero, count: rowCount)
        for bag in boosters {
            for (row, score) in zip(bag.rows.outOfBag, bag.scoresOutOfBag) { sums[Int(row)] += [score, 1] }
        }
        return sums
    }

    private static func loss(_ boosters: [Booster], _ outcomes: [Bool]) -> Double {
        var (logOdds, known): ([Double], [Bool]) = ([], [])
        for (sum, outcome) in zip(outOfBag(boosters, rowCount: outcomes.count), outcomes) where sum.y > 0 {
            logOdds.append(Double(sum.x / sum.y))
            known.append(outcome)
        }
        let line = Calibration(logOdds: logOdds, outcomes: known, caution: caution(records: known.count))
        return Metrics.logLoss(logOdds.map { logistic(line($0)) }, known)
    }

    /// From few records, a good scale can't be distinguished from chance.
    private static func caution(records: Int) -> Double { 20 * pow(max(1, 400 / Double(max(1, records))), 3) }
}
