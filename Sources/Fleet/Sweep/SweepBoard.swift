import Registry
import Synchronization

/// The partitions that had work and no lease at the last look, for a worker's lanes to lease. Only a hint: Redis decides
/// whether a lane gets the lease.
final class SweepBoard: Sendable {
    private let free = Mutex<[Partition]>([])
    private let looks = Atomic(0)

    /// Replaces an organization's partitions.
    func put(_ partitions: [Partition], of organization: String) {
        free.withLock { free in
            free.removeAll { $0.organization == organization }
            free += partitions
            // Otherwise all workers would begin with the same partition.
            free.shuffle()
        }
    }

    /// The next one to try. A later look puts it here again if it still has work.
    func take() -> Partition? { free.withLock { $0.popLast() } }

    var isEmpty: Bool { free.withLock { $0.isEmpty } }

    /// Requests a look at once, as after a lease was released.
    func look() { looks.add(1, ordering: .releasing) }

    /// Rises with each look that is requested.
    var lookRequests: Int { looks.load(ordering: .acquiring) }
}
