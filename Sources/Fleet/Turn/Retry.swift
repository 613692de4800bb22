import LeadModel
import Registry

/// Work that could not be stored is tried again in the same turn, but not without end: a lane that keeps at one record
/// keeps all others waiting.
extension Lane {
    /// How often work may go through the steps in one turn: about three seconds with all pauses.
    static let mostAttempts = 20

    /// Counts the attempts of work that could not be stored, pauses before it is tried again, and gives up what was tried too
    /// often: events go to the rejected messages, a swept record to the next sweep.
    func countingAttempts(of retries: [Work], _ output: inout TurnOutput) throws -> [Work] {
        guard !retries.isEmpty else { return [] }
        var left: [Work] = []
        for var work in retries {
            work.attempts += 1
            if work.attempts < Self.mostAttempts { left.append(work) } else { try giveUp(work, &output) }
        }
        try pauseForRetry(attempts: left.map(\.attempts).max() ?? 0)
        return left
    }

    /// Pauses from the second retry on: from a millisecond, doubled each time, up to a quarter of a second.
    private func pauseForRetry(attempts: Int) throws {
        guard attempts > 1 else { return }
        // What is not stored is delivered again, to a worker that goes on.
        if shared.stop.isSet, attempts > 3 { throw Stopped() }
        try keepAlive(for: .milliseconds(min(250, 1 << min(attempts - 2, 8))))
    }

    private func giveUp(_ work: Work, _ output: inout TurnOutput) throws {
        let cause = "each time it had changed before it could be stored"
        output.refused += work.events.map { ($0.origin, .notStored(attempts: Self.mostAttempts, cause)) }
        if let lease = work.lease {
            try whileRedisIsThere { _ = try SweepStore(redis).putOff(lease, work.id) }
        }
        shared.tally.add([.givenUp: 1])
        shared.log.error(
            """
            \(work.organization): a \(work.kind.rawValue) (id hash \(DamagedRecord.hash(of: work.id))) could not be stored \
            in \(Self.mostAttempts) attempts: \(cause); its events are rejected as not-stored, and a sweep leaves it to the \
            next one
            """)
    }

    // MARK: A registry that the partition refuses

    /// Reads the registry again after a partition has refused scorings of an older one.
    ///
    /// - Parameter isLasting: it was read again before. Then the organization's epoch may have gone back: it is raised.
    func renewRegistry(_ partitions: Set<Partition>, isLasting: Bool) throws {
        try whileRedisIsThere {
            if isLasting {
                for (name, partitions) in Dictionary(grouping: partitions, by: \.organization) {
                    guard let (from, to) = try EpochRepair(redis).repair(name, partitions) else { continue }
                    shared.log.error("\(EpochRepair.words(name, from, to))")
                }
            }
            try refreshRegistry()
        }
    }
}
