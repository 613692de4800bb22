import Contract
import LeadModel
import Logging
import Rabbit
import Redis
import Registry

/// One thread of a worker, with connections of its own.
///
/// 1. It waits for Redis and the broker, proves the topology, and only then consumes.
/// 2. It turns: `turn()` is the way of each batch. While confirms of one are under way, it works the next.
/// 3. While Redis is away it holds what it has, and goes on when Redis is back; after 15 minutes it gives it back.
/// 4. When the broker is away it lets go of all it held, which the broker gives again, and begins anew.
/// 5. Told to stop, it asks for no more, works off what it holds, and ends.
///
/// If it dies, the broker gives what it held to another; the stored records tell what was done.
final class Lane {
    let number: Int
    let options: WorkerOptions
    let shared: Shared
    var redis: RedisConnection
    var store: RecordStore
    var view: RegistryView
    let inbox: Inbox
    let publisher: Publisher
    let reader = EventReader()
    /// Batches that are sent and not settled, oldest first.
    var flights: [Flight] = []
    /// Whether the present turn, or else the last one, has nothing beside it in the whole process.
    private(set) var isAlone = false
    /// The message that is worked alone, while elements of it are left.
    var suspect: Suspect?
    /// The counters of tries that it raised and has not cleared.
    var raised: Set<UInt64> = []
    /// Redis's time at the last look, and when that was.
    private var clock: (redis: Moment, here: ContinuousClock.Instant)
    private var registryChange = 0
    private var registryLook = ContinuousClock.now
    /// The one reference time of a pass: Redis's, read with its recall. Scores, revisions and months are by it.
    var reference = Moment(microseconds: 0)
    /// When the oldest message of the batch in the present turn arrived.
    var heldSince: ContinuousClock.Instant?
    /// Whether it has finished a batch.
    private(set) var hasSettled = false

    /// What all lanes of a worker share.
    struct Shared: Sendable {
        let tally: Tally
        let outages: Outages
        let watch: RegistryWatch
        let turns = TurnLock()
        let stop: StopSignal
        let log: Logger
    }

    /// Connects, proves the topology and starts consuming.
    init(number: Int, options: WorkerOptions, shared: Shared) throws {
        (self.number, self.options, self.shared) = (number, options, shared)
        registryChange = shared.watch.changes
        redis = try RedisConnection(options.redis)
        (store, view) = Self.stores(on: redis, log: shared.log)
        clock = (try Registry(redis, author: "").probe(), .now)
        shared.outages.ended("Redis", lane: number)
        let consumer = try RabbitConnection(options.broker, name: "leadline worker, lane \(number), taking")
        try Topology.establish(on: consumer)
        publisher = try Publisher(options.broker, name: "leadline worker, lane \(number), publishing")
        inbox = try Inbox(on: consumer, prefetch: options.prefetch)
        shared.outages.ended("RabbitMQ", lane: number)
    }

    private static func stores(on redis: RedisConnection, log: Logger) -> (RecordStore, RegistryView) {
        (RecordStore(redis), RegistryView(redis) { log.error("\($0)") })
    }

    /// Turns until it is told to stop and has worked off what it holds.
    func work() throws {
        do {
            try turnUntilStopped()
        } catch {
            takeBackTries(after: error)
            throw error
        }
    }

    private func turnUntilStopped() throws {
        while true {
            if shared.stop.isSet { try inbox.cancel() }
            try awaitNews()
            try turnIfThereIsWork()
            if inbox.isDrained, flights.isEmpty, suspect == nil { return }
            try checkPatience()
            try lookAtRegistry()
        }
    }

    /// Waits a moment for work or confirms, if there is neither.
    private func awaitNews() throws {
        if !inbox.hasWork, !hasWorkForItself {
            RabbitConnection.awaitAny(of: [inbox.connection, publisher.connection], atMost: .milliseconds(200))
        }
        let hasNews = try inbox.collect()
        // What a former life of this lane had in hand came to another.
        if !hasNews, oldestHeld == nil { shared.tally.hold(since: nil, lane: number) }
    }

    private var hasWorkForItself: Bool { suspect != nil || inbox.hasSuspect }

