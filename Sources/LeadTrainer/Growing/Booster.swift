import Foundation
import LeadModel

/// One bag's additive model while it grows, by cyclic gradient boosting (Lou, Caruana, Gehrke 2012). Each step is a
/// small part of a Newton step on the table of one attribute or one pair.
struct Booster: Sendable {
    /// The points learned so far, by attribute and bin, in log-odds.
    private(set) var points: [Double]
    /// The pairs for which this bag learns a table.
    private(set) var pairs: [AttributePair] = []
    /// The points learned so far, by pair and cell, in log-odds.
    private(set) var cells: [[Double]] = []
    private(set) var intercept: Double
    let rows: BagRows
    /// The current log-odds of the in-bag rows, and of the out-of-bag rows.
    private var scores: [Float]
    private(set) var scoresOutOfBag: [Float]
    /// By in-bag row: 1 for a positive, 0 for a negative.
    private let outcomes: [Float]
    /// By attribute.
    private(set) var spikes: [Spikes]
    /// By attribute: what the last step that was tried gained beyond chance, and the sum over the steps that were made,
    /// those of its pairs too.
    private var gainsOfSingles: [Double]
    private(set) var gained: [Double]
    private var singleRounds = 0
    /// By pair: the gain of the last tree that was fitted to it.
    private var gains: [Double] = []
    private var pairRounds = 0
    /// The triples for which this bag learns a table, and the points learned so far, by triple and cell.
    private(set) var triples: [AttributeTriple] = []
    private(set) var cubes: [[Double]] = []
    private var generator: SplitMix64

    init(_ table: BinnedTable, outcomes all: [Bool], rows: BagRows, generator: SplitMix64) {
        (self.rows, self.generator) = (rows, generator)
        outcomes = rows.inside.map { all[Int($0)] ? 1 : 0 }
        spikes = [Spikes](repeating: Spikes(), count: table.attributes.count)
        gainsOfSingles = [Double](repeating: 0, count: table.attributes.count)
        gained = gainsOfSingles
        var (positives, drawn) = (0.5, 1.0)
        for (weight, outcome) in zip(rows.weights, outcomes) {
            positives += Double(weight * outcome)
            drawn += Double(weight)
        }
        intercept = log(positives / (drawn - positives))
        points = [Double](repeating: 0, count: table.binCount)
        scores = [Float](repeating: Float(intercept), count: rows.inside.count)
        scoresOutOfBag = [Float](repeating: Float(intercept), count: rows.outOfBag.count)
    }

    /// Every fourth pass, attributes and pairs whose gain was too small for a step are looked at again.
    private static let refresh = 4

    /// Makes `rounds` passes over the attributes, each in a new random order.
    ///
    /// - Parameter beyondChance: whether only attributes learn whose step gains more than chance would. Among many
    ///   attributes that are worth nothing, each would otherwise add its noise in each pass.
    mutating func run(rounds: Int, _ table: BinnedTable, beyondChance: Bool, options: TrainingOptions) {
        let former = points
        var slopes = [SIMD2<Float>](repeating: .zero, count: scores.count)
        var order = Array(table.attributes.indices)
        let widest = table.attributes.map(\.binCount).max() ?? 0
        var sums = [SIMD2<Double>](repeating: .zero, count: 2 * widest)
        var change = [Double](repeating: 0, count: widest)
        var floats = [Float](repeating: 0, count: widest)
        let leaves = Leaves(ridge: options.ridge(rowCount: table.rowCount), step: options.step)
        for _ in 0..<rounds {
            let looksAtAll = !beyondChance || singleRounds.isMultiple(of: Self.refresh)
            singleRounds += 1
            order.shuffle(by: &generator)
            for index in order where looksAtAll || gainsOfSingles[index] > 0 {
                let attribute = table.attributes[index]
                fillSlopes(&slopes, scores: scores, outcomes: outcomes, weights: rows.weights)
                addByBin(slopes, attribute.codes, rows: rows.inside, to: &sums, binCount: attribute.binCount)
                let gain = leaves.fill(
                    &change, sums: sums, binCount: attribute.binCount, orderedCount: attribute.orderedCount,
                    spikes: &spikes[index])
                gainsOfSingles[index] = gain
                if beyondChance, gain <= 0 { continue }
                gained[index] += gain
                for bin in 0..<attribute.binCount {
                    points[attribute.offset + bin] += change[bin]
                    floats[bin] = Float(change[bin])
                }
                moveByBin(&scores, attribute.codes, rows: rows.inside, floats)
            }
        }
        for attribute in table.attributes {
            for bin in 0..<attribute.binCount {
                floats[bin] = Float(points[attribute.offset + bin] - former[attribute.offset + bin])
            }
            moveByBin(&scoresOutOfBag, attribute.codes, rows: rows.outOfBag, floats)
        }
    }
}

extension Booster {
    /// This bag with `share` of its log-odds from the linear part. It can't grow after that.
    func blended(with part: LinearPart, share: Double) -> Booster {
        var mixed = self
        mixed.intercept += share * (part.intercept - intercept)
        for bin in points.indices { mixed.points[bin] += share * (part.points[bin] - points[bin]) }
        for pair in cells.indices { mixed.cells[pair] = cells[pair].map { (1 - share) * $0 } }
        for triple in cubes.indices { mixed.cubes[triple] = cubes[triple].map { (1 - share) * $0 } }
        for row in scoresOutOfBag.indices {
            mixed.scoresOutOfBag[row] += Float(share) * (part.scoresOutOfBag[row] - scoresOutOfBag[row])
        }
        return mixed
    }
}

