import Contract
import Rabbit

/// A message that a lane holds. It is read only when its turn comes: what kills its reader then does so in a turn.
struct Delivery {
    let delivery: ReceivedMessage
    let source: Source
    let arrived = ContinuousClock.now

    /// About how many records' worth of work it is, by its bytes: nobody has read it yet.
    var size: Int { max(1, delivery.body.count / 1024) }

    /// Whether it may have been worked before: then it is published again what is stored.
    var isRepeat: Bool {
        delivery.redelivered || delivery.properties.headers[Names.Header.again] != nil
            || delivery.properties.headers["x-death"] != nil
    }

    /// Whether those who held it ended so often that it may be the reason: it is worked alone.
    ///
    /// Once can be anybody's kill, and brings back all that was in hand: working hundreds alone for it would hold up
    /// new leads. Twice in a row is rare enough.
    var isSuspect: Bool {
        guard case .integer(let count)? = delivery.properties.headers["x-delivery-count"] else { return false }
        return count >= 2
    }
}
