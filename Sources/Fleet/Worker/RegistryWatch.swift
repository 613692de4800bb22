import Redis
import Registry
import Running
import Synchronization

/// Listens for changes of the registry for all lanes of a worker, on a thread of its own.
///
/// An announcement can get lost, as with the connection. So each lane also looks by itself from time to time.
final class RegistryWatch: Sendable {
    private let count = Atomic(0)

    /// Rises with each change that is announced, and whenever an announcement may have been lost.
    var changes: Int { count.load(ordering: .acquiring) }

    func run(_ address: RedisAddress, until stop: StopSignal, in loop: ServiceLoop) {
        loop.run { backoff in
            let subscription = try RedisSubscription(address, channels: [Keyspace.changes])
            count.add(1, ordering: .releasing)
            backoff.reset()
            while !stop.isSet {
                if try subscription.message(timeout: .milliseconds(500)) != nil { count.add(1, ordering: .releasing) }
            }
        } after: { _ in
            .awaitsSilently
        }
    }
}
