import Contract
import LeadModel
import Rabbit

/// Publishes `erased` events with confirms, one per record.
///
/// If it is interrupted, the confirmed events are still processed. Running it again is harmless.
public struct ErasureRun {
    /// The CloudEvents `source` of all of them.
    public static let source = "leadline/erase"

    private let writer: EventWriter
    private let publisher: Publisher

    /// - Parameter publisher: on a connection of its own.
    public init(organization: String, kind: RecordKind, publisher: Publisher) {
        writer = EventWriter(
            RoutingKey(organization: organization, kind: kind, verb: .erased), source: Self.source)
        self.publisher = publisher
    }

    /// - Parameter now: the events' time.
    /// - Throws: `IntakeError` for an invalid id, before anything is published; `RabbitError`; `ErasureRefused`.
    public func run(_ ids: [Exact], now: Moment) throws {
        let events = try ids.map { id in try event(of: id, now) }
        for event in events {
            try publisher.publish(
                event, to: Names.records.name, routingKey: writer.routingKey.description,
                properties: Properties(contentType: Names.ContentType.event), mandatory: true)
        }
        let problems = try publisher.awaitConfirms(timeout: .seconds(60)) ?? []
        guard problems.isEmpty else { throw ErasureRefused() }
    }

    private func event(of id: Exact, _ now: Moment) throws(IntakeError) -> [UInt8] {
        let body = writer.event(subject: id.text, time: now).json
        // What the workers would refuse is an error here, not a message in a queue.
        let reading = EventReader().read(
            body: body, contentType: Names.ContentType.event, routingKey: writer.routingKey.description, now: now)
        guard case .elements(let elements) = reading.content, case .event? = elements.first else {
            throw IntakeError(
                .usage, "not a record id: one has 1 to \(Limits.standard.recordIDBytes) bytes",
                advice: "Give ids as the connectors give them, without control characters.")
        }
        return body
    }
}

/// The broker refused an event.
public struct ErasureRefused: Error {}
