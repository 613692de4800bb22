import Contract
import LeadModel
import Rabbit

/// Publishes `erased` events with confirms, one a record.
///
/// If it breaks off, what was confirmed is erased all the same; running it again is harmless.
public struct ErasureRun {
    /// The CloudEvents `source` of all of them.
    public static let source = "leadline/erase"

    private let organization: String
    private let kind: RecordKind
    private let publisher: Publisher

    /// - Parameter publisher: on a connection of its own.
    public init(organization: String, kind: RecordKind, publisher: Publisher) {
        (self.organization, self.kind, self.publisher) = (organization, kind, publisher)
    }

    /// - Parameter now: the events' time.
    /// - Throws: `IntakeError` for an id that cannot be one, before anything is published; `RabbitError`;
    ///   `ErasureRefused`.
    public func run(_ ids: [Exact], now: Moment) throws {
        let key = RoutingKey(organization: organization, kind: kind, verb: .erased)
        let events = try ids.map { id in try event(of: id, key, now) }
        for event in events {
            try publisher.publish(
                event, to: Names.records.name, routingKey: key.description,
                properties: Properties(contentType: Names.ContentType.event), mandatory: true)
        }
        let problems = try publisher.awaitConfirms(timeout: .seconds(60)) ?? []
        guard problems.isEmpty else { throw ErasureRefused() }
    }

    private func event(of id: Exact, _ key: RoutingKey, _ now: Moment) throws(IntakeError) -> [UInt8] {
        var json = JSONWriter()
        json.literal(#"{"specversion":"1.0","id":"#)
        json.string("erase at \(now.microseconds)")
        json.literal(#","source":"#)
        json.string(Self.source)
        json.literal(#","type":"#)
        json.string(key.type)
        json.literal(#","subject":"#)
        json.string(id.text)
        json.literal(#","time":"#)
        json.moment(now)
        json.literal(#","organization":"#)
        json.string(organization)
        json.literal("}")
        // What the workers would refuse is to be told here, not in a queue.
        let reading = EventReader().read(
            body: json.bytes, contentType: Names.ContentType.event, routingKey: key.description, now: now)
        guard case .elements(let elements) = reading.content, case .event? = elements.first else {
            throw IntakeError(
                .usage, "this is no record id: one has 1 to \(Limits.standard.recordIDBytes) bytes",
                advice: "Give ids as the connectors give them, without control characters.")
        }
        return json.bytes
    }
}

/// The broker did not take an event.
public struct ErasureRefused: Error, CustomStringConvertible {
    public var description: String { "the broker refused an event; see `leadline check`, then erase again" }
}
