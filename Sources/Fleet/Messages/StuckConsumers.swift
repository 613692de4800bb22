import Logging
import Synchronization

/// Whose results get no confirm, because a queue that is bound for them is stuck. All lanes of a worker share it, and its
/// relay.
///
/// A broker stops reading a connection that has sent something to a stuck quorum queue. So results for it must not be
/// published again and again: they go to `leadline.undelivered`. The relay tries one after a while that doubles up to a
/// minute. Once it is confirmed, all are published again.
final class StuckConsumers: Sendable {
    private struct Stuck {
        static let (firstPause, longestPause) = (Duration.seconds(5), Duration.seconds(60))

        /// The routing keys of results that got no confirm.
        var missing: Set<String>
        /// The routing keys of results that got their confirm since.
        var confirmed: Set<String> = []
        var since = ContinuousClock.now
        var pause = Self.firstPause
        var retry: ContinuousClock.Instant
    }

    private let stuck = Mutex<[String: Stuck]>([:])
    private let log: Logger

    init(log: Logger) { self.log = log }

    var isEmpty: Bool { stuck.withLock(\.isEmpty) }

    func contains(_ receiver: String) -> Bool { stuck.withLock { $0[receiver] != nil } }

    /// Whether results under this routing key are not confirmed.
    func isClosed(_ receiver: String, routingKey: String) -> Bool {
        stuck.withLock { $0[receiver].map { !$0.confirmed.contains(routingKey) } ?? false }
    }

    /// Whether a result may be published now. One that may although nothing under its routing key was confirmed is the only
    /// one for the next pause.
    ///
    /// - Parameter receiver: see `OutgoingMessage.receiver`.
    func admits(_ receiver: String, routingKey: String) -> Bool {
        stuck.withLock { stuck in
            guard let one = stuck[receiver], !one.confirmed.contains(routingKey) else { return true }
            guard ContinuousClock.now >= one.retry else { return false }
            stuck[receiver]?.retry = .now + max(one.pause, .seconds(15))
            return true
        }
    }

    /// The first of a receiver is logged.
    ///
    /// - Parameters:
    ///   - routingKey: of the result that got no confirm.
    ///   - sent: when it was sent. One that was sent before the receiver was found stuck doubles no pause.
    func noteMissing(_ receiver: String, routingKey: String, sent: ContinuousClock.Instant) {
        let isFirst = stuck.withLock { stuck in
            guard var one = stuck[receiver] else {
                stuck[receiver] = Stuck(missing: [routingKey], retry: .now + Stuck.firstPause)
                return true
            }
            one.missing.insert(routingKey)
            one.confirmed.remove(routingKey)
            if sent > one.since {
                one.pause = min(one.pause * 2, Stuck.longestPause)
                (one.since, one.retry) = (.now, .now + one.pause)
            }
            stuck[receiver] = one
            return false
        }
        guard isFirst else { return }
        log.warning(
            """
            \(receiver): the broker does not confirm results under \(routingKey): a queue that is bound for them is stuck. \
            They wait in leadline.undelivered and are tried again
            """)
    }

    /// Results under this routing key are published again, and another key is tried at once. Once nothing is missing, the
    /// receiver is not stuck any more.
    ///
    /// - Parameter sent: when a result was sent that is confirmed now.
    func noteConfirmed(_ receiver: String, routingKey: String, sent: ContinuousClock.Instant) {
        let wasStuck = stuck.withLock { stuck in
            guard var one = stuck[receiver], sent > one.since else { return false }
            one.missing.remove(routingKey)
            one.confirmed.insert(routingKey)
            one.retry = .now
            stuck[receiver] = one.missing.isEmpty ? nil : one
            return one.missing.isEmpty
        }
        if wasStuck { log.notice("\(receiver): results are confirmed again") }
    }
}
