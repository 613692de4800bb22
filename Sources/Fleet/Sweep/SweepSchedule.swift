import Logging
import Redis
import Registry
import Running

/// Starts what sweeps are due and knows which partitions have something to do: one thread of a worker, with connections of
/// its own.
///
/// 1. It looks over all organizations when it starts and once a minute; every 2 s over those where a sweep has work or is
///    still to be started somewhere; at once where word comes of a change, or a lane is done with a partition. Word can get lost: it is only the quicker way.
/// 2. Each look starts what is due (`SweepStarts`), and puts what nobody holds on the board, for the lanes.
/// 3. While Redis is away it waits, and looks over everything when it is back. The lanes tell of the outage.
///
/// If it dies nothing is lost: what is due, what was asked for and what has work stand in Redis.
struct SweepSchedule {
    let options: WorkerOptions
    let board: SweepBoard
    let stop: StopSignal
    let log: Logger

    /// Between looks at where something is going on.
    private static let pace = Duration.seconds(2)

    func run() {
        var backoff = Backoff()
        while !stop.isSet {
            do {
                try watch { backoff.reset() }
            } catch {
                if !((error as? RedisError)?.isAway ?? false) { log.error("sweeps are not looked after: \(error)") }
                stop.wait(atMost: backoff.delay())
            }
        }
    }

    /// Looks until it is told to stop, or Redis is away.
    private func watch(_ works: () -> Void) throws {
        // Before the first look, so that nothing falls between both.
        let subscription = try RedisSubscription(options.redis, channels: [Keyspace.sweeps, Keyspace.changes])
        let redis = try RedisConnection(options.redis)
        defer { redis.close() }
        let (registry, pace) = (RegistryReader(redis), min(Self.pace, options.minute))
        let starts = SweepStarts(redis, report: Once(log).say)
        var (active, answered): (Set<String>, Int) = ([], board.asked)
        var (nextOfAll, nextOfActive) = (ContinuousClock.now, ContinuousClock.now)
        while !stop.isSet {
            var names = try told(subscription)
            if .now >= nextOfAll {
                names.formUnion(try registry.organizations())
                nextOfAll = .now + options.minute
            }
            let asked = board.asked
            if .now >= nextOfActive || asked != answered {
                names.formUnion(active)
                (nextOfActive, answered) = (.now + pace, asked)
            }
            for name in names where !stop.isSet {
                let now = try registry.now().adding(seconds: options.clockOffset)
                let look = try self.look(name, { try starts.look(name, now: now) })
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

    /// The organizations that word came of; waits a moment for it.
    private func told(_ subscription: RedisSubscription) throws -> Set<String> {
        var names: Set<String> = []
        var message = try subscription.message(timeout: .milliseconds(100))
        while let told = message {
            if let name = String(validating: told.payload, as: UTF8.self) { names.insert(name) }
            message = try subscription.message(timeout: .zero)
        }
        return names
    }

    /// One organization that cannot be looked at holds up no other.
    private func look(_ name: String, _ look: () throws -> SweepStarts.Look?) throws -> SweepStarts.Look? {
        do {
            return try look()
        } catch let error as RedisError where error.isAway {
            throw error
        } catch {
            log.error("\(name): its sweeps are not looked after: \(error)")
            return nil
        }
    }

    /// Says each thing once, not at every look.
    private final class Once {
        private let log: Logger
        private var said: Set<String> = []

        init(_ log: Logger) { self.log = log }

        func say(_ words: String) { if said.insert(words).inserted { log.error("\(words)") } }
    }
}
