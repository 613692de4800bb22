import LeadModel

/// What comes from `leadline.scores`.
public enum ReadResult: Equatable, Sendable {
    case ofRecord(RecordResult)
    case contactErased(ContactErased)

    /// Of the scoring, notice or erasure that it tells of.
    public var revision: UInt64 {
        switch self {
        case .ofRecord(let result): result.revision
        case .contactErased(let erased): erased.revision
        }
    }
}
