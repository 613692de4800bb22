import Redis
import Registry
import Running
import Synchronization

/// Hears of changes of the registry for all lanes of a worker, on a thread of its own.
///
/// Word can get lost, as with the connection: each lane also looks by itself from time to time.
final class RegistryWatch: Sendable {
    private let count = Atomic(0)

    /// Goes up with each change that it hears of, and whenever it may have missed one.
    var changes: Int { count.load(ordering: .acquiring) }

    func run(_ address: RedisAddress, until stop: StopSignal) {
        var backoff = Backoff()
        while !stop.isSet {
            do {
                let subscription = try RedisSubscription(address, channels: [Keyspace.changes])
                count.add(1, ordering: .releasing)
                backoff.reset()
                while !stop.isSet {
                    if try subscription.message(timeout: .milliseconds(500)) != nil {
                        count.add(1, ordering: .releasing)
                    }
                }
            } catch {
                // The lanes tell of an outage; here it is only waited for.
                stop.wait(atMost: backoff.delay())
            }
        }
    }
}
