import LeadModel

/// Every name that a broker knows of Leadline. Queue arguments are with who declares them.
public enum Names {
    public struct Exchange: Hashable, Sendable {
        public enum Kind: String, Sendable { case topic, fanout }

        public var name: String
        public var kind: Kind
        /// Where what no queue takes goes.
        public var alternate: String?
    }

    public struct Queue: Hashable, Sendable {
        public enum Kind: String, Sendable { case quorum, stream }

        public var name: String
        public var kind: Kind
    }

    public struct Binding: Hashable, Sendable {
        public var queue: Queue
        public var exchange: Exchange
        /// Empty where the exchange is a fanout.
        public var key: String
    }

    /// Where connectors publish record events: `<org>.<entity>.<verb>`.
    public static let records = Exchange(name: "leadline.records", kind: .topic, alternate: unroutable.name)
    /// Where what is requeued goes, by an operator or a worker, under the routing key that it came with. What comes by it may
    /// have been processed before, and connectors may not publish to it.
    public static let again = Exchange(name: "leadline.again", kind: .topic, alternate: unroutable.name)
    /// Takes what `records` and `again` can give to no queue.
    public static let unroutable = Exchange(name: "leadline.unroutable", kind: .fanout)
    /// Where results go out: `<org>.<entity>.<grade>.<from>.<what>`.
    public static let scores = Exchange(name: "leadline.scores", kind: .topic)
    /// Where the month's totals go out: `<org>.<entity>`.
    public static let usage = Exchange(name: "leadline.usage", kind: .topic)
    /// Where it goes out which event was refused, and why: `<org>.<entity>.<reason>`.
    public static let refusals = Exchange(name: "leadline.refusals", kind: .topic)
    /// Where what is refused goes, under the routing key that it came with.
    public static let dead = Exchange(name: "leadline.dead", kind: .topic)
    /// Where the broker itself puts what it has delivered too often, under the routing key that it came with.
    public static let limit = Exchange(name: "leadline.limit", kind: .topic)

    /// Exists once the topology has aged and has been proved. Nothing is published to it, see `Topology.establish`.
    public static let established = Exchange(name: "leadline.established", kind: .fanout)

    public static let exchanges = [unroutable, records, again, scores, usage, refusals, dead, limit]

    public static let created = Queue(name: "leadline.created", kind: .quorum)
    /// Updated, deleted and erased, and all of accounts and contacts.
    public static let updated = Queue(name: "leadline.updated", kind: .quorum)
    public static let imported = Queue(name: "leadline.imported", kind: .quorum)
    public static let rejected = Queue(name: "leadline.rejected", kind: .quorum)
    /// Results that some consumer's queue would not take. Published to by name.
    public static let undelivered = Queue(name: "leadline.undelivered", kind: .quorum)
    /// Holds copies of the last messages that the broker itself removed from a work queue: while one of them was delivered
    /// too often, something is wrong.
    public static let limitReached = Queue(name: "leadline.limit.reached", kind: .quorum)
    /// All results of the last days: what the ledger reads.
    public static let scoresLog = Queue(name: "leadline.scores.log", kind: .stream)

    /// Holds no message: the connection whose own it is moves what is undelivered, one in the fleet.
    public static let undeliveredRelay = "leadline.undelivered.relay"

    public static let queues = [created, updated, imported, rejected, undelivered, limitReached, scoresLog]

    private static let workKeys: [(queue: Queue, keys: [String])] = [
        (created, ["*.lead.created", "*.opportunity.created"]),
        (
            updated,
            [
                "*.lead.updated", "*.lead.deleted", "*.lead.erased", "*.opportunity.updated", "*.opportunity.deleted",
                "*.opportunity.erased", "*.account.*", "*.contact.*",
            ]
        ),
        (imported, ["*.lead.imported", "*.opportunity.imported"]),
    ]

    public static let bindings: [Binding] =
        [records, again].flatMap { exchange in
            workKeys.flatMap { queue, keys in keys.map { Binding(queue: queue, exchange: exchange, key: $0) } }
        }
        + [
            Binding(queue: rejected, exchange: unroutable, key: ""), Binding(queue: rejected, exchange: dead, key: "#"),
            Binding(queue: rejected, exchange: limit, key: "#"),
            Binding(queue: limitReached, exchange: limit, key: "#"),
            Binding(queue: scoresLog, exchange: scores, key: "#"),
        ]

    /// Headers of messages.
    public enum Header {
        /// On what was rejected: a `Refusal.Reason`.
        public static let reason = "leadline-reason"
        public static let field = "leadline-field"
        public static let message = "leadline-message"
        /// The number of the element in the batch that it stood in, from 0.
        public static let index = "leadline-index"
        /// The routing key under which it was first published.
        public static let origin = "leadline-origin"
        /// On what waits in `leadline.undelivered`: the only queue that gets it.
        public static let queue = "leadline-queue"
        /// On what was rejected: which of the publisher's properties could not be published again.
        public static let headersDropped = "leadline-headers-dropped"
        /// RFC 3339.
        public static let rejectedAt = "leadline-rejected-at"
    }

    public enum ContentType {
        public static let event = MediaType.event
        public static let batch = MediaType.batch
        public static let json = "application/json"
    }

    /// The CloudEvent `source` of the results of one kind of record: `leadline/<org>/<kind>`.
    public static func source(organization: String, kind: RecordKind) -> String {
        "leadline/\(organization)/\(kind.rawValue)"
    }
}
