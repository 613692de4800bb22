import Foundation
import LeadModel

/// One bag's linear model of the same bins: ridge regression on the logistic loss (Hoerl, Kennard 1970; le Cessie, van
/// Houwelingen 1992). Few records show a straight line sooner than a curve, so a share of it steadies the boosted
/// points. It has points by bin as these have, so the two add up to one table.
struct LinearPart: Sendable {
    /// By attribute and bin, as in the table, in log-odds.
    private(set) var points: [Double]
    private(set) var intercept: Double
    private(set) var scoresOutOfBag: [Float] = []
    private var scores: [Float]
    private let outcomes: [Float]
    private let rows: BagRows
    /// By attribute and bin: where an ordered bin lies among the records, with mean 0 and variance 1 over them.
    private let places: [Double]
    /// By attribute: points per place.
    private var slopeOfPlaces: [Double]

    init(_ table: BinnedTable, places: [Double], outcomes all: [Bool], rows: BagRows, intercept: Double) {
        (self.places, self.rows, self.intercept) = (places, rows, intercept)
        outcomes = rows.inside.map { all[Int($0)] ? 1 : 0 }
        points = [Double](repeating: 0, count: table.binCount)
        slopeOfPlaces = [Double](repeating: 0, count: table.attributes.count)
        scores = [Float](repeating: Float(intercept), count: rows.inside.count)
    }

    /// Makes `rounds` passes of coordinate descent, each step a Newton step with the penalty `ridge` on the squares of
    /// an ordered attribute's slope and of each other bin's points.
    mutating func fit(rounds: Int, ridge: Double, _ table: BinnedTable) {
        var slopes = [SIMD2<Float>](repeating: .zero, count: scores.count)
        let widest = table.attributes.map(\.binCount).max() ?? 0
        var sums = [SIMD2<Double>](repeating: .zero, count: 2 * widest)
        var floats = [Float](repeating: 0, count: widest)
        for _ in 0..<rounds {
            for (index, attribute) in table.attributes.enumerated() {
                fillSlopes(&slopes, scores: scores, outcomes: outcomes, weights: rows.weights)
                addByBin(slopes, attribute.codes, rows: rows.inside, to: &sums, binCount: attribute.binCount)
                // The intercept first: it takes what all bins share, without a penalty.
                var all = SIMD2<Double>.zero
                for bin in 0..<attribute.binCount { all += sums[bin] }
                let shift = all.y > 0 ? -all.x / all.y : 0
                intercept += shift
                var along = SIMD2<Double>.zero
                for bin in 0..<attribute.binCount {
                    sums[bin].x += shift * sums[bin].y
                    guard bin < attribute.orderedCount else { continue }
                    let place = places[attribute.offset + bin]
                    along += SIMD2(place * sums[bin].x, place * place * sums[bin].y)
                }
                let slope = -(along.x + ridge * slopeOfPlaces[index]) / (along.y + ridge)
                slopeOfPlaces[index] += slope
                for bin in 0..<attribute.binCount {
                    let change =
                        bin < attribute.orderedCount
                        ? slope * places[attribute.offset + bin]
                        : -(sums[bin].x + ridge * points[attribute.offset + bin]) / (sums[bin].y + ridge)
                    points[attribute.offset + bin] += change
                    floats[bin] = Float(change + shift)
                }
                moveByBin(&scores, attribute.codes, rows: rows.inside, floats)
            }
        }
        scoresOutOfBag = [Float](repeating: Float(intercept), count: rows.outOfBag.count)
        for attribute in table.attributes {
            for bin in 0..<attribute.binCount { floats[bin] = Float(points[attribute.offset + bin]) }
            moveByBin(&scoresOutOfBag, attribute.codes, rows: rows.outOfBag, floats)
        }
    }

    /// By attribute and bin: the mean rank of an ordered bin's records, with mean 0 and variance 1 over all records of
    /// ordered bins; 0 for other bins.
    static func places(_ table: BinnedTable) -> [Double] {
        var places = [Double](repeating: 0, count: table.binCount)
        for attribute in table.attributes {
            var counts = [Double](repeating: 0, count: attribute.binCount)
            for code in attribute.codes { counts[Int(code)] += 1 }
            let all = counts[..<attribute.orderedCount].reduce(0, +)
            guard all > 0 else { continue }
            var (below, squares) = (0.0, 0.0)
            for bin in 0..<attribute.orderedCount {
                let place = (below + counts[bin] / 2) / all - 0.5
                places[attribute.offset + bin] = place
                squares += place * place * counts[bin] / all
                below += counts[bin]
            }
            guard squares > 0 else { continue }
            for bin in 0..<attribute.orderedCount { places[attribute.offset + bin] /= squares.squareRoot() }
        }
        return places
    }
}
