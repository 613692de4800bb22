import LeadModel
import Registry

/// The partitions that a lane has leased: the current one, which its batches take from, and those that only wait until
/// their last batches are settled.
struct LeasedPartitions {
    private struct Leased {
        var partition: LeasedPartition
        var renewed: ContinuousClock.Instant
    }

    /// A lease lasts ten seconds, and is renewed after three.
    private static let renewal = Duration.seconds(3)

    private var current: Leased?
    private var draining: [Leased] = []

    var isEmpty: Bool { current == nil && draining.isEmpty }

    /// Whether the lane can lease another partition.
    var canTakeAnother: Bool { current == nil }

    /// Whether a batch can take something.
    var hasWork: Bool { current?.partition.hasWork ?? false }

    /// Whether there are records to be worked in isolation.
    var hasAbandoned: Bool { current.map { !$0.partition.abandoned.isEmpty } ?? false }

    /// Records and pages in batches that are not settled.
    var inFlight: Int { all.reduce(0) { $0 + $1.partition.inFlight } }

    /// Whether no step can be done for any of them before a batch takes or settles something.
    var isWaiting: Bool { all.allSatisfy(\.partition.isWaiting) }

    private var all: [Leased] { draining + [current].compactMap(\.self) }

    mutating func add(_ lease: SweepStore.Lease, at time: ContinuousClock.Instant) {
        current = Leased(partition: LeasedPartition(lease), renewed: time)
    }

    // MARK: Events

    /// Handles an event of the current partition.
    ///
    /// - Returns: its lease, and the action; nil if there is none.
    mutating func handle(_ event: LeasedPartition.Event) -> (lease: SweepStore.Lease, action: LeasedPartition.Action)? {
        guard let lease = current?.partition.lease, let action = current?.partition.handle(event) else { return nil }
        if current?.partition.isDraining == true, let done = current { (draining, current) = (draining + [done], nil) }
        return (lease, action)
    }

    /// Handles an event of the partition under this lease. It is ignored if the lane no longer has the lease.
    mutating func handle(_ event: LeasedPartition.Event, of lease: SweepStore.Lease) {
        if let current, current.partition.lease.isSame(as: lease) {
            _ = handle(event)
        } else if let place = draining.firstIndex(where: { $0.partition.lease.isSame(as: lease) }) {
            _ = draining[place].partition.handle(event)
        }
    }

    mutating func handleForAll(_ event: LeasedPartition.Event) {
        for place in draining.indices { _ = draining[place].partition.handle(event) }
        _ = handle(event)
    }

    /// Whether the lane has this lease, as far as it knows.
    func isLeased(_ lease: SweepStore.Lease) -> Bool {
        all.contains { $0.partition.lease.isSame(as: lease) && !$0.partition.isFenced }
    }

    /// Removes one draining partition that has nothing in flight, or is fenced.
    ///
    /// - Returns: its lease, and whether it is to be released in Redis.
    mutating func removeDone() -> (lease: SweepStore.Lease, isReleased: Bool)? {
        for (place, leased) in draining.enumerated() {
            switch draining[place].partition.handle(.turnEnded) {
            case .release, .drop:
                draining.remove(at: place)
                return (leased.partition.lease, !leased.partition.isFenced)
            default: continue
            }
        }
        return nil
    }

    // MARK: Renewal

    func leasesToRenew(at time: ContinuousClock.Instant) -> [SweepStore.Lease] {
        all.filter { !$0.partition.isFenced && time - $0.renewed > Self.renewal }.map(\.partition.lease)
    }

    /// Notes that a lease was renewed, or that its renewal was tried.
    mutating func noteRenewal(of lease: SweepStore.Lease, at time: ContinuousClock.Instant) {
        if current?.partition.lease.isSame(as: lease) == true { current?.renewed = time }
        for place in draining.indices where draining[place].partition.lease.isSame(as: lease) {
            draining[place].renewed = time
        }
    }
}

extension SweepStore.Lease {
    fileprivate func isSame(as other: SweepStore.Lease) -> Bool { token == other.token && partition == other.partition }

    /// What a decision needs to know of the sweep; nil for accounts and contacts, which no sweep scores.
    var decisionSweep: Decision.Sweep? {
        partition.kind.entity == nil ? nil : Decision.Sweep(number: UInt64(max(0, sweep)), scores: scores)
    }
}
