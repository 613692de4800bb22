import Rabbit
import Redis
import Registry

extension Lane {
    /// After this many crashes in isolation, the work is set aside instead of tried again.
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

    /// Clears the raised counts if the lane ends for a reason that isn't a crash: an error of Redis that isn't about what
    /// it stores, the broker is away, the lane waited or drained for too long, or the topology is damaged. If Redis can't be
    /// reached, the counts stay.
    func clearCrashCounts(after error: any Error) {
        let isNoCrash =
            switch error {
            case let error as RedisError: !error.isOfStoredData
            case let error as RabbitError: error.isAway
            case is HeldTooLong, is DrainTooLong, is Stopped, is TopologyDamaged: true
            default: false
            }
        guard isNoCrash, !raisedCrashCounts.isEmpty else { return }
        try? redis.setTimeout(.seconds(1))
        for work in raisedCrashCounts { try? CrashCounter(redis).clear(work) }
    }
}
