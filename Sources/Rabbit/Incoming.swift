/// A message from a queue. It stays the queue's until it is acked; a closed channel gives it back.
public struct ReceivedMessage: Sendable, Equatable {
    /// Empty for a message taken with `get`.
    public var consumerTag: String
    public var channel: UInt16
    /// Names the delivery in `ack` and `nack`, on the same channel of the same connection only.
    public var tag: UInt64
    /// True if this copy may have been seen before; false proves that it was not.
    public var redelivered: Bool
    public var exchange: String
    public var routingKey: String
    public var properties: Properties
    public var body: [UInt8]
}

/// A mandatory message that no queue took. Its confirm follows, and is positive.
public struct Returned: Sendable, Equatable {
    public var channel: UInt16
    /// 312: no queue is bound for it.
    public var code: Int
    public var text: String
    public var exchange: String
    public var routingKey: String
    public var properties: Properties
    public var body: [UInt8]
}

/// What the broker sends of its own accord.
public enum Incoming: Sendable, Equatable {
    case delivery(ReceivedMessage)
    /// An answer to a publish on a channel with confirms; with `multiple`, to all up to `tag` that are still open.
    case confirmed(channel: UInt16, tag: UInt64, multiple: Bool, positive: Bool)
    case returned(Returned)
    /// The broker ended a consumer: its queue was deleted, or its leader failed.
    case cancelled(channel: UInt16, consumerTag: String)
    /// The answer to `cancel`: no more deliveries follow for this tag.
    case cancelOk(channel: UInt16, consumerTag: String)
    /// The broker is short of memory or disk and has stopped reading from this connection.
    case blocked(reason: String)
    case unblocked
}
