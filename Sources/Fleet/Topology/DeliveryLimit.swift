import Contract
import Rabbit

/// Messages that the broker delivered 200 times without an answer and then dead-lettered. Lanes publish a message again long
/// before, so this means that no worker could keep a connection, or that something else consumes the work queues.
public enum DeliveryLimit {
    public static let words =
        "the broker gave up on messages that it had delivered 200 times: they are in leadline.rejected. Look for what ends "
        + "the workers' connections, then `leadline rejected requeue --reason delivery-limit`"

    /// Whether there are any that no operator has requeued or purged.
    public static func isReached(on broker: RabbitConnection) throws -> Bool {
        let channel = try broker.openChannel()
        let count = try broker.declareQueue(Names.limitReached.name, on: channel, passive: true).messageCount
        try broker.closeChannel(channel)
        return count > 0
    }
}
