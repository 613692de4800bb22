import Rabbit
import Redis
import Registry

extension Lane {
    /// Crashes in isolation after which something is set aside.
    static let mostCrashes = 3

    /// Raises the crash count of what is to be worked on in isolation.
    ///
    /// - Parameter work: the hash of a message's body, of an element, or of a record in its partition.
    /// - Returns: false if it has crashed too often to be tried again.
    func raiseCrashCount(_ work: UInt64) throws -> Bool {
        try whileRedisIsThere {
            let counter = CrashCounter(redis)
            let count = try counter.count(of: work)
            guard count < Self.mostCrashes else { return false }
            raisedCrashCounts.insert(work)
            // Reading and writing can be repeated after a lost answer; an increment would count twice.
            try counter.set(count + 1, of: work)
            return true
        }
    }

    func clearCrashCounts(_ work: [UInt64]) throws {
        guard !work.isEmpty else { return }
        try whileRedisIsThere { for one in work { try CrashCounter(redis).clear(one) } }
        raisedCrashCounts.subtract(work)
    }

    /// Clears the counts of the work in flight where the lane ends for another reason than a crash: a server is away, or the
    /// lane had to wait or to drain for too long. If Redis is away too, the counts stay until the work has an outcome.
    func clearCrashCounts(after error: any Error) {
        let isNoCrash =
            switch error {
            case is RedisError: true
            case let error as RabbitError: error.isAway
            case is HeldTooLong, is DrainTooLong, is Stopped, is TopologyDamaged: true
            default: false
            }
        guard isNoCrash, !raisedCrashCounts.isEmpty else { return }
        try? redis.setTimeout(.seconds(1))
        for work in raisedCrashCounts { try? CrashCounter(redis).clear(work) }
    }
}
