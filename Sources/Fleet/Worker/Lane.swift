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
/// 2. It runs turns: `turn()` is the way of each batch. While confirms of one are awaited, it works the next.
/// 3. While Redis is away it keeps what it has, and goes on when Redis is back; after 15 minutes it gives it back.
/// 4. When the broker is away it drops all it has, which the broker delivers again, and begins a new life.
/// 5. When the worker stops, it asks for no more, works off what it has, and ends.
///
/// If it dies, the broker delivers what it had to another lane; the stored records say what was done.
final class Lane {
    let number: Int
    let options: WorkerOptions
    let shared: Shared
    private(set) var stores: RedisStores
    private var clock: LaneClock
    private var registryPoll = RegistryPoll()
    let inbox: Inbox
    let publisher: Publisher
    let reader = EventReader()
    /// Batches that are sent and not settled, oldest first.
    var inFlight: [InFlightBatch] = []
    /// Whether the present or the last turn is isolated: nothing else is in flight in the whole process.
    private(set) var isIsolated = false
    /// The partitions that it sweeps.
    var leased = LeasedPartitions()
    var pace = SweepPace()
    /// The quarantined message that is worked on element by element.
    var isolated: IsolatedDelivery?
    /// The crash counts that it has raised and not cleared.
    var raisedCrashCounts: Set<UInt64> = []
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

    /// As a thread of the worker.
    static func name(_ number: Int) -> String { "lane \(number)" }

    var name: String { Self.name(number) }
    var redis: RedisConnection { stores.redis }
    var store: RecordStore { stores.records }
    var view: RegistryView { stores.view }

    /// Connects to the broker, proves the topology and starts consuming.
    init(number: Int, options: WorkerOptions, shared: Shared, stores: RedisStores) throws {
        (self.number, self.options, self.shared, self.stores) = (number, options, shared, stores)
        clock = stores.clock
        let consumer = try RabbitConnection(options.broker, name: "leadline worker, lane \(number), taking")
        try Topology.establish(on: consumer)
        publisher = try Publisher(options.broker, name: "leadline worker, lane \(number), publishing")
        inbox = try Inbox(on: consumer, prefetch: options.prefetch)
        shared.outages.ended("RabbitMQ", for: name)
    }

    /// Runs turns until the worker stops and all it has is worked off.
    func work() throws {
        do {
            try turnUntilStopped()
        } catch {
            clearCrashCounts(after: error)
            throw error
        }
    }

    private func turnUntilStopped() throws {
        while true {
            try pollRegistry()
            if shared.stop.isSet { try inbox.cancel() }
            try awaitNews()
            try tendSweep()
            try turnIfThereIsWork()
            if inbox.isDrained, inFlight.isEmpty, isolated == nil, leased.isEmpty { return }
            try checkPatience()
        }
    }

    /// Waits a moment for messages or confirms, if there is nothing else to do.
    private func awaitNews() throws {
        if !inbox.hasWork, !hasIsolatedWork, isSweepWaiting {
            let pause = pace.pause(at: .now)
            RabbitConnection.awaitAny(
                of: [inbox.connection, publisher.connection],
                atMost: pause > .zero ? min(pause, .milliseconds(200)) : .milliseconds(200))
        }
        let hasNews = try inbox.collect()
        // What a former life of this lane had went to another lane.
        if !hasNews, oldestHeld == nil { shared.tally.note(inFlightSince: nil, lane: number) }
    }

    private var hasIsolatedWork: Bool { isolated != nil || inbox.hasQuarantined || leased.hasAbandoned }

    private var hasWork: Bool { inbox.hasWork || hasSweptWork }

    private func turnIfThereIsWork() throws {
        // In alternation with the rest: otherwise the thousands that a batch can hold would hold up new leads.
        isIsolated = hasIsolatedWork && !(isIsolated && inbox.hasWork)
        if isIsolated || !hasWork { try settle() }
        guard isIsolated || hasWork else { return }
        let began = ContinuousClock.now
        try shared.turns.turn(isolated: isIsolated, waiting: { try keepAlive(for: .milliseconds(2)) }, work: turn)
        let now = ContinuousClock.now
        pace.turnEnded(after: now - began, at: now)
    }

    /// Closes the connections to the broker. Redis's stays open for the lane's next life.
    func close() {
        inbox.connection.close()
        publisher.close()
    }

    /// The present by Redis's clock.
    var now: Moment { clock.now(at: .now, offset: options.clockOffset) }

    func set(clock now: Moment) { clock = LaneClock(now, at: .now) }

    /// Goes on with a new connection to Redis.
    func replaceStores(by fresh: RedisStores) {
        redis.close()
        (stores, clock) = (fresh, fresh.clock)
        leased.handleForAll(.reconnected)
    }

    /// Notes that a batch has come to its end; those behind it are still in flight.
    func noteSettled() {
        hasSettled = true
        shared.tally.note(inFlightSince: nil, lane: number)
        shared.tally.note(inFlightSince: oldestInFlight, lane: number)
    }

    /// Reads the registry again if a change was announced, or it is time to look.
    private func pollRegistry() throws {
        let changes = shared.watch.changes
        guard registryPoll.isDue(changes: changes, at: .now, every: options.poll) else { return }
        try whileRedisIsThere { try refreshRegistry() }
        registryPoll.noteRead(changes: changes, at: .now)
    }

    /// Reads what changed in the registry.
    func refreshRegistry() throws {
        for name in try view.refresh() where number == 0 {
            guard let organization = try view.organization(name) else { continue }
            for entity in Entity.allCases {
                shared.log.info("\(name): \(entity.rawValue): \(organization.models(entity).lineUp) is published")
            }
        }
    }
}
