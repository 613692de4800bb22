/// The loops over a bag's rows, in which training spends its time. All sums are taken in the order of the rows, so
/// that the same rows always give the same result. `codes` cover all rows of the table; `rows` are the bag's.

/// First and second derivative of each row's logistic loss, G and H, times its weight.
func fillSlopes(_ slopes: inout [SIMD2<Float>], scores: [Float], outcomes: [Float], weights: [Float]) {
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

/// Sums by bin into the first `binCount` elements of `sums`. The next `binCount` elements are working space.
func addByBin(
    _ slopes: [SIMD2<Float>], _ codes: [UInt16], rows: [Int32], to sums: inout [SIMD2<Double>], binCount: Int
) {
    sums.withUnsafeMutableBufferPointer { sums in
        slopes.withUnsafeBufferPointer { slopes in
            codes.withUnsafeBufferPointer { codes in
                rows.withUnsafeBufferPointer { rows in
                    for bin in 0..<2 * binCount { sums[bin] = .zero }
                    // Two sets of sums: neighbouring rows often share a bin, and one addition would wait for the
                    // other.
                    var place = 0
                    while place + 1 < rows.count {
                        sums[Int(codes[Int(rows[place])])] += SIMD2<Double>(slopes[place])
                        sums[Int(codes[Int(rows[place + 1])]) + binCount] += SIMD2<Double>(slopes[place + 1])
                        place += 2
                    }
                    if place < rows.count { sums[Int(codes[Int(rows[place])])] += SIMD2<Double>(slopes[place]) }
                    for bin in 0..<binCount { sums[bin] += sums[bin + binCount] }
                }
            }
        }
    }
}

/// Sums by a pair's cell into the first `count` of `sums`.
func addByCell(
    _ slopes: [SIMD2<Float>], _ first: [UInt8], _ second: [UInt8], rows: [Int32], width: Int,
    to sums: inout [SIMD2<Double>], count: Int
) {
    sums.withUnsafeMutableBufferPointer { sums in
        slopes.withUnsafeBufferPointer { slopes in
            first.withUnsafeBufferPointer { first in
                second.withUnsafeBufferPointer { second in
                    rows.withUnsafeBufferPointer { rows in
                        for cell in 0..<count { sums[cell] = .zero }
                        for place in 0..<rows.count {
                            let row = Int(rows[place])
                            sums[Int(first[row]) &* width &+ Int(second[row])] += SIMD2<Double>(slopes[place])
                        }
                    }
                }
            }
        }
    }
}

/// Adds the change of each row's bin to the row's score.
func moveByBin(_ scores: inout [Float], _ codes: [UInt16], rows: [Int32], _ change: [Float]) {
    scores.withUnsafeMutableBufferPointer { scores in
        codes.withUnsafeBufferPointer { codes in
            rows.withUnsafeBufferPointer { rows in
                change.withUnsafeBufferPointer { change in
                    for place in 0..<rows.count { scores[place] += change[Int(codes[Int(rows[place])])] }
                }
            }
        }
    }
}

/// Adds the change of each row's cell to the row's score.
func moveByCell(
    _ scores: inout [Float], _ first: [UInt8], _ second: [UInt8], rows: [Int32], width: Int, _ change: [Float]
) {
    scores.withUnsafeMutableBufferPointer { scores in
        first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                rows.withUnsafeBufferPointer { rows in
                    change.withUnsafeBufferPointer { change in
                        for place in 0..<rows.count {
                            let row = Int(rows[place])
                            scores[place] += change[Int(first[row]) &* width &+ Int(second[row])]
                        }
                    }
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
