import Contract
import LeadModel

extension Lane {
    /// Takes what is waiting, up to a bound, and reads it; in an isolated turn one quarantined message, element or record.
    func gather() throws -> Batch {
        let batch: Batch
        if isIsolated {
            batch = try gatherIsolated()
        } else {
            let deliveries = inbox.take(bound: options.batch)
            var gathered = Batch(deliveries, deliveries.map(read))
            if deliveries.contains(where: { $0.source != .imported }) { pace.noteUrgentMessages(at: .now) }
            addSwept(to: &gathered)
            batch = gathered
        }
        heldSince = batch.arrived
        shared.tally.note(inFlightSince: batch.arrived, lane: number)
        shared.tally.add([
            .messages: batch.lastTags.isEmpty ? 0 : batch.deliveries.count, .events: batch.eventCount,
        ])
        if fails(at: .gather, batch.work.map(\.id)) { throw inbox.connection.lose() }
        return batch
    }

    func read(_ delivery: Delivery) -> ParsedMessage {
        let message = delivery.message
        return reader.read(
            body: message.body, contentType: message.properties.contentType, routingKey: message.routingKey, now: now)
    }
}
