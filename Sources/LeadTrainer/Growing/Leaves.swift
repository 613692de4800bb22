/// The change of one attribute's table in one step: a small part of a regularised Newton step for each leaf, −step ·
/// G / (H + ridge). G and H are the sums of first and second derivatives in the leaf (Friedman 2001, with XGBoost's
/// L2). Each bin of a category is its own leaf. The bins of a number share two leaves, cut where the gain is largest;
/// more leaves at once would follow chance.
struct Leaves {
    let ridge: Double
    let step: Double
    /// The least H of a leaf of a number.
    var least = 1.0
    /// The variance of a leaf's G by chance, in units of H: once for the outcomes, once for drawing rows with replacement.
    /// The best of a number's many cuts gains about twice as much by chance as a single one.
    private static let (noise, noiseOfBestCut) = (2.0, 4.0)

    /// - Parameters:
    ///   - sums: G and H by bin.
    ///   - change: by bin, in log-odds.
    ///   - orderedCount: how many of the first bins are in order; each other bin is its own leaf.
    ///   - spikes: what is known of single values that stand out from their neighbours.
    /// - Returns: what the whole step would gain beyond what it would by chance, were the attribute worth nothing; in
    ///   units of twice the log-likelihood.
    @discardableResult
    func fill(
        _ change: inout [Double], sums: [SIMD2<Double>], binCount: Int, orderedCount: Int, spikes: inout Spikes
    ) -> Double {
        var gained = 0.0
        for bin in orderedCount..<binCount {
            change[bin] = value(sums[bin])
            gained += gain(sums[bin]) - Self.noise * certainty(sums[bin])
        }
        guard orderedCount > 0 else { return gained }
        let ordered = 0..<orderedCount
        let leaves = bestCut(sums, ordered).map { [0..<$0, $0..<orderedCount] } ?? [ordered]
        for bins in leaves {
            let sum = total(sums, bins)
            let leaf = value(sum)
            for bin in bins { change[bin] = leaf }
            gained += gain(sum) - Self.noiseOfBestCut * certainty(sum)
        }
        spikes.add(to: &change, sums: sums, leaves: leaves, step: step)
        return gained
    }

    /// How much of a leaf's value is left of the ridge, 0…1.
    private func certainty(_ sum: SIMD2<Double>) -> Double { sum.y > 0 ? sum.y / (sum.y + ridge) : 0 }

    private func value(_ sum: SIMD2<Double>) -> Double { sum.y > 0 ? -step * sum.x / (sum.y + ridge) : 0 }

    private func gain(_ sum: SIMD2<Double>) -> Double { sum.x * sum.x / (sum.y + ridge) }

    /// The cut with the largest gain, the first of equal ones; nil if no cut gains.
    private func bestCut(_ sums: [SIMD2<Double>], _ bins: Range<Int>) -> Int? {
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
        return best?.at
    }
}

func total(_ sums: [SIMD2<Double>], _ bins: Range<Int>) -> SIMD2<Double> {
    var sum = SIMD2<Double>.zero
    for bin in bins { sum += sums[bin] }
    return sum
}
