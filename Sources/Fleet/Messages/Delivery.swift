import Contract
import Rabbit

/// A message that a lane has received and not settled. It is parsed only in its turn, so that a message that crashes the
/// parser crashes it in a turn.
struct Delivery {
    let message: ReceivedMessage
    let source: Source
    let arrived = ContinuousClock.now

    /// Roughly how many records it holds, estimated by its bytes.
    var size: Int { max(1, message.body.count / 1024) }

    /// Whether it may have been worked on before. Then what is stored is published again.
    var isRepeat: Bool { message.redelivered || message.properties.headers[Names.Header.again] != nil }

    /// How often the broker has delivered it before. On the first delivery the header is its publisher's, if there is one;
    /// from the second on it is the broker's.
    var deliveryCount: Int64 {
        message.redelivered ? message.properties.headers["x-delivery-count"]?.integer ?? 0 : 0
    }

    /// Whether it came back so often that it may be what crashes workers: it is worked on in isolation.
    ///
    /// One redelivery is common: any crash returns everything that was in flight, and isolating hundreds of messages would
    /// delay new leads. Two in a row are rare enough.
    var isQuarantined: Bool { deliveryCount >= 2 }
}
