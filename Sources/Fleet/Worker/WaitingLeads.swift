import Contract
import LeadModel
import Rabbit
import Redis
import Registry

/// The new leads that wait in their queue, and for how long at most.
///
/// AMQP says how many messages wait, but not since when. A queue is consumed from its head, so all that waits now came after
/// the last moment at which the queue was empty. Every worker checks once a minute, and stores the time if it finds the
/// queue empty. So the age is an upper bound, to the minute: leads may have come later. If no worker ran for a time,
/// the age is at least that time, until the queue has been empty once.
///
/// Messages that lanes have taken are not in the queue. If a worker finds the queue empty while its own lanes have
/// unfinished messages, it stores the time at which the oldest of them arrived. What a dead worker returned is seen
/// only as messages in the queue.
public struct WaitingLeads: Equatable, Sendable {
    /// Messages in the queue that are ready: those that lanes have taken don't count.
    public var count: Int
    /// How many lanes consume from the queue.
    public var lanes: Int
    /// The longest that any of them can have waited, or that the checking worker's lanes have had a message unfinished.
    /// Nil if no worker has seen the queue empty yet.
    public var longest: Duration?

    /// A new lead that waits this long is worth a warning.
    public static let tooLong = Duration.seconds(15 * 60)

    /// Looks, and changes nothing.
    public static func look(broker: RabbitConnection, redis: RedisConnection) throws -> WaitingLeads {
        let queue = try state(broker)
        let now = try RedisClock(redis).now()
        let emptied = try redis.call("GET", Keyspace.waiting).int.map(Moment.init(microseconds:))
        let longest = emptied.map { Duration.microseconds(max(0, now.microseconds - $0.microseconds)) }
        return WaitingLeads(
            count: queue.messageCount, lanes: queue.consumerCount,
            longest: queue.messageCount == 0 ? .zero : longest)
    }

    /// Looks as a worker does, and stores the time if the queue is empty.
    ///
    /// - Parameter held: how long the worker's oldest unfinished message has been with its lane; nil if there is none.
    static func note(held: Duration?, broker: RabbitConnection, redis: RedisConnection) throws -> WaitingLeads {
        // The time first: what arrives between the two arrived after it.
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

    /// "12 wait in leadline.created, 3 minutes at most; 2 lanes take them".
    public var words: String {
        let takers = lanes == 0 ? "no worker takes them" : "\(lanes) lane\(lanes == 1 ? " takes" : "s take") them"
        guard count > 0 else { return "none waits; \(takers)" }
        let age = minutes.map { "\($0) minute\($0 == 1 ? "" : "s") at most" } ?? "since when no worker has noted yet"
        return "\(count) wait\(count == 1 ? "s" : "") in \(Names.created.name), \(age); \(takers)"
    }
}