    private func turnIfThereIsWork() throws {
        // By turns with the rest: else the thousands that a batch can hold would hold up new leads.
        isAlone = hasWorkForItself && !(isAlone && inbox.hasWork)
        if isAlone || !inbox.hasWork { try settle() }
        guard isAlone || inbox.hasWork else { return }
        try shared.turns.turn(alone: isAlone, waiting: { try keepAlive(for: .milliseconds(2)) }, work: turn)
    }

    func close() {
        inbox.connection.close()
        publisher.close()
        redis.close()
    }

    /// The present by Redis's clock.
    var now: Moment {
        let elapsed = (ContinuousClock.now - clock.here).components
        return Moment(
            microseconds: clock.redis.microseconds + elapsed.seconds * 1_000_000 + elapsed.attoseconds
                / 1_000_000_000_000
        ).adding(seconds: options.clockOffset)
    }

    func set(clock now: Moment) { clock = (now, .now) }

    /// That a batch has come to its end; what is under way behind it is still in hand.
    func noteSettled() {
        hasSettled = true
        shared.tally.hold(since: nil, lane: number)
        shared.tally.hold(since: flights.first?.arrived, lane: number)
    }

    /// Reads the registry anew if word came of a change, or it is time to look.
    private func lookAtRegistry() throws {
        let changes = shared.watch.changes
        guard changes != registryChange || ContinuousClock.now - registryLook >= options.poll else { return }
        try whileRedisIsThere {
            for name in try view.refresh() where number == 0 {
                guard let organization = try view.organization(name) else { continue }
                for entity in Entity.allCases {
                    let published = organization.published(entity).map { "model \($0.version)" } ?? "no model"
                    shared.log.info("\(name): \(entity.rawValue): \(published) is published")
                }
            }
        }
        (registryChange, registryLook) = (changes, .now)
    }

    /// Does something with Redis, again until Redis answers. Only for what may be done twice.
    func whileRedisIsThere<Answer>(_ work: () throws -> Answer) throws -> Answer {
        while true {
            do {
                return try work()
            } catch let error as RedisError where error.isAway {
                try awaitRedis(error)
            }
        }
    }

    /// Waits until Redis can be reached, with what is held in hand, and connects anew.
    func awaitRedis(_ cause: RedisError) throws {
        shared.outages.began("Redis", lane: number, "\(cause)")
        var backoff = Backoff()
        while true {
            try keepAlive(for: backoff.delay())
            do {
                let fresh = try RedisConnection(options.redis)
                let now = try Registry(fresh, author: "").probe()
                redis.close()
                redis = fresh
                (store, view) = Self.stores(on: fresh, log: shared.log)
                set(clock: now)
                break
            } catch let error as RedisError where error.isAway {
                continue
            }
        }
        shared.outages.ended("Redis", lane: number)
    }

    /// Keeps both connections to the broker alive while the lane waits for something else.
    ///
    /// - Throws: `HeldTooLong` when what it holds must be given back; `RabbitError`.
    func keepAlive(for time: Duration) throws {
        let end = ContinuousClock.now + time
        repeat {
            try inbox.collect()
            try publisher.poll(for: min(.milliseconds(200), max(.zero, end - .now)))
            try checkPatience()
            if oldestHeld == nil, shared.stop.isSet { throw Stopped() }
        } while ContinuousClock.now < end
    }

    /// When the oldest message arrived that it holds, in the turn, under way or waiting.
    private var oldestHeld: ContinuousClock.Instant? {
        [heldSince, suspect?.parcel.arrived, flights.first?.arrived, inbox.oldestArrival].compactMap(\.self).min()
    }

    /// - Throws: `HeldTooLong`; `DrainTooLong` when it was told to stop too long ago; `RabbitError` when the broker leaves
    ///   confirms out.
    private func checkPatience() throws {
        sayWhetherBlocked()
        try publisher.demandAnswers(within: .seconds(30))
        if let oldestHeld, options.ticks() - oldestHeld > options.longestHold { throw HeldTooLong() }
        if shared.stop.elapsed > options.longestDrain { throw DrainTooLong() }
    }

    struct HeldTooLong: Error, CustomStringConvertible {
        var description: String { "what is held is given back, it can't be finished now" }
    }

    /// Told to stop while it waited for a server, with nothing in hand.
    struct Stopped: Error {}

    struct DrainTooLong: Error, CustomStringConvertible {
        var description: String { "told to stop, and could not finish what is held in time" }
    }
}
