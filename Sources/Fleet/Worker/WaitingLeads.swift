import Contract
import LeadModel
import Rabbit
import Redis
import Registry

/// The new leads that wait in their queue, and for how long at most.
///
/// AMQP tells how many messages wait, never since when. But a queue is worked from its head: so all that waits now came
/// after the last moment at which nothing waited. Every worker looks once a minute, and writes that moment down when it
/// sees it. So the age that is told is a bound, a minute coarse: no lead waits longer, each may have come later. After a
/// time in which no worker ran it is as long as that time, until the queue has been empty once.
///
/// What lanes hold does not wait in the queue; where the looking worker's own lanes do not get on with what they hold, the
/// queue does not count as empty since then. What a dead worker gave back counts by the queue alone.
public struct WaitingLeads: Equatable, Sendable {
    /// In the queue; what lanes hold is not among them.
    public var count: Int
    /// How many take from the queue: each lane is one.
    public var lanes: Int
    /// None of them waits longer, nor what lanes of the worker that looked hold. Nothing where no worker has seen the queue
    /// empty so far.
    public var longest: Duration?

    /// So long no new lead should go without a score.
    public static let tooLong = Duration.seconds(15 * 60)

    /// Looks, and changes nothing.
    public static func look(broker: RabbitConnection, redis: RedisConnection) throws -> WaitingLeads {
        let queue = try state(broker)
        let now = try RedisClock(redis).now()
        let emptied = try redis.call("GET", Keyspace.waiting).int
        let longest = emptied.map { Duration.microseconds(max(0, now.microseconds - $0)) }
        return WaitingLeads(
            count: queue.messageCount, lanes: queue.consumerCount,
            longest: queue.messageCount == 0 ? .zero : longest)
    }

    /// Looks as a worker does, and writes down when the queue was empty.
    ///
    /// - Parameter held: for how long the worker's lanes have had something in hand.
    static func note(held: Duration?, broker: RabbitConnection, redis: RedisConnection) throws -> WaitingLeads {
        // The time first: what comes between it and the look came after it.
        let now = try RedisClock(redis).now()
        if try state(broker).messageCount == 0 {
            let held = (held ?? .zero).components
            let emptied = now.microseconds - held.seconds * 1_000_000 - held.attoseconds / 1_000_000_000_000
            try redis.call("SET", Keyspace.waiting, emptied)
        }
        var waiting = try look(broker: broker, redis: redis)
        if let held { waiting.longest = waiting.longest.map { max($0, held) } ?? held }
        return waiting
    }

    private static func state(_ broker: RabbitConnection) throws -> QueueState {
        let channel = try broker.openChannel()
        let state = try broker.declareQueue(Names.created.name, on: channel, passive: true)
        try broker.closeChannel(channel)
        return state
    }

    public var isTooLong: Bool { (longest ?? .zero) >= Self.tooLong }

    /// Rounded up, as it is a bound.
    public var minutes: Int? { longest.map { Int(($0 / .seconds(60)).rounded(.up)) } }

    /// "12 new leads wait in leadline.created, 3 minutes at most; 2 lanes take them".
    public var words: String {
        let takers = lanes == 0 ? "no worker takes them" : "\(lanes) lane\(lanes == 1 ? " takes" : "s take") them"
        guard count > 0 else { return "none waits; \(takers)" }
        let age = minutes.map { "\($0) minute\($0 == 1 ? "" : "s") at most" } ?? "since when no worker has noted yet"
        return "\(count) wait\(count == 1 ? "s" : "") in \(Names.created.name), \(age); \(takers)"
    }
}
