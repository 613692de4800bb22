import Contract
import LeadModel
import Testing

@Suite("Event writer")
struct EventWriterTests {
    private let time = Moment(rfc3339: "2026-11-21T12:00:00Z") ?? Moment(microseconds: 0)
    private let writer = EventWriter(
        RoutingKey(organization: "acme", kind: .opportunity, verb: .imported), source: "leadline/test")

    private func read(_ json: [UInt8], under key: RoutingKey) throws -> RecordEvent {
        let message = EventReader().read(
            body: json, contentType: Names.ContentType.event, routingKey: key.description, now: time)
        guard case .elements(let elements) = message.content, case .event(let event)? = elements.first else {
            throw Refused()
        }
        return event
    }

    private struct Refused: Error {}

    @Test("the reader reads what the writer writes")
    func roundTrip() throws {
        var data = RecordData(status: .won)
        (data.owner, data.closedAt) = ("ann \"x\"", time)
        data.attributes = [("size", .number(2.5)), ("gone", nil), ("tags", .list(["a", "b"]))]
        let (id, json) = writer.event(subject: "7/é", time: time, data: data.json)
        let event = try read(json, under: writer.routingKey)
        #expect(event.recordID == "7/é" && event.recordKind == .opportunity && event.verb == .imported)
        #expect(event.stamp.time == time && id.utf8.count == 16)
        #expect(event.fields.contains { $0.field == .owner && $0.value == .text("ann \"x\"") })
        let erased = EventWriter(RoutingKey(organization: "acme", kind: .lead, verb: .erased), source: "s")
        #expect(try read(erased.event(subject: "7", time: time).json, under: erased.routingKey).verb == .erased)
    }

    @Test("events that differ have different ids, and an event that is written again has the same")
    func ids() {
        let data = RecordData(status: .open).json
        let id = writer.event(subject: "1", time: time, data: data).id
        #expect(writer.event(subject: "1", time: time, data: data).id == id)
        let later = time.adding(seconds: 1)
        let other = EventWriter(RoutingKey(organization: "acme", kind: .lead, verb: .imported), source: "leadline/test")
        let others = [
            writer.event(subject: "2", time: time, data: data).id,
            writer.event(subject: "1", time: later, data: data).id,
            writer.event(subject: "1", time: time).id, other.event(subject: "1", time: time, data: data).id,
        ]
        #expect(Set(others + [id]).count == 5)
        #expect(writer.event(id: "mine", subject: "1", time: time).id == "mine")
    }

    @Test("a lead and an opportunity of one id and revision have results that CloudEvents distinguishes")
    func results() {
        #expect(
            Names.source(organization: "acme", kind: .lead) != Names.source(organization: "acme", kind: .opportunity))
    }
}
