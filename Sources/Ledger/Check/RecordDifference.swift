import LeadModel

/// A record that is not the same in the ledger as in the registry: the names of the fields that differ, never their values.
public struct RecordDifference: Hashable, Sendable {
    public enum Field: String, Sendable, CaseIterable {
        /// Only the registry has the record.
        case missing
        /// The record is open in the ledger, and the registry does not have it.
        case unknown
        case revision, status, name, owner, stage, score, grade, version
        /// The current scoring is not in the history.
        case history
        /// The ledger has evidence that was read from an erased contact.
        case evidence
    }

    public var organization: String
    public var entity: Entity
    public var id: Exact
    public var fields: [Field]
}
