import LeadModel

/// A closed record to learn from.
public struct TrainingRecord: Sendable {
    /// In any order. What is absent is missing; of a name given twice the last value counts.
    public var attributes: [(name: Exact, value: Value)]
    /// Qualified or won; else disqualified or lost.
    public var isPositive: Bool
    /// Nil: not known, and so within the training window.
    public var createdAt: Moment?
    public var closedAt: Moment?

    public init(
        attributes: [(name: Exact, value: Value)], isPositive: Bool, createdAt: Moment? = nil, closedAt: Moment? = nil
    ) {
        (self.attributes, self.isPositive) = (attributes, isPositive)
        (self.createdAt, self.closedAt) = (createdAt, closedAt)
    }
}
