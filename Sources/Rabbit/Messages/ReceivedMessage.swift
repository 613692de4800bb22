/// A message from a queue. It stays in the queue until it is acked; if the channel closes first, it is requeued.
public struct ReceivedMessage: Sendable, Equatable {
    /// Empty for a message taken with `get`.
    public var consumerTag: String
    public var channel: UInt16
    /// Identifies the delivery in `ack` and `nack`, on the same channel of the same connection only.
    public var tag: UInt64
    /// True if the message may have been delivered before; false if it certainly was not.
    public var redelivered: Bool
    public var exchange: String
    public var routingKey: String
    public var properties: Properties
    public var body: [UInt8]
}
