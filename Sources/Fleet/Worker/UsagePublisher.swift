import Contract
import Logging
import Rabbit
import Redis
import Registry
import Running

/// Publishes each organization's totals of the month when they changed: one thread of a worker.
///
/// 1. Once a minute it asks for the lease of each organization. One process in the fleet gets it, for a minute.
/// 2. It reads the totals, and publishes those that differ from what was published last, of former months too.
/// 3. What the broker has confirmed is stored as published. So a change that came while no worker ran, or whose publisher
///    died, is published under a later lease; some may be published twice.
///
/// Its connections last for one look: idle ones would go stale.
struct UsagePublisher {
    let options: WorkerOptions
    let stop: StopSignal
    let log: Logger

    func run() {
        var isWarned = false
        while !stop.isSet {
            do {
                let isRefused = try publishChanges()
                if isRefused, !isWarned {
                    log.warning(
                        "some consumer's queue refuses usage totals, or is stuck: they are published again every minute"
                    )
                }
                isWarned = isRefused
            } catch {
                report(error)
            }
            stop.wait(atMost: options.minute)
        }
    }

    /// The lanes log an outage; here it is only waited for.
    private func report(_ error: any Error, of organization: String? = nil) {
        if (error as? RedisError)?.isOutage ?? (error as? RabbitError)?.isAway ?? false { return }
        log.error("\(organization.map { "\($0): " } ?? "")publishing the usage totals failed: \(error)")
    }

    /// Publishes what changed in those organizations whose lease it gets. A failure in one doesn't stop the others.
    ///
    /// - Returns: whether some consumer's queue refused anything.
    private func publishChanges() throws -> Bool {
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
                if taken.contains(false) {
                    isRefused = true
                    // A queue that gives no confirm may keep the broker from reading on.
                    publisher?.abandon()
                    publisher = nil
                }
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
        // The first lane may not have declared anything yet.
        let channel = try connection.openChannel()
        try connection.declare(Names.usage, on: channel)
        return try Publisher(on: connection)
    }

    /// Publishes, and waits for all confirms. It doesn't matter whether any queue is bound.
    ///
    /// - Returns: of each, whether the broker took it; nil if it takes nothing now, or the worker stops.
    private func publish(_ totals: [UsageTotals], by publisher: Publisher) throws -> [Bool]? {
        let first = publisher.last + 1
        for one in totals {
            try publisher.publish(
                one.body(), to: Names.usage.name, routingKey: one.routingKey,
                properties: Properties(contentType: Names.ContentType.json))
        }
        let answers = try publisher.awaitAnswers(within: Lane.longestConfirm) { !stop.isSet && !publisher.isBlocked }
        return answers.map { failed, missing in
            let refused = Set((failed.map(\.sequence) + missing).map { Int($0 - first) })
            return totals.indices.map { !refused.contains($0) }
        }
    }
}
