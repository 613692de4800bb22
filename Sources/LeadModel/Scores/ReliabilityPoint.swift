/// A point of the reliability diagram: predicted and observed.
public struct ReliabilityPoint: Equatable, Sendable {
    /// The mean probability.
    public var predicted: Double
    public var conversion: Conversion

    /// Bins of equally many records, in order of probability, cut as `Metrics.calibrationError` cuts them.
    public static func diagram(_ probabilities: [Double], _ outcomes: [Bool], bins: Int = 10) -> [ReliabilityPoint] {
        let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
        var first = 0
        return (0..<bins).compactMap { bin in
            let rows = order[first..<first + order.count / bins + (bin < order.count % bins ? 1 : 0)]
            first = rows.endIndex
            guard !rows.isEmpty else { return nil }
            return ReliabilityPoint(
                predicted: rows.reduce(0) { $0 + probabilities[$1] } / Double(rows.count),
                conversion: Conversion(records: rows.count, positives: rows.count { outcomes[$0] }))
        }
    }

    /// At most `most` bins of about equally many records, in order of probability. Equal probabilities stay in one
    /// bin, so that the order of equal records changes nothing.
    ///
    /// - Parameter probabilities: rising, with an outcome each.
    public static func bins(
        rising probabilities: [Double], _ outcomes: [Bool], most: Int = 10
    ) -> [ReliabilityPoint] {
        var points: [ReliabilityPoint] = []
        var first = 0
        for bin in 1...most {
            var end = max(first, probabilities.count * bin / most)
            while end > first, end < probabilities.count, probabilities[end] == probabilities[end - 1] { end += 1 }
            guard end > first else { continue }
            points.append(
                ReliabilityPoint(
                    predicted: probabilities[first..<end].reduce(0, +) / Double(end - first),
                    conversion: Conversion(records: end - first, positives: outcomes[first..<end].count { $0 })))
            first = end
        }
        return points
    }
}
