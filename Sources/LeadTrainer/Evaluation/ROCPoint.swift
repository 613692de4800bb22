/// A point of the ROC curve: the shares of negatives and of positives that have at least this probability.
public struct ROCPoint: Equatable, Sendable {
    public var threshold: Double
    public var falsePositiveRate: Double
    public var truePositiveRate: Double

    /// From nobody to all, of distinct probabilities the ends and about `most` between them, evenly along the curve.
    /// Empty without both outcomes.
    static func curve(_ probabilities: [Double], _ outcomes: [Bool], most: Int = 200) -> [ROCPoint] {
        let positives = outcomes.count { $0 }
        let negatives = outcomes.count - positives
        guard positives > 0, negatives > 0 else { return [] }
        let order = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }
        var points = [ROCPoint(threshold: 1, falsePositiveRate: 0, truePositiveRate: 0)]
        var (right, wrong) = (0, 0)
        for (place, index) in order.enumerated() {
            if outcomes[index] { right += 1 } else { wrong += 1 }
            let isLast = place + 1 == order.count
            guard isLast || probabilities[order[place + 1]] < probabilities[index] else { continue }
            let point = ROCPoint(
                threshold: probabilities[index], falsePositiveRate: Double(wrong) / Double(negatives),
                truePositiveRate: Double(right) / Double(positives))
            let last = points[points.count - 1]
            let gone =
                point.falsePositiveRate - last.falsePositiveRate + point.truePositiveRate - last.truePositiveRate
            if isLast || gone >= 2 / Double(most) { points.append(point) }
        }
        return points
    }
}
