import LeadModel

/// A message from `leadline.scores`.
public enum ReadResult: Equatable, Sendable {
    case ofRecord(RecordResult)
    case contactErased(ContactErased)

    /// The revision of the scoring, notice or erasure.
    public var revision: UInt64 {
        switch self {
        case .ofRecord(let result): result.revision
        case .contactErased(let erased): erased.revision
        }
    }
}
