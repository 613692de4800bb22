import Contract
import Rabbit

/// Messages that the broker delivered 200 times without an answer and then dead-lettered. Lanes publish a message again long
/// before, so this means that no worker could keep a connection, or that something else consumes the work queues.
public enum DeliveryLimit {
    public static let words =
        "the broker gave up on messages that it had delivered 200 times: they are in leadline.rejected. Look for what ends "
        + "the workers' connections, then `leadline rejected requeue --reason delivery-limit`"

    /// Whether there are any that no operator has requeued or purged. Copies of messages that only expired, as their publisher
    /// wished, are removed from the queue that shows it.
    public static func isReached(on broker: RabbitConnection) throws -> Bool {
        let channel = try broker.openChannel()
        var isReached = false
        while !isReached, let message = try broker.get(Names.limitReached.name, on: channel) {
            let death = message.properties.headers["x-death"]?.list?.first?.table
            isReached = death?["reason"]?.text != "expired"
            if !isReached { try broker.ack(message.tag, on: channel) }
        }
        // What is not acknowledged returns to the queue.
        try broker.closeChannel(channel)
        return isReached
    }
}
