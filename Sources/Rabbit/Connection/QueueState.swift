/// The broker's answer to a queue declaration. RabbitMQ 3.10 may report the counts of a quorum queue late.
public struct QueueState: Sendable, Equatable {
    public var name: String
    /// Messages ready for delivery, without the unacked ones.
    public var messageCount: Int
    public var consumerCount: Int
}
