import Logging
import Synchronization

/// Whose results get no confirm, because a queue that is bound for them is stuck. All lanes of a worker share it, and its
/// relay.
///
/// A broker stops reading a connection that has more than 32 messages pending at one quorum queue. So results for a stuck
/// queue must not be published again and again: they go to `leadline.undelivered`, for a while that doubles up to a minute.
/// Then one result is tried. Once it is confirmed, all are published again.
final class StuckConsumers: Sendable {
    private struct Stuck {
        /// The routing keys of results that got no confirm. Other results of the same receiver may be confirmed.
        var keys: Set<String>
        var since = ContinuousClock.now
        var pause: Duration
        var retry: ContinuousClock.Instant
    }

    private static let (firstPause, longestPause) = (Duration.seconds(5), Duration.seconds(60))

    private let stuck = Mutex<[String: Stuck]>([:])
    private let log: Logger

    init(log: Logger) { self.log = log }

    var isEmpty: Bool { stuck.withLock(\.isEmpty) }

    /// Whether a result may be published now. One that may after a pause is the only one for the next pause.
    ///
    /// - Parameter receiver: see `OutgoingMessage.receiver`.
    func admits(_ receiver: String, routingKey: String) -> Bool {
        stuck.withLock { stuck in
            guard let one = stuck[receiver] else { return true }
            let isTry = ContinuousClock.now >= one.retry && one.keys.contains(routingKey)
            // None under these keys has come for long: another may show that the queue is there again.
            guard isTry || ContinuousClock.now >= one.retry + Self.longestPause else { return false }
            stuck[receiver]?.keys.insert(routingKey)
            stuck[receiver]?.retry = .now + max(one.pause, .seconds(15))
            return true
        }
    }

    /// - Parameter routingKey: of the result that got no confirm. The first of a receiver is logged.
    func noteMissing(_ receiver: String, routingKey: String) {
        let isFirst = stuck.withLock { stuck in
            let former = stuck[receiver]
            let pause = former.map { min($0.pause * 2, Self.longestPause) } ?? Self.firstPause
            stuck[receiver] = Stuck(
                keys: (former?.keys ?? []).union([routingKey]), pause: pause, retry: .now + pause)
            return former == nil
        }
        guard isFirst else { return }
        log.warning(
            """
            \(receiver): the broker does not confirm results under \(routingKey): a queue that is bound for them is stuck. \
            They wait in leadline.undelivered and are tried again
            """)
    }

    /// - Parameter sent: when a result was sent that is confirmed now.
    func noteConfirmed(_ receiver: String, routingKey: String, sent: ContinuousClock.Instant) {
        let wasStuck = stuck.withLock { stuck in
            guard let one = stuck[receiver], sent > one.since, one.keys.contains(routingKey) else { return false }
            stuck[receiver] = nil
            return true
        }
        if wasStuck { log.notice("\(receiver): results under \(routingKey) are confirmed again") }
    }
}
