import Foundation
import LeadModel

/// One bag's additive model while it grows: cyclic gradient boosting (Lou, Caruana, Gehrke 2012), each step a small part
/// of a Newton step on the table of one attribute.
///
/// All of it is in contiguous buffers, and all sums are taken in the order of the rows: the same bag always grows the
/// same way.
struct Booster: Sendable {
    /// By attribute and bin, in log-odds: what has been learnt.
    private(set) var points: [Double]
    /// By row: the log-odds so far.
    private(set) var scores: [Float]
    let intercept: Double
    /// By row: how often the row is in the bag; 0: left out, and only scored.
    let weights: [Float]
    /// By attribute.
    private(set) var spikes: [Spikes]
    private var generator: SplitMix64

    init(_ table: BinnedTable, outcomes: [Float], weights: [Float], generator: SplitMix64) {
        self.weights = weights
        self.generator = generator
        spikes = [Spikes](repeating: Spikes(), count: table.attributes.count)
        var (positives, all) = (0.5, 1.0)
        for (weight, outcome) in zip(weights, outcomes) {
            positives += Double(weight * outcome)
            all += Double(weight)
        }
        intercept = log(positives / (all - positives))
        points = [Double](repeating: 0, count: table.binCount)
        scores = [Float](repeating: Float(intercept), count: table.rowCount)
    }

    /// Passes over all attributes, each time in another order.
    mutating func run(rounds: Int, _ table: BinnedTable, outcomes: [Float], options: TrainingOptions) {
        var slopes = [SIMD2<Float>](repeating: .zero, count: table.rowCount)
        var order = Array(table.attributes.indices)
        let widest = table.attributes.map(\.binCount).max() ?? 0
        var sums = [SIMD2<Double>](repeating: .zero, count: 2 * widest)
        var change = [Double](repeating: 0, count: widest)
        var floats = [Float](repeating: 0, count: widest)
        for _ in 0..<rounds {
            order.shuffle(by: &generator)
            for index in order {
                let attribute = table.attributes[index]
                Self.slopes(&slopes, scores: scores, outcomes: outcomes, weights: weights)
                Self.add(slopes, by: attribute.codes, to: &sums, binCount: attribute.binCount)
                Leaves(ridge: options.ridge, step: options.step)
                    .fill(
                        &change, sums: sums, binCount: attribute.binCount, orderedCount: attribute.orderedCount,
                        spikes: &spikes[index])
                for bin in 0..<attribute.binCount {
                    points[attribute.offset + bin] += change[bin]
                    floats[bin] = Float(change[bin])
                }
                Self.move(&scores, by: attribute.codes, floats)
            }
        }
    }
}

/// The loops over rows.
extension Booster {
    /// First and second derivative of each row's logistic loss, times its weight.
    private static func slopes(
        _ slopes: inout [SIMD2<Float>], scores: [Float], outcomes: [Float], weights: [Float]
    ) {
        slopes.withUnsafeMutableBufferPointer { slopes in
            scores.withUnsafeBufferPointer { scores in
                outcomes.withUnsafeBufferPointer { outcomes in
                    weights.withUnsafeBufferPointer { weights in
                        for row in 0..<slopes.count {
                            let p = fastLogistic(scores[row])
                            let weight = weights[row]
                            slopes[row] = SIMD2(weight * (p - outcomes[row]), weight * p * (1 - p))
                        }
                    }
                }
            }
        }
    }

    /// Sums by bin into the first `binCount` of `sums`, with the same number behind as room to work.
    private static func add(
        _ slopes: [SIMD2<Float>], by codes: [UInt16], to sums: inout [SIMD2<Double>], binCount: Int
    ) {
        sums.withUnsafeMutableBufferPointer { sums in
            slopes.withUnsafeBufferPointer { slopes in
                codes.withUnsafeBufferPointer { codes in
                    for bin in 0..<2 * binCount { sums[bin] = .zero }
                    // Two sets of sums: neighbouring rows often share a bin, and would wait for one another.
                    var row = 0
                    while row + 1 < codes.count {
                        sums[Int(codes[row])] += SIMD2<Double>(slopes[row])
                        sums[Int(codes[row + 1]) + binCount] += SIMD2<Double>(slopes[row + 1])
                        row += 2
                    }
                    if row < codes.count { sums[Int(codes[row])] += SIMD2<Double>(slopes[row]) }
                    for bin in 0..<binCount { sums[bin] += sums[bin + binCount] }
                }
            }
        }
    }

    private static func move(_ scores: inout [Float], by codes: [UInt16], _ change: [Float]) {
        scores.withUnsafeMutableBufferPointer { scores in
            codes.withUnsafeBufferPointer { codes in
                change.withUnsafeBufferPointer { change in
                    for row in 0..<scores.count { scores[row] += change[Int(codes[row])] }
                }
            }
        }
    }
}

/// The logistic function to about six digits, by additions and multiplications alone: the same on every machine, and
/// fit for vector units. e^−x is 2^k · 2^f with whole k and |f| ≤ ½, and 2^f a polynomial (Taylor, degree 6).
@inline(__always)
func fastLogistic(_ x: Float) -> Float {
    let exponent = min(max(x, -40), 40) * -1.442_695_04
    let shifted = exponent + 12_582_912  // 1.5 · 2²³: what is left of the sum is the nearest whole number
    let whole = shifted - 12_582_912
    let f = (exponent - whole) * 0.693_147_18
    let power =
        1 + f * (1 + f * (0.5 + f * (0.166_666_67 + f * (0.041_666_668 + f * (0.008_333_334 + f * 0.001_388_889)))))
    let scale = Float(bitPattern: (shifted.bitPattern &+ 127) &<< 23)
    return 1 / (1 + power * scale)
}
