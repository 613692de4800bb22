import Registry
import Synchronization

/// The partitions that have something to do and that nobody held when they were looked at, for a worker's lanes to take. It
/// is a hint: whether a lane gets one, Redis says.
final class SweepBoard: Sendable {
    private let free = Mutex<[Partition]>([])
    private let looks = Atomic(0)

    /// Replaces what is there of an organization.
    func put(_ partitions: [Partition], of organization: String) {
        free.withLock { free in
            free.removeAll { $0.organization == organization }
            free += partitions
            // So that workers, and organizations, do not all begin with the same one.
            free.shuffle()
        }
    }

    /// The next one to try. It is put here again by a later look if it still has something to do.
    func take() -> Partition? { free.withLock { $0.popLast() } }

    var isEmpty: Bool { free.withLock { $0.isEmpty } }

    /// Asks for a look at once, as after a partition was done with.
    func look() { looks.add(1, ordering: .releasing) }

    /// Goes up with each look that is asked for.
    var asked: Int { looks.load(ordering: .acquiring) }
}
