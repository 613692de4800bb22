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
