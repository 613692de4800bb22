/// What a connector says happened to a record.
public enum Verb: String, CaseIterable, Sendable {
    case created, imported, updated, deleted, erased

    /// A record is scored in real time when the first event of either kind is seen.
    public var isCreation: Bool { self == .created || self == .imported }
}
