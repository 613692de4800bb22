import Contract
import Rabbit

extension Lane {
    /// Publishes messages again, as they are, that were delivered too often without being settled, and acknowledges them.
    ///
    /// At its delivery limit the broker dead-letters a message, whatever the reason was that it came back. A copy has no
    /// deliveries yet. If the lane dies before the broker has confirmed the copy, the original is delivered again.
    func renewWorn() throws {
        let worn = inbox.takeWorn()
        guard !worn.isEmpty else { return }
        // Otherwise a result without a confirm would hold them up, and `keepAlive` would not see that theirs are missing.
        try settleAll()
        try send(worn.map(\.renewed))
        let last = publisher.last
        while !publisher.isSettled(through: last) { try keepAlive(for: .milliseconds(20)) }
        guard publisher.takeProblems(in: last - UInt64(worn.count) + 1...last).isEmpty else { throw TopologyDamaged() }
        for delivery in worn { try inbox.settle(delivery) }
        shared.log.warning(
            """
            \(worn.count) messages came back 100 times, as when connections break again and again: they were published \
            again, so that none is dead-lettered
            """)
    }
}

extension Delivery {
    fileprivate var renewed: OutgoingMessage {
        // What somebody published to the queue itself has no routing key of an event, and is refused.
        let isRouted = !message.exchange.isEmpty
        return OutgoingMessage(
            exchange: isRouted ? Names.again.name : "", routingKey: isRouted ? message.routingKey : source.queue.name,
            properties: message.forwardedProperties, body: message.body)
    }
}
