import Contract
import LeadModel
import Logging
import Rabbit
import Redis
import Registry
import Running

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
    var inFlight: [InFlightBatch] = []
    /// Whether the present turn, or else the last one, has nothing beside it in the whole process.
    private(set) var isAlone = false
    /// The partition whose sweep it works off.
    var holding: LeasedPartition?
    /// Partitions of which nothing is left but what is under way: each is given back once that is settled, while the lane
    /// works on the next.
    var leaving: [LeasedPartition] = []
    /// When a batch last had messages that somebody waits for.
    var urgent: ContinuousClock.Instant?
    /// Whether the present turn has some of a sweep's records; until when no other has.
    var isSweptTurn = false
    var sweepRestsUntil = ContinuousClock.now
    /// The message that is worked alone, while elements of it are left.
    var suspect: Suspect?
    /// The counters of tries that it raised and has not cleared.
    var raised: Set<UInt64> = []
    /// Redis's time at the last look, and when that was.
    private var clock: (redis: Moment, here: ContinuousClock.Instant)
    private var registryChange = 0
    private var registryLook = ContinuousClock.now
    /// The one reference time of a pass: Redis's, read with its load. Scores, revisions and months are by it.
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
        let board: SweepBoard
        let stop: StopSignal
        let log: Logger
    }

    /// Connects, proves the topology and starts consuming.
    init(number: Int, options: WorkerOptions, shared: Shared) throws {
        (self.number, self.options, self.shared) = (number, options, shared)
        registryChange = shared.watch.changes
        redis = try RedisConnection(options.redis)
        (store, view) = Self.stores(on: redis, log: shared.log)
        clock = (try RedisClock(redis).nowOnceWritable(), .now)
        shared.outages.ended("Redis", lane: number)
        let consumer = try RabbitConnection(options.broker, name: "leadline worker, lane \(number), taking")
        try Topology.establish(on: consumer)
        publisher = try Publisher(options.broker, name: "leadline worker, lane \(number), publishing")
        inbox = try Inbox(on: consumer, prefetch: options.prefetch)
        shared.outages.ended("RabbitMQ", lane: number)
    }

    static func stores(on redis: RedisConnection, log: Logger) -> (RecordStore, RegistryView) {
        (RecordStore(redis), RegistryView(redis) { log.error("\($0)") })
    }

    /// Turns until it is told to stop and has worked off what it holds.
    func work() throws {
        do {
            try turnUntilStopped()
        } catch {
            takeBackCrashCounts(after: error)
            throw error
        }
    }

    private func turnUntilStopped() throws {
        while true {
            if shared.stop.isSet { try inbox.cancel() }
            try awaitNews()
            try tendSweep()
            try turnIfThereIsWork()
            if inbox.isDrained, inFlight.isEmpty, suspect == nil, holding == nil, leaving.isEmpty { return }
            try checkPatience()
            try lookAtRegistry()
        }
    }

    /// Waits a moment for work or confirms, if there is neither.
    private func awaitNews() throws {
        if mayRest {
            let rest = sweepRestsUntil - .now
            RabbitConnection.awaitAny(
                of: [inbox.connection, publisher.connection],
                atMost: rest > .zero ? min(rest, .milliseconds(200)) : .milliseconds(200))
        }
        let hasNews = try inbox.collect()
        // What a former life of this lane had in hand came to another.
        if !hasNews, oldestHeld == nil { shared.tally.hold(since: nil, lane: number) }
    }

    /// Nothing is to be done before something comes.
    private var mayRest: Bool { !inbox.hasWork && !hasWorkForItself && isSweepResting }

    private var hasWorkForItself: Bool {
        suspect != nil || inbox.hasSuspect || holding?.hasSuspects == true && !shared.stop.isSet
    }

    private var hasWork: Bool { inbox.hasWork || hasSweptWork }

    private func turnIfThereIsWork() throws {
        // By turns with the rest: else the thousands that a batch can hold would hold up new leads.
        isAlone = hasWorkForItself && !(isAlone && inbox.hasWork)
        if isAlone || !hasWork { try settle() }
        guard isAlone || hasWork else { return }
        let began = ContinuousClock.now
        try shared.turns.turn(alone: isAlone, waiting: { try keepAlive(for: .milliseconds(2)) }, work: turn)
        restSweep(after: .now - began)
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
        shared.tally.hold(since: oldestInFlight, lane: number)
    }

    /// Reads the registry anew if word came of a change, or it is time to look.
    private func lookAtRegistry() throws {
        let changes = shared.watch.changes
        guard changes != registryChange || ContinuousClock.now - registryLook >= options.poll else { return }
        try whileRedisIsThere { try refreshRegistry() }
        (registryChange, registryLook) = (changes, .now)
    }

    /// Reads what moved in the registry.
    func refreshRegistry() throws {
        for name in try view.refresh() where number == 0 {
            guard let organization = try view.organization(name) else { continue }
            for entity in Entity.allCases {
                let published = organization.published(entity).map { "model \($0.version)" } ?? "no model"
                shared.log.info("\(name): \(entity.rawValue): \(published) is published")
            }
        }
    }
}
