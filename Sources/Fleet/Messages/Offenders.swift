import Contract
import Rabbit
import Synchronization

/// Messages whose properties made the broker close a connection, as far as a worker knows: all that it had forwarded on
/// that connection and that were not confirmed. They go on without those properties, so none of them closes a second one.
///
/// All lanes of a worker share it. It keeps hashes only, and forgets all when there are too many.
final class Offenders: Sendable {
    private static let most = 10_000
    private let fingerprints = Mutex<Set<UInt64>>([])

    func contains(_ message: ReceivedMessage) -> Bool {
        fingerprints.withLock { !$0.isEmpty && $0.contains(message.fingerprint) }
    }

    func add(_ carried: [UInt64]) {
        fingerprints.withLock { fingerprints in
            if fingerprints.count + carried.count > Self.most { fingerprints = [] }
            fingerprints.formUnion(carried)
        }
    }
}
