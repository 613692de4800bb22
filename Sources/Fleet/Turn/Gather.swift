import Contract
import LeadModel

extension Lane {
    /// Takes waiting messages up to the batch size, parses them, and adds records of a sweep. An isolated turn takes
    /// one quarantined message, element or record instead.
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
        (heldSince, inTurn) = (batch.arrived, batch.deliveries)
        shared.tally.note(inFlightSince: batch.arrived, lane: number)
        shared.tally.add([
            .messages: batch.lastTags.isEmpty ? 0 : batch.deliveries.count, .events: batch.eventCount,
        ])
        if fails(at: .gather, batch.work.map(\.id)) { throw inbox.connection.lose() }
        return batch
    }

    func read(_ delivery: Delivery) -> ParsedMessage {
        reader.read(EventMessage(delivery.message), routingKey: delivery.message.routingKey, now: now)
    }
}
