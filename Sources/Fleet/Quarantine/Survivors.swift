import Rabbit
import Synchronization

/// How often this process gave messages back to the broker without crashing: when a connection was lost, or a lane ended
/// with an error. The broker counts these deliveries too, but they are no reason to isolate a message.
///
/// All lanes share it. It keeps hashes only, and forgets all when there are too many: then some are isolated needlessly.
final class Survivors: Sendable {
    private static let most = 100_000
    private let returns = Mutex<[UInt64: Int64]>([:])

    func returns(of message: ReceivedMessage) -> Int64 {
        returns.withLock { $0.isEmpty ? 0 : $0[message.fingerprint] ?? 0 }
    }

    func noteReturned(_ messages: some Sequence<ReceivedMessage>) {
        returns.withLock { returns in
            if returns.count > Self.most { returns = [:] }
            for message in messages { returns[message.fingerprint, default: 0] += 1 }
        }
    }
}