/// Pairs of attributes.
extension Booster {
    /// Chooses the pairs from the bag's own rows only. The out-of-bag rows must stay unseen, or their predictions
    /// would be too optimistic.
    mutating func choosePairs(_ table: PairRows, options: TrainingOptions) {
        var slopes = [SIMD2<Float>](repeating: .zero, count: scores.count)
        fillSlopes(&slopes, scores: scores, outcomes: outcomes, weights: rows.weights)
        pairs = table.strongest(
            options.pairs, slopes: slopes, rows: rows.inside, gained: gained,
            tree: PairTree(ridge: options.pairRidge, step: 1))
        cells = pairs.map { [Double](repeating: 0, count: table.cellCount($0)) }
        gains = [Double](repeating: 0, count: pairs.count)
    }

    /// Makes `rounds` passes over the chosen pairs, each in a new random order.
    ///
    /// - Parameter worthwhile: a pair's table changes only if its gain exceeds this share of the best pair's gain.
    mutating func run(
        rounds: Int, _ table: PairRows, worthwhile: Double, options: TrainingOptions
    ) {
        var slopes = [SIMD2<Float>](repeating: .zero, count: scores.count)
        var order = Array(pairs.indices)
        let former = cells
        let widest = pairs.map(table.cellCount).max() ?? 0
        var sums = [SIMD2<Double>](repeating: .zero, count: widest)
        var change = [Double](repeating: 0, count: widest)
        var floats = [Float](repeating: 0, count: widest)
        let tree = PairTree(ridge: options.pairRidge, step: options.pairStep)
        for _ in 0..<rounds {
            let threshold = worthwhile * (gains.max() ?? 0)
            let looksAtAll = pairRounds.isMultiple(of: Self.refresh)
            pairRounds += 1
            order.shuffle(by: &generator)
            for index in order where looksAtAll || gains[index] >= threshold {
                let pair = pairs[index]
                let (first, second) = (table.codes[pair.first], table.codes[pair.second])
                let (a, b) = (table.groupings[pair.first], table.groupings[pair.second])
                fillSlopes(&slopes, scores: scores, outcomes: outcomes, weights: rows.weights)
                addByCell(
                    slopes, first, second, rows: rows.inside, width: b.count, to: &sums, count: table.cellCount(pair))
                gains[index] = tree.fill(&change, sums: sums, a, b)
                guard gains[index] > threshold else { continue }
                gained[pair.first] += gains[index]
                gained[pair.second] += gains[index]
                for cell in cells[index].indices {
                    cells[index][cell] += change[cell]
                    floats[cell] = Float(change[cell])
                }
                moveByCell(&scores, first, second, rows: rows.inside, width: b.count, floats)
            }
        }
        for (index, pair) in pairs.enumerated() {
            for cell in cells[index].indices { floats[cell] = Float(cells[index][cell] - former[index][cell]) }
            moveByCell(
                &scoresOutOfBag, table.codes[pair.first], table.codes[pair.second], rows: rows.outOfBag,
                width: table.groupings[pair.second].count, floats)
        }
    }
}

/// Triples of attributes.
extension Booster {
    /// Chooses the triples from the bag's own rows only, like the pairs.
    mutating func chooseTriples(_ table: TripleRows, options: TrainingOptions) {
        var slopes = [SIMD2<Float>](repeating: .zero, count: scores.count)
        fillSlopes(&slopes, scores: scores, outcomes: outcomes, weights: rows.weights)
        triples = table.strongest(
            options.triples, slopes: slopes, rows: rows.inside, gained: gained, ridge: options.pairRidge)
        cubes = triples.map { [Double](repeating: 0, count: table.cells($0).count) }
    }

    /// Makes `rounds` passes over the chosen triples, each in a new random order.
    mutating func run(rounds: Int, _ table: TripleRows, options: TrainingOptions) {
        var slopes = [SIMD2<Float>](repeating: .zero, count: scores.count)
        var order = Array(triples.indices)
        let former = cubes
        let tree = TripleTree(pair: PairTree(ridge: options.pairRidge, step: options.tripleStep))
        var sums: [SIMD2<Double>] = []
        for _ in 0..<rounds {
            order.shuffle(by: &generator)
            for index in order {
                fillSlopes(&slopes, scores: scores, outcomes: outcomes, weights: rows.weights)
                table.sum(triples[index], slopes, rows: rows.inside, into: &sums)
                var change = [Double](repeating: 0, count: sums.count)
                guard tree.fill(&change, sums: sums, table.groupings(triples[index])) > 0 else { continue }
                for cell in change.indices { cubes[index][cell] += change[cell] }
                table.move(&scores, triples[index], rows: rows.inside, change)
            }
        }
        for (index, triple) in triples.enumerated() {
            table.move(&scoresOutOfBag, triple, rows: rows.outOfBag, zip(cubes[index], former[index]).map(-))
        }
    }
}
