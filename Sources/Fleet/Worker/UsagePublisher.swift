import Contract
import Logging
import Rabbit
import Redis
import Registry
import Running

/// Tells each organization's totals of the month when they changed, one thread of a worker.
///
/// 1. Once a minute it asks for the turn of each organization. One process in the fleet gets it, for a minute.
/// 2. It reads the totals, and publishes those that differ from what was told last, of former months too.
/// 3. What the broker has confirmed is written down as told. So a change that came when nobody ran, or whose teller died,
///    is told by whoever has a later turn; one may be told twice.
///
/// Its connections live for one look alone: idle ones would only grow stale.
struct UsagePublisher {
    let options: WorkerOptions
    let stop: StopSignal
    let log: Logger

    func run() {
        var isFanOut = false
        while !stop.isSet {
            do {
                let isRefused = try tell()
                if isRefused, !isFanOut {
                    log.warning("some consumer's queue refuses usage totals: they are told again every minute")
                }
                isFanOut = isRefused
            } catch {
                report(error)
            }
            stop.wait(atMost: options.minute)
        }
    }

    /// The lanes tell of an outage; here it is only waited for.
    private func report(_ error: any Error, of organization: String? = nil) {
        if (error as? RedisError)?.isAway ?? (error as? RabbitError)?.isAway ?? false { return }
        log.error("\(organization.map { "\($0): " } ?? "")usage totals are not told: \(error)")
    }

    /// Tells what changed of those organizations whose turn it gets. One that cannot be told of holds up no other.
    ///
    /// - Returns: whether some consumer's queue refused anything.
    private func tell() throws -> Bool {
        let redis = try RedisConnection(options.redis)
        defer { redis.close() }
        let (registry, usage) = (RegistryReader(redis), UnpublishedUsage(redis))
        var publisher: Publisher?
        defer { publisher?.close() }
        var isRefused = false
        for name in try registry.organizations() where !stop.isSet {
            do {
                guard try usage.takeLease(of: name, for: options.minute),
                    let settings = try registry.settings(of: name)
                else { continue }
                let now = try registry.now().adding(seconds: options.clockOffset)
                let unpublished = try usage.totals(of: name, settings: settings, now: now)
                guard !unpublished.isEmpty else { continue }
                let open = try publisher ?? connect()
                publisher = open
                let totals = unpublished.map {
                    UsageTotals(
                        organization: name, entity: $0.entity, month: $0.month, records: $0.count.records,
                        scorings: $0.count.scorings, limit: settings.limit)
                }
                guard let taken = try publish(totals, by: open) else { break }
                try usage.notePublished(zip(unpublished, taken).filter(\.1).map(\.0), of: name)
                if taken.contains(false) { isRefused = true }
            } catch {
                report(error, of: name)
                publisher?.close()
                publisher = nil
                if !redis.isOpen { break }
            }
        }
        return isRefused
    }

    private func connect() throws -> Publisher {
        let connection = try RabbitConnection(options.broker, name: "leadline worker, usage")
        // It may be here before the first lane has declared anything.
        let channel = try connection.openChannel()
        try connection.declare(Names.usage, on: channel)
        return try Publisher(on: connection)
    }

    /// Publishes, and waits for all confirms. Nobody need listen.
    ///
    /// - Returns: of each, whether the broker took it; nothing if it takes nothing now, or the worker is to stop.
    private func publish(_ totals: [UsageTotals], by publisher: Publisher) throws -> [Bool]? {
        let first = publisher.last + 1
        for one in totals {
            try publisher.publish(
                one.body(), to: Names.usage.name, routingKey: one.routingKey,
                properties: Properties(contentType: Names.ContentType.json))
        }
        let problems = try publisher.awaitConfirms(timeout: .seconds(30)) { !stop.isSet && !publisher.isBlocked }
        return problems.map { problems in
            let refused = Set(problems.map { Int($0.sequence - first) })
            return totals.indices.map { !refused.contains($0) }
        }
    }
}
