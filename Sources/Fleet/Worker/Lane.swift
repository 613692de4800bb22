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
/// 2. It runs turns: `turn()` takes one batch through all steps. While a batch waits for confirms, the next turn runs.
/// 3. While Redis is away it keeps its messages, and continues when Redis is back; after 15 minutes it returns them.
/// 4. When the broker is away it drops its messages, which the broker redelivers. `Worker` then creates the lane again.
/// 5. When the worker stops, it cancels its consumers, works off what it has, and ends.
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
    var publisher: Publisher
    let reader: EventReader
    /// Batches that are sent and not settled, oldest first.
    var inFlight: [InFlightBatch] = []
    /// Between attempts to do what Redis refused; nil while Redis serves.
    var redisBackoff: Backoff?
    /// For how long the broker may confirm nothing at all before the lane looks for a stuck receiver. It grows while none is
    /// found: then the broker is just slow.
    var patientSilence = Lane.shortestConfirm
    /// When it may look for one again.
    var nextProbe = ContinuousClock.now
    /// The messages that were forwarded to `leadline.rejected` since the lane last had all its confirms.
    var carried: [UInt64] = []
    /// Whether the current turn, or the last one between turns, is isolated: no other turn runs in the process.
    private(set) var isIsolated = false
    /// The partitions that it sweeps.
    var leased = LeasedPartitions()
    var pace = SweepPace()
    /// The quarantined message that is worked on element by element.
    var isolated: IsolatedDelivery?
    /// The crash counts that it has raised and not cleared.
    var raisedCrashCounts: Set<UInt64> = []
    /// The reference time of one pass through the steps: Redis's time, read by `load`. Ages, revisions and months use
    /// it.
    var reference = Moment(microseconds: 0)
    /// The messages of the current turn.
    var inTurn: [Delivery] = []
    /// When the oldest message of the current turn's batch arrived; nil once the batch is in flight.
    var heldSince: ContinuousClock.Instant?
    /// Whether it has settled a batch: then `Worker` resets the backoff.
    private(set) var hasSettled = false

    /// What all lanes of a worker share.
    struct Shared: Sendable {
        let tally: Tally
        let outages: Outages
        let watch: RegistryWatch
        let turns = TurnLock()
        let board: SweepBoard
        let stuck: StuckConsumers
        let offenders = Offenders()
        let survivors = Survivors()
        let refusals = RefusalFeed()
        let stop: StopSignal
        let log: Logger
    }

    /// The lane's name as a thread of the worker, as it appears in the log.
    static func name(_ number: Int) -> String { "lane \(number)" }

    var name: String { Self.name(number) }
    var redis: RedisConnection { stores.redis }
    var store: RecordStore { stores.records }
    var view: RegistryView { stores.view }

    /// Connects to the broker, proves the topology and the right to publish, and starts consuming.
    init(number: Int, options: WorkerOptions, shared: Shared, stores: RedisStores) throws {
        (self.number, self.options, self.shared, self.stores) = (number, options, shared, stores)
        clock = stores.clock
        var limits = Limits.standard
        // A lower limit of the worker refuses what the contract promises; it cuts no more of it.
        limits.recordBytes = max(limits.recordBytes, options.recordBytes)
        reader = EventReader(limits: limits)
        let consumer = try RabbitConnection(options.broker, name: "leadline worker, lane \(number), taking")
        try Topology.establish(on: consumer)
        publisher = try Self.provedPublisher(options, lane: number)
        inbox = try Inbox(
            on: consumer, prefetch: options.prefetch, mostBytes: options.mostBytes, survivors: shared.survivors)
    }

    /// No queue has this name: the broker confirms what is sent to it, and drops it.
    static let noQueue = "leadline.proof"

    /// A connection that has proved that it may publish whatever a turn can publish, and that the broker confirms. A lane
    /// that finds that out only when a consumer's queue is full would have taken messages that it can't settle.
    static func provedPublisher(_ options: WorkerOptions, lane number: Int) throws -> Publisher {
        let publisher = try Publisher(options.broker, name: "leadline worker, lane \(number), publishing")
        do {
            for exchange in [Names.scores.name, Names.dead.name, Names.again.name, ""] {
                try publisher.connection.provePublishing(to: exchange, routingKey: noQueue)
            }
        } catch {
            guard publisher.isBlocked else { throw error }
            let cause = "it takes no results: a memory or disk alarm"
            throw RabbitError.unreachable(target: options.broker.description, cause: cause)
        }
        try publisher.publish([], to: "", routingKey: noQueue)
        _ = try publisher.awaitConfirms(timeout: .seconds(10))
        return publisher
    }

    /// Runs turns until the worker stops and all it has is worked off.
    func work() throws {
        do {
            try turnUntilStopped()
        } catch {
            clearCrashCounts(after: error)
            // What Redis stores for one of the turn's messages may be damaged in a way that nothing expects. In isolation only
            // that message can end the lane again.
            inbox.noteReturned(except: (error as? RedisError)?.isOfStoredData == true ? inTurn : [])
            if (error as? RabbitError)?.blamesAMessage == true { shared.offenders.add(carried) }
            throw error
        }
    }

    private func turnUntilStopped() throws {
        while true {
            try pollRegistry()
            if shared.stop.isSet { try inbox.cancel() }
            try awaitNews()
            try renewWorn()
            try tendSweep()
            try turnIfThereIsWork()
            if inbox.isDrained, inFlight.isEmpty, isolated == nil, leased.isEmpty { return }
            try checkPatience()
            noteRedisServes()
        }
    }

    /// Waits a moment for messages or confirms, if there is nothing else to do.
    private func awaitNews() throws {
        if !inbox.hasWork, !hasIsolatedWork, isSweepWaiting {
            let pause = pace.pause(at: .now)
            // What a full inbox doesn't read would end the wait at once, again and again.
            let sources = inbox.isFull ? [publisher.connection] : [inbox.connection, publisher.connection]
            RabbitConnection.awaitAny(
                of: sources,
                atMost: pause > .zero ? min(pause, .milliseconds(200)) : .milliseconds(200))
        }
        let hasNews = try inbox.collect()
        // The messages of this lane's former connection went to other lanes.
        if !hasNews, oldestHeld == nil { shared.tally.note(inFlightSince: nil, lane: number) }
    }

    private var hasIsolatedWork: Bool { isolated != nil || inbox.hasQuarantined || leased.hasAbandoned }

    private var hasWork: Bool { inbox.hasWork || hasSweptWork }

    private func turnIfThereIsWork() throws {
        isIsolated = hasIsolatedWork && (!hasWork || shared.turns.isIsolationAffordable)
        if isIsolated || !hasWork { try settle() }
        guard isIsolated || hasWork else { return }
        let began = ContinuousClock.now
        try shared.turns.turn(isolated: isIsolated, waiting: { try keepAlive(for: .milliseconds(2)) }, work: turn)
        let now = ContinuousClock.now
        pace.turnEnded(after: now - began, at: now)
    }

    /// Closes the connections to the broker. The connection to Redis stays open for the lane's next run.
    func close() {
        inbox.connection.close()
        publisher.close()
    }

    /// The present by Redis's clock.
    var now: Moment { clock.now(at: .now, offset: options.clockOffset) }

    func set(clock now: Moment) { clock = LaneClock(now, at: .now) }

    /// Continues with a new connection to Redis.
    func replaceStores(by fresh: RedisStores) {
        redis.close()
        (stores, clock) = (fresh, fresh.clock)
        leased.handleForAll(.reconnected)
    }

    /// Notes that the oldest batch is settled. Later ones may still be in flight.
    func noteSettled() {
        if !hasSettled { shared.outages.ended("RabbitMQ", for: name) }
        hasSettled = true
        shared.tally.note(inFlightSince: nil, lane: number)
        shared.tally.note(inFlightSince: oldestInFlight, lane: number)
    }

    /// Reads the registry again if a change was announced, or if `options.poll` has passed since the last time.
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
