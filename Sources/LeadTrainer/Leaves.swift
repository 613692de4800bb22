/// The change of one attribute's table in one step: a small part of a regularised Newton step for each leaf,
/// −step · G / (H + ridge), where G and H are the sums of first and second derivatives in the leaf (Friedman 2001, with
/// XGBoost's L2). A bin of a category is a leaf of its own; the bins of a number share three leaves at most.
struct Leaves {
    let ridge: Double
    let step: Double
    /// The least H of a leaf of a number.
    var least = 1.0

    /// - Parameters:
    ///   - sums: G and H by bin.
    ///   - change: by bin, in log-odds.
    ///   - orderedCount: so many bins stand first, in order; the others are leaves of their own.
    func fill(_ change: inout [Double], sums: [SIMD2<Double>], binCount: Int, orderedCount: Int) {
        for bin in orderedCount..<binCount { change[bin] = value(sums[bin]) }
        guard orderedCount > 0 else { return }
        var cuts = [0, orderedCount]
        if let first = bestCut(sums, 0..<orderedCount) {
            let below = bestCut(sums, 0..<first.at)
            let above = bestCut(sums, first.at..<orderedCount)
            cuts.insert(first.at, at: 1)
            if let below, below.gain >= above?.gain ?? 0 {
                cuts.insert(below.at, at: 1)
            } else if let above {
                cuts.insert(above.at, at: 2)
            }
        }
        for (start, end) in zip(cuts, cuts.dropFirst()) {
            let leaf = value(total(sums, start..<end))
            for bin in start..<end { change[bin] = leaf }
        }
    }

    private func value(_ sum: SIMD2<Double>) -> Double { sum.y > 0 ? -step * sum.x / (sum.y + ridge) : 0 }

    private func gain(_ sum: SIMD2<Double>) -> Double { sum.x * sum.x / (sum.y + ridge) }

    private func total(_ sums: [SIMD2<Double>], _ bins: Range<Int>) -> SIMD2<Double> {
        var sum = SIMD2<Double>.zero
        for bin in bins { sum += sums[bin] }
        return sum
    }

    /// Where a cut gains most; the first of equals. Nothing where no cut gains.
    private func bestCut(_ sums: [SIMD2<Double>], _ bins: Range<Int>) -> (at: Int, gain: Double)? {
        let all = total(sums, bins)
        let whole = gain(all)
        var best: (at: Int, gain: Double)?
        var left = SIMD2<Double>.zero
        for bin in bins.dropLast() {
            left += sums[bin]
            let right = all - left
            guard left.y >= least, right.y >= least else { continue }
            let gained = gain(left) + gain(right) - whole
            if gained > best?.gain ?? 1e-12 { best = (bin + 1, gained) }
        }
        return best
    }
}
