import Logging
import Rabbit
import Redis
import Registry
import Running

/// Logs once a minute what the worker did in that minute and how many new leads wait, unless both are zero. Warns if a
/// new lead may have waited too long, or if a bounded queue is 80 % full.
struct StatsLog {
    let options: WorkerOptions
    let tally: Tally
    let log: Logger

    func run(until stop: StopSignal) {
        var before = tally.all
        var filling: Set<String> = []
        var isLimitReached = false
        while !stop.isSet {
            stop.wait(atMost: options.minute)
            let now = tally.all
            let found = stop.isSet ? nil : look()
            let waiting = found?.waiting
            if let line = Self.line(from: before, to: now, waiting) { log.info("\(line)") }
            if let warning = Self.warning(waiting, held: tally.longestInFlight) { log.warning("\(warning)") }
            for room in found?.rooms ?? [] where room.isFilling && !filling.contains(room.queue) {
                log.warning("\(room.words); \(room.advice)")
            }
            if let found, found.isLimitReached != isLimitReached {
                if found.isLimitReached { log.error("\(DeliveryLimit.words)") }
                isLimitReached = found.isLimitReached
            }
            if let rooms = found?.rooms { filling = Set(rooms.filter(\.isFilling).map(\.queue)) }
            before = now
        }
        if let redis = try? RedisConnection(options.redis) {
            noteTies(redis)
            redis.close()
        }
    }

    private func noteTies(_ redis: RedisConnection) {
        let ties = tally.takeTies()
        guard !ties.isEmpty, let now = try? RedisClock(redis).now() else { return }
        try? TieCounts(redis).add(ties, now: now)
    }

    /// Nil while a server is away: the lanes log that. The connections are for one look: idle ones would go stale.
    private func look() -> (waiting: WaitingLeads?, rooms: [QueueRoom], isLimitReached: Bool)? {
        guard let redis = try? RedisConnection(options.redis) else { return nil }
        defer { redis.close() }
        guard let broker = try? RabbitConnection(options.broker, name: "leadline worker, waiting") else { return nil }
        defer { broker.close() }
        let waiting = try? WaitingLeads.note(held: tally.longestInFlight, broker: broker, redis: redis)
        try? tally.takeSent().note(in: redis)
        noteTies(redis)
        let rooms = (try? QueueRoom.look(broker: broker, redis: redis)) ?? []
        for room in rooms where room.messages == 0 && room.isParked { try? SentSizes.forget(room.queue, redis) }
        return (waiting, rooms, (try? DeliveryLimit.isReached(on: broker)) ?? false)
    }

    /// "in the last minute: 600 messages, 600 events, 600 scored"; nil if nothing was done and no lead waits.
    static func line(
        from before: [Tally.Item: Int], to now: [Tally.Item: Int], _ waiting: WaitingLeads?
    ) -> String? {
        let done = Tally.Item.allCases.compactMap { item -> String? in
            let count = now[item, default: 0] - before[item, default: 0]
            return count > 0 ? "\(count) \(item.words)" : nil
        }
        let waiting = waiting.flatMap { $0.count > 0 ? "new leads: \($0.words)" : nil }
        if done.isEmpty { return waiting }
        return "in the last minute: " + done.joined(separator: ", ") + (waiting.map { "; \($0)" } ?? "")
    }

    static func warning(_ waiting: WaitingLeads?, held: Duration?) -> String? {
        if let waiting, waiting.isTooLong, waiting.count > 0 {
            return
                "new leads may have waited too long: \(waiting.words). Start more workers, or see what holds these up"
        }
        guard let held, held >= WaitingLeads.tooLong else { return nil }
        return "a lane has not finished its messages for \(held.components.seconds / 60) minutes"
    }
}
