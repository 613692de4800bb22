import LeadModel

/// The scores of each grade.
public struct GradesView: Encodable, Sendable {
    public let organization: String
    public let entity: Entity
    public let grades: GradeSpans

    public init(_ ranges: GradeRanges, organization: String, entity: Entity) {
        (self.organization, self.entity, grades) = (organization, entity, GradeSpans(ranges))
    }
}

/// Grade ranges, in JSON as `{"A": {"from": 75, "to": 100}, …}`.
public struct GradeSpans: Encodable, Sendable {
    public let ranges: GradeRanges

    init(_ ranges: GradeRanges) { self.ranges = ranges }

    public func encode(to encoder: any Encoder) throws {
        let spans = Grade.allCases.map { ($0.rawValue, Span(ranges.span(of: $0))) }
        try Dictionary(uniqueKeysWithValues: spans).encode(to: encoder)
    }

    private struct Span: Encodable {
        var from, to: Int

        init(_ scores: ClosedRange<Int>) { (from, to) = (scores.lowerBound, scores.upperBound) }
    }
}
