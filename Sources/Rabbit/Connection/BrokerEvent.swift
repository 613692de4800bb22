/// What the broker sends unasked.
public enum BrokerEvent: Sendable, Equatable {
    case delivery(ReceivedMessage)
    /// The answer to a publish on a channel with confirms; with `multiple`, to all unanswered ones up to `tag`.
    case confirmed(channel: UInt16, tag: UInt64, multiple: Bool, positive: Bool)
    case returned(ReturnedMessage)
    /// The broker ended a consumer: its queue was deleted, or its leader failed.
    case cancelled(channel: UInt16, consumerTag: String)
    /// The answer to `cancel`: no more deliveries follow for this consumer.
    case cancelOk(channel: UInt16, consumerTag: String)
    /// The broker is short of memory or disk and has stopped reading from this connection.
    case blocked(reason: String)
    case unblocked
}
