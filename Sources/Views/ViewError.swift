import LeadModel

/// Why a view has no answer. Nothing is wrong with the system: the question doesn't fit what is stored.
public enum ViewError: Error, Equatable, Sendable {
    /// No event for the record has been accepted.
    case unknownRecord(organization: String, RecordKind)
    /// The ledger has received no result for the record.
    case notInLedger(organization: String, Entity)
    /// The ledger has no scoring of the record, or none up to `until`.
    case noScoring(organization: String, Entity, id: String, until: Moment?)
    /// The ledger has a single scoring of the record (up to `until`), made at `at`: a change needs two.
    case singleScoring(Entity, id: String, at: Moment, until: Moment?)
    /// The question's period ends before it begins.
    case emptyPeriod(since: Moment, until: Moment)
    /// The score's evidence was removed when the record's contact was erased.
    case evidenceErased
    /// The scorecard that gave the score is not in the registry, or its evidence doesn't fit it.
    case missingScorecard(ModelVersion)
    /// The scorecard doesn't read the attribute, so no value of it changes the score.
    case unreadAttribute(String, ModelVersion, reason: Scorecard.Choice.Reason?, attributes: [String])
    /// No model is published for the entity, and none was asked for by name.
    case nothingPublished(organization: String, Entity)
    /// The organization has no such model, or no such version of it.
    case unknownModel(organization: String, Entity, model: String)
}
