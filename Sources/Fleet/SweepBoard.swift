import Registry
import Synchronization

/// The partitions of which a worker's lanes may take one: a hint; whether there is work left, the partition says.
final class SweepBoard: Sendable {
    private let free = Mutex<[Partition]>([])
    private let looks = Atomic(0)

    func put(_ partitions: [Partition]) { free.withLock { $0 = partitions } }

    func take() -> Partition? { free.withLock { $0.popLast() } }

    /// Asks for a look at once.
    func look() { looks.add(1, ordering: .releasing) }
}
