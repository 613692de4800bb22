import Contract
import LeadModel
import Rabbit

/// A message that a lane has received and not settled. It is parsed only in its turn, so that a message that crashes the
/// parser crashes it in a turn.
struct Delivery {
    let message: ReceivedMessage
    let source: Source
    /// Whether it came back so often that it may be what crashes workers: it is worked on in isolation.
    ///
    /// One redelivery is common: any crash returns everything that was in flight, and isolating hundreds of messages would
    /// delay new leads. Two in a row are rare enough. A redelivery that this process survived does not count.
    let isQuarantined: Bool
    /// Whether it came back so often that it must be published again before it reaches its queue's delivery limit.
    let isWorn: Bool
    /// Roughly how many records it holds, estimated by its bytes once they are decompressed.
    let size: Int
    /// Bytes that it takes in memory.
    let bytes: Int
    let arrived = ContinuousClock.now

    init(_ message: ReceivedMessage, from source: Source, survivors: Survivors) {
        (self.message, self.source) = (message, source)
        let count = message.deliveryCount
        isQuarantined = count >= 2 && count - survivors.returns(of: message) >= 2
        let isCompressed = message.properties.contentEncoding != nil
        size = max(1, (isCompressed ? EventMessage(message).mostBytes : message.body.count) / 1024)
        isWorn = count >= 100
        bytes = message.body.count + message.properties.headers.byteCount + 512
    }

    /// Whether it may have been worked on before. Then what is stored is published again.
    var isRepeat: Bool { message.redelivered || message.exchange == Names.again.name }
}

extension ReceivedMessage {
    /// How often the broker has delivered it before. On the first delivery the header is its publisher's, if there is one;
    /// from the second on it is the broker's.
    var deliveryCount: Int64 {
        redelivered ? properties.headers["x-delivery-count"]?.integer ?? 0 : 0
    }

    /// A hash that is the same for each delivery of the message.
    var fingerprint: UInt64 { contentHash ^ FNV1a.hash(routingKey) }
}
