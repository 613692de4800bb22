/// How many of some records ended well, and what that says of the chance behind it.
public struct Conversion: Equatable, Sendable {
    public var records: Int
    public var positives: Int

    public init(records: Int, positives: Int) { (self.records, self.positives) = (records, positives) }

    /// Nothing without records.
    public var rate: Double? { records > 0 ? Double(positives) / Double(records) : nil }

    /// The 95 % interval of the chance behind the rate (Wilson: Probable inference, JASA 1927); 0…1 without records.
    public var interval: ClosedRange<Double> {
        guard let rate else { return 0...1 }
        let (n, z) = (Double(records), 1.959_963_984_540_054)
        let middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
        let reach = z / (1 + z * z / n) * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, middle - reach)...min(1, middle + reach)
    }
}

/// Records of one range of scores.
public struct ScoreBand: Equatable, Sendable {
    public var scores: ClosedRange<Int>
    /// Of a band that is a grade.
    public var grade: Grade?
    public var conversion: Conversion

    /// Ten bands of ten scores, the lowest first.
    public static func tens(_ probabilities: [Double], _ outcomes: [Bool]) -> [ScoreBand] {
        bands((0..<10).map { (10 * $0 + 1...10 * $0 + 10, nil) }, probabilities, outcomes)
    }

    /// The grades of an organization that has set no ranges of its own, the best first.
    public static func grades(_ probabilities: [Double], _ outcomes: [Bool]) -> [ScoreBand] {
        let ranges = GradeRanges.standard
        let bands: [(ClosedRange<Int>, Grade?)] = Grade.allCases.map { grade in
            let scores = (1...100).filter { ranges.grade(of: $0) == grade }
            return ((scores.first ?? 1)...(scores.last ?? 100), grade)
        }
        return self.bands(bands, probabilities, outcomes)
    }

    private static func bands(
        _ bands: [(ClosedRange<Int>, Grade?)], _ probabilities: [Double], _ outcomes: [Bool]
    ) -> [ScoreBand] {
        var byScore = [Conversion](repeating: Conversion(records: 0, positives: 0), count: 101)
        for (probability, outcome) in zip(probabilities, outcomes) {
            byScore[score(probability: probability)].records += 1
            if outcome { byScore[score(probability: probability)].positives += 1 }
        }
        return bands.map { scores, grade in
            let all = byScore[scores].reduce(into: Conversion(records: 0, positives: 0)) { sum, next in
                sum.records += next.records
                sum.positives += next.positives
            }
            return ScoreBand(scores: scores, grade: grade, conversion: all)
        }
    }
}

/// A point of the reliability diagram: what was said of some records, and what came.
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

    /// At most `most` bins of about equally many records, in order of probability. Equal probabilities stay in one bin, so
    /// that nothing depends on the order of what is said to be alike.
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
