import LeadModel

/// What a chart calls records and their outcomes.
public struct OutcomeTerms: Equatable, Sendable {
    /// "leads".
    public var plural: String
    /// "qualified".
    public var positive: String
    /// "disqualified".
    public var negative: String

    public init(_ entity: Entity) {
        plural = entity.plural
        (positive, negative) = (entity.outcomes.positive.rawValue, entity.outcomes.negative.rawValue)
    }
}
