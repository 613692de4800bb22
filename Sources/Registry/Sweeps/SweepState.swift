import LeadModel
import Redis

/// The state of a partition's sweep at one moment.
public struct SweepState: Sendable {
    public var partition: Partition
    /// The number of the sweep that was started last; 0: none.
    public var started: Int64
    public var filling: SweepStore.Filling?
    /// Records that the sweep took into its work set so far, and how many of them are not yet taken by a lane.
    public var total, work: Int
    /// Records that a lane has taken and not yet settled.
    public var inFlight: Int
    /// Records that wait for the next sweep.
    public var dirty: Int
    /// Pending fan-outs.
    public var fanOuts: Int
    public var isExpiring: Bool
    /// Some lane has the partition's lease.
    public var isHeld: Bool

    /// The sweep itself is not done.
    public var isSwept: Bool { work == 0 && inFlight == 0 && filling == nil }

    /// Whether a lane should lease the partition once no other lane has its lease.
    public var hasWork: Bool { !isSwept || isExpiring || fanOuts > 0 }

    /// Records that are not done. While the work set is being filled, more may be added.
    public var left: Int { work + inFlight }
}

extension SweepStore {
    /// Partitions per round trip.
    private static let partitionsPerLook = 128

    /// Reads the states of partitions, in their order.
    public func states(of partitions: [Partition]) throws -> [SweepState] {
        var states: [SweepState] = []
        states.reserveCapacity(partitions.count)
        while states.count < partitions.count {
            let part = partitions[states.count...].prefix(Self.partitionsPerLook)
            var pipeline = Pipeline()
            pipeline.add("TIME")
            for partition in part {
                pipeline.add("HMGET", partition.sweep, "started", "filling", "total", "expiring", "lease")
                for set in [partition.work, partition.inFlight, partition.dirty] { pipeline.add("SCARD", set) }
                pipeline.add("HLEN", partition.fanOuts)
            }
            let replies = try redis.runUnlessDamaged(pipeline)
            let now = Moment(timeReply: replies[0])?.milliseconds ?? 0
            for (number, partition) in part.enumerated() {
                states.append(Self.state(partition, replies[(1 + number * 5)..<(6 + number * 5)], now: now))
            }
        }
        return states
    }

    private static func state(_ partition: Partition, _ replies: ArraySlice<Reply>, now: Int64) -> SweepState {
        let replies = Array(replies)
        guard let fields = replies[0].array, fields.count == 5 else {
            return SweepState(
                partition: partition, started: 0, filling: nil, total: 0, work: 0, inFlight: 0, dirty: 0, fanOuts: 0,
                isExpiring: false, isHeld: false)
        }
        // Bounded, so that no sum overflows.
        func count(_ reply: Reply) -> Int { min(max(0, Int(reply.int ?? 0)), 1 << 50) }
        return SweepState(
            partition: partition, started: fields[0].int ?? 0, filling: fields[1].text.flatMap(Filling.init(rawValue:)),
            total: count(fields[2]), work: count(replies[1]), inFlight: count(replies[2]), dirty: count(replies[3]),
            fanOuts: count(replies[4]), isExpiring: fields[3].int == 1, isHeld: (fields[4].int ?? 0) >= now)
    }
}
