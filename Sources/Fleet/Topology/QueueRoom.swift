import Contract
import Rabbit
import Redis
import Registry

/// How full a bounded queue is: `leadline.rejected`, `leadline.undelivered` or the stream `leadline.scores.log`.
///
/// At its bound each drops its oldest messages, so no publisher and no lane is ever held up by it.
public struct QueueRoom: Equatable, Sendable {
    public var queue: String
    public var messages: Int
    /// Of their bodies. AMQP gives only the number of messages, so this is an estimate: their number by the mean size of
    /// what workers have sent there. Nil if they have sent nothing.
    public var bytes: Int?
    public var bound: Topology.Bound

    public init(queue: String, messages: Int, bytes: Int?, bound: Topology.Bound) {
        (self.queue, self.messages, self.bytes, self.bound) = (queue, messages, bytes, bound)
    }

    /// The larger share of the bound that is used, of the number of messages and of their bytes.
    public var share: Double {
        max(
            bound.messages.map { Double(messages) / Double($0) } ?? 0,
            bytes.map { Double($0) / Double(bound.bytes) } ?? 0)
    }

    /// Whether somebody should make room, or look who fills it.
    public var isFilling: Bool { share >= 0.8 }

    /// Whether messages that only an operator or a consumer can bring back would be dropped: a stream drops its oldest in
    /// normal operation too.
    public var isParked: Bool { queue != Names.scoresLog.name }

    /// "leadline.rejected is 83 % full: 20,000 messages, about 3,320 MB of 4,000 MB".
    public var words: String {
        let megabytes = bytes.map {
            ", about \(($0 / 1_000_000).grouped) MB of \((bound.bytes / 1_000_000).grouped) MB"
        }
        return
            "\(queue) is \(min(1, share).percent) full: \(messages.grouped) message\(messages == 1 ? "" : "s")\(megabytes ?? "")"
    }

    /// What happens at the bound, and what to do.
    public var advice: String {
        switch queue {
        case Names.rejected.name:
            "at its bound the oldest are dropped: look at them with `leadline rejected list`, then requeue or purge them"
        case Names.undelivered.name:
            "at its bound the oldest are dropped: make room in the consumers' queues (`leadline undelivered list` names them)"
        default: "at its bound the oldest are dropped: a reader that is behind misses them"
        }
    }

    /// Looks at all three, and changes nothing.
    public static func look(broker: RabbitConnection, redis: RedisConnection) throws -> [QueueRoom] {
        let channel = try broker.openChannel()
        let rooms = try Names.queues.compactMap { queue -> QueueRoom? in
            guard let bound = Topology.bound(of: queue) else { return nil }
            let messages = try broker.declareQueue(queue.name, on: channel, passive: true).messageCount
            let mean = try SentSizes.mean(of: queue, redis)
            let bytes = mean.map { Int(min(Double(messages) * $0, 1e15)) }
            return QueueRoom(queue: queue.name, messages: messages, bytes: bytes, bound: bound)
        }
        try broker.closeChannel(channel)
        return rooms
    }
}

/// How many messages, of how many bytes, a worker has sent to the bounded queues.
struct SentSizes: Equatable {
    struct Sum: Equatable {
        var (messages, bytes) = (0, 0)

        static func += (sum: inout Sum, more: Sum) {
            sum.messages += more.messages
            sum.bytes += more.bytes
        }
    }

    private(set) var byQueue: [String: Sum] = [:]

    mutating func add(_ message: OutgoingMessage) {
        let queue: Names.Queue
        switch (message.exchange, message.routingKey) {
        case (Names.dead.name, _): queue = Names.rejected
        case (Names.scores.name, _): queue = Names.scoresLog
        case ("", Names.undelivered.name): queue = Names.undelivered
        default: return
        }
        byQueue[queue.name, default: Sum()] += Sum(messages: 1, bytes: message.body.count)
    }

    mutating func add(_ other: SentSizes) {
        for (queue, sum) in other.byQueue { byQueue[queue, default: Sum()] += sum }
    }

    /// Adds it to what all workers have sent.
    func note(in redis: RedisConnection) throws {
        for (queue, sum) in byQueue {
            try redis.call("HINCRBY", Keyspace.sentSizes, queue + ":messages", sum.messages)
            try redis.call("HINCRBY", Keyspace.sentSizes, queue + ":bytes", sum.bytes)
        }
    }

    /// In bytes, of what all workers have sent there; nil if it is not known.
    fileprivate static func mean(of queue: Names.Queue, _ redis: RedisConnection) throws -> Double? {
        let sums = try redis.call("HMGET", Keyspace.sentSizes, queue.name + ":messages", queue.name + ":bytes").array
        guard let sums, sums.count == 2, let messages = sums[0].int, let bytes = sums[1].int, messages > 0, bytes >= 0
        else { return nil }
        return Double(bytes) / Double(messages)
    }

    /// Forgets a queue's sums, so that a former flood of large messages doesn't count against later small ones.
    static func forget(_ queue: String, _ redis: RedisConnection) throws {
        try redis.call("HDEL", Keyspace.sentSizes, queue + ":messages", queue + ":bytes")
    }
}
