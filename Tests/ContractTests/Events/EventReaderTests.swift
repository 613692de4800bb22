import LeadModel
import Testing

@testable import Contract

@Suite("ParsedMessage record events")
struct EventReaderTests {
    @Test("every part of an event is read to what it says")
    func full() throws {
        let data = """
            {"status":"qualified","createdAt":"2026-11-01T00:00:00+01:00","closedAt":null,"owner":"ann","name":"Bea \\u00e9",
             "process":"p","stage":"s","stageSince":"2026-11-02T00:00:00.5Z","related":{"account":"A1","contact":null},
             "attributes":{"source":"web","web.visits":12,"rate":0.25,"big":18446744073709551615,"flag":false,
             "none":null,"list":["a","b\\n"],"zero":-0,"minus":-0.0,"text":"nul\\u0000l"}}
            """
        let reading = read(event(data: data))
        #expect(reading.key == RoutingKey(organization: "acme", kind: .lead, verb: .created))
        #expect(reading.refused == nil)
        let event = try #require(reading.events.first)
        #expect(event.recordID == "L1" && event.verb == .created && event.kind == .snapshot)
        #expect(event.stamp.time == Moment(rfc3339: "2026-11-21T09:30:00Z") && event.stamp.sequence == nil)
        func milliseconds(_ text: String) -> Value? {
            Moment(rfc3339: text).map { .number(Double($0.milliseconds)) }
        }
        let expected: [Field: Value?] = [
            .status: .text("qualified"), .createdAt: milliseconds("2026-10-31T23:00:00Z"), .closedAt: nil,
            .owner: .text("ann"), .name: .text("Bea é"), .process: .text("p"), .stage: .text("s"),
            .stageSince: milliseconds("2026-11-02T00:00:00.5Z"), .account: .text("A1"), .contact: nil,
            .attribute("source"): .text("web"), .attribute("web.visits"): .number(12),
            .attribute("rate"): .number(0.25), .attribute("big"): .number(0x1p64),
            .attribute("flag"): .flag(false), .attribute("none"): nil, .attribute("list"): .list(["a", "b\n"]),
            .attribute("zero"): .number(0), .attribute("minus"): .number(0),
            .attribute("text"): .text("nul\0l"), .creation: milliseconds("2026-11-21T09:30:00Z"),
        ]
        #expect(Dictionary(uniqueKeysWithValues: event.fields.map { ($0.field, $0.value) }) == expected)
        #expect(zip(event.fields, event.fields.dropFirst()).allSatisfy { $0.field < $1.field })
        if case .number(let minus)?? = event[.attribute("minus")] { #expect(minus.sign == .plus) }
    }

    @Test("only updated can be a patch, and deleted and erased need no data")
    func kinds() {
        func kind(_ verb: String, _ data: String?) -> RecordEvent.Kind? {
            read(event(verb, [("data", data)]), key: "acme.lead.\(verb)").events.first?.kind
        }
        #expect(kind("updated", #"{"patch":true}"#) == .patch)
        #expect(kind("updated", #"{"patch":false}"#) == .snapshot)
        #expect(kind("updated", "{}") == .snapshot)
        #expect(kind("imported", "{}") == .snapshot)
        #expect(kind("created", #"{"patch":false}"#) == nil)
        #expect(kind("deleted", nil) == .delete)
        #expect(kind("erased", nil) == .erase)
        #expect(kind("erased", #""not read""#) == .erase)
    }

    @Test("the content type says whether an object or an array is taken; another JSON type or none takes both")
    func contentTypes() {
        let one = event()
        let both = "[\(one),\(one)]"
        #expect(read(one, "application/cloudevents+json").events.count == 1)
        #expect(read(one, "application/CloudEvents+JSON; charset=utf-8").events.count == 1)
        #expect(read(both, "application/cloudevents-batch+json").events.count == 2)
        for type in [nil, "", "application/json", "text/json", "application/vnd.crm+json;v=1"] {
            #expect(read(one, type).events.count == 1)
            #expect(read(both, type).events.count == 2)
        }
        #expect(read(both, "application/cloudevents+json").refused == "not-a-cloud-event body")
        #expect(read(one, "application/cloudevents-batch+json").refused == "not-a-cloud-event body")
        #expect(read(one, "text/plain").refused == "unsupported-content-type content type")
    }

    @Test("members that are extensions of CloudEvents are let be, and null is absent")
    func extensions() throws {
        let event = event("created", [("traceparent", #"{"a":[1]}"#), ("sequence", "null"), ("data_base64", "null")])
        #expect(read(event).events.count == 1)
        #expect(read(with("sequence", #""00042""#)).events.first?.stamp.sequence == "00042")
    }

    private func with(_ name: String, _ value: String) -> String { event("created", [(name, value)]) }
}
