import Contract
import LeadModel

/// A record without a score, and the first thing that is in the way.
public struct UnscoredView: Encodable, Sendable {
    public enum Reason: String, Encodable, Sendable {
        case erased, deleted
        /// Only patches are stored, which wait for a snapshot.
        case patchesOnly
        /// Only open records are scored.
        case closed
        case nothingPublished
        /// It was scored, and its model was deleted: the next sweep scores it.
        case lostModel
        /// No model could score it when it came or was reopened: the next sweep scores it.
        case cameUnpublished
        /// It came with an event that does not score at once: the next sweep scores it.
        case waitsForSweep
    }

    public let id: Exact
    /// Always nil.
    @OrNull public private(set) var score: Int?
    public let reason: Reason
    public let status: Status
    @OrNull public private(set) var adjusted: AdjustedValues?

    init(_ id: Exact, _ record: Record, isPublished: Bool) {
        (self.id, status, score) = (id, record.status, nil)
        adjusted = record.adjustments.map(AdjustedValues.init)
        reason =
            if record.isErased {
                .erased
            } else if record.isGone {
                .deleted
            } else if !record.isWhole {
                .patchesOnly
            } else if record.status != .open {
                .closed
            } else if !isPublished {
                .nothingPublished
            } else if record.monthCounted != nil {
                .lostModel
            } else {
                record.creationSeen ? .cameUnpublished : .waitsForSweep
            }
    }
}
