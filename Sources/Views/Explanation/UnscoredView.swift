import Contract
import LeadModel
import Registry

/// A record without a score, and the first thing that is in the way.
public struct UnscoredView: Encodable, Sendable {
    public enum Reason: String, Encodable, Sendable {
        case erased, deleted
        /// Only patches are stored, which wait for a snapshot.
        case patchesOnly
        /// Only open records are scored.
        case closed
        case nothingPublished
        /// Models are published, and none is for it.
        case noModelForIt
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
    /// Why each published model is not for it, in their order.
    public private(set) var obstacles: [Obstacle] = []

    public struct Obstacle: Encodable, Sendable {
        public var model: String
        /// Of each group of its filter the first condition that does not hold.
        public var conditions: [String]
    }

    init(_ id: Exact, _ record: Record, _ lineUp: LineUp, _ related: RelatedEntities, at now: Moment) {
        (self.id, status, score) = (id, record.status, nil)
        adjusted = record.adjustments.map(AdjustedValues.init)
        let obstacles = lineUp.entries.map { entry in
            Obstacle(
                model: entry.version.name,
                conditions: PreparedScope(entry.scope).obstacles(record, related, at: now))
        }
        let isForNone = !obstacles.isEmpty && obstacles.allSatisfy { !$0.conditions.isEmpty }
        reason =
            if record.isErased {
                .erased
            } else if record.isGone {
                .deleted
            } else if !record.isWhole {
                .patchesOnly
            } else if record.status != .open {
                .closed
            } else if lineUp.isEmpty {
                .nothingPublished
            } else if isForNone {
                .noModelForIt
            } else if record.monthCounted != nil {
                .lostModel
            } else {
                record.creationSeen ? .cameUnpublished : .waitsForSweep
            }
        if reason == .noModelForIt { self.obstacles = obstacles }
    }
}
