import Logging
import Redis
import Registry
import Running

/// Starts the sweeps that are due, and finds the partitions that have work: one thread of a worker, with connections of its
/// own.
///
/// 1. It looks at all organizations when it starts and once a minute; every 2 s at those where a sweep has work or has yet
///    to start somewhere; at once where a change is announced, or a lane has released a partition. An announcement can get
///    lost: it only saves time.
/// 2. Each look starts what is due (`SweepStarts`), and puts partitions without a lease on the board, for the lanes.
/// 3. While Redis is away it waits, and looks at everything when Redis is back. The lanes log the outage.
///
/// If it dies nothing is lost: what is due, what was requested and what has work is stored in Redis.
struct SweepSchedule {
    let options: WorkerOptions
    let board: SweepBoard
    let stop: StopSignal
    let log: Logger

    /// Between looks at organizations whose sweeps have work.
    private static let pace = Duration.seconds(2)

    func run(in loop: ServiceLoop) {
        loop.run { backoff in
            try watch { backoff.reset() }
        } after: {
            ($0 as? RedisError)?.isOutage == true ? .awaitsSilently : .failed
        }
    }

    /// Looks until the worker stops, or Redis is away.
    private func watch(_ works: () -> Void) throws {
        // Before the first look, so that no announcement is lost between the two.
        let subscription = try RedisSubscription(options.redis, channels: [Keyspace.sweeps, Keyspace.changes])
        let redis = try RedisConnection(options.redis)
        defer { redis.close() }
        let (registry, pace) = (RegistryReader(redis), min(Self.pace, options.minute))
        let once = Once(log)
        let starts = SweepStarts(redis, report: once.report)
        var (active, answered): (Set<String>, Int) = ([], board.lookRequests)
        var (nextOfAll, nextOfActive) = (ContinuousClock.now, ContinuousClock.now)
        while !stop.isSet {
            var names = try announced(subscription)
            if .now >= nextOfAll {
                names.formUnion(try registry.organizations())
                nextOfAll = .now + options.minute
            }
            let requested = board.lookRequests
            if .now >= nextOfActive || requested != answered {
                names.formUnion(active)
                (nextOfActive, answered) = (.now + pace, requested)
            }
            for name in names where !stop.isSet {
                let now = try registry.now().adding(seconds: options.clockOffset)
                let look = try self.look(name, once, { try starts.look(name, now: now) })
                board.put(look?.free ?? [], of: name)
                for (entity, count) in look?.started ?? [:] {
                    let partitions = "\(count) partition\(count == 1 ? "" : "s")"
                    log.info("\(name): a sweep of \(entity.plural) begins in \(partitions)")
                }
                if look?.isActive ?? false { active.insert(name) } else { active.remove(name) }
            }
            works()
        }
    }

    /// The organizations with an announced change; waits a moment for one.
    private func announced(_ subscription: RedisSubscription) throws -> Set<String> {
        var names: Set<String> = []
        var message = try subscription.message(timeout: .milliseconds(100))
        while let announcement = message {
            if let name = String(validating: announcement.payload, as: UTF8.self) { names.insert(name) }
            message = try subscription.message(timeout: .zero)
        }
        return names
    }

    /// A failure in one organization doesn't stop the others.
    private func look(
        _ name: String, _ once: Once, _ look: () throws -> SweepStarts.Look?
    ) throws -> SweepStarts.Look? {
        do {
            return try look()
        } catch let error as RedisError where error.isOutage {
            throw error
        } catch {
            once.report("\(name): the sweep scheduler failed: \(error)")
            return nil
        }
    }

    /// Logs each error once, not at every look.
    private final class Once {
        private let log: Logger
        private var reported: Set<String> = []

        init(_ log: Logger) { self.log = log }

        func report(_ error: String) { if reported.insert(error).inserted { log.error("\(error)") } }
    }
}
