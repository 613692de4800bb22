import Foundation
import LeadModel
import TestKit
import Testing

@testable import Contract

@Suite("CloudEvents in binary mode")
struct BinaryModeTests {
    private typealias Attributes = [(name: String, value: EventMessage.Attribute)]

    private func attributes(_ verb: String = "created", _ changes: [String: EventMessage.Attribute?] = [:])
        -> Attributes
    {
        let all: Attributes = [
            ("specversion", .text("1.0")), ("id", .text("e1")), ("source", .text("crm")),
            ("type", .text("leadline.lead.\(verb)")), ("subject", .text("L1")),
            ("time", .text("2026-11-21T09:30:00Z")), ("organization", .text("acme")),
        ]
        let kept = all.filter { !changes.keys.contains($0.name) }
        return kept + changes.compactMap { name, value in value.map { (name, $0) } }
    }

    private func read(
        _ attributes: Attributes, _ data: String, type: String? = "application/json", key: String = "acme.lead.created"
    ) -> ParsedMessage {
        EventReader().read(
            EventMessage(body: Array(data.utf8), contentType: type, attributes: attributes), routingKey: key, now: now)
    }

    @Test("it is read to the same event as in structured mode")
    func same() throws {
        let data = #"{"owner":"ann","attributes":{"source":"web \"x\"","visits":3}}"#
        let binary = try #require(read(attributes(), data).events.first)
        let other = try #require(structured(event(data: data)).events.first)
        #expect(binary.stamp == other.stamp && binary.recordID == other.recordID)
        #expect(binary.fields.map(\.value) == other.fields.map(\.value))
        let more = read(attributes("created", ["sequence": .text("7"), "traceparent": .integer(5)]), data, type: nil)
        #expect(more.events.first?.stamp.sequence == "7")
    }

    @Test("data may be missing where it is not needed")
    func noData() {
        let key = "acme.lead.deleted"
        #expect(read(attributes("deleted"), "", key: key).events.first?.kind == .delete)
        #expect(read(attributes("deleted"), "\n", type: nil, key: key).events.count == 1)
        #expect(read(attributes(), "").refused == "missing-field data")
        #expect(read(attributes(), "null").refused == "missing-field data")
    }

    @Test("a time is RFC 3339, milliseconds since 1970 or AMQP's timestamp")
    func times() {
        func time(_ value: EventMessage.Attribute) -> Moment? {
            read(attributes("created", ["time": value]), "{}").events.first?.stamp.time
        }
        #expect(time(.text("2026-11-21T09:30:00.250Z")) == Moment(rfc3339: "2026-11-21T09:30:00.250Z"))
        #expect(time(.integer(1_795_253_400_250)) == Moment(rfc3339: "2026-11-21T09:30:00.250Z"))
        #expect(time(.time(1_795_253_400)) == Moment(rfc3339: "2026-11-21T09:30:00Z"))
        let ahead: [EventMessage.Attribute] = [.integer(.max), .time(.max)]
        for value in ahead { #expect(read(attributes("created", ["time": value]), "{}").refused == "time-ahead time") }
    }

    @Test("whatever is wrong with an attribute is refused as in structured mode, with the same text")
    func refused() {
        let wrong: [(String, EventMessage.Attribute?, String?)] = [
            ("specversion", nil, nil), ("specversion", .text("0.3"), #""0.3""#), ("id", nil, nil),
            ("id", .text(""), #""""#),
            ("id", .integer(7), "7"), ("source", .text("a\nb"), #""a\nb""#), ("source", .flag(true), "true"),
            ("subject", .null, "null"), ("subject", .other, "[]"), ("time", .text("today"), #""today""#),
            ("time", .null, "null"), ("type", .text("x"), #""x""#), ("type", nil, nil), ("organization", nil, nil),
            ("organization", .text("other"), #""other""#), ("organization", .text("Acme"), #""Acme""#),
            ("sequence", .integer(5), "5"), ("datacontenttype", .text("text/csv"), #""text/csv""#),
            ("data_base64", .text("e30="), #""e30=""#),
        ]
        for (name, value, json) in wrong {
            let binary = read(attributes("created", [name: value]), "{}").refusal
            let expected = structured(event("created", [(name, json)])).refusal
            #expect(expected != nil && binary == expected, "\(name)")
        }
        for data in [
            "[]", "7", #"{"status":5}"#, #"{"email":"x"}"#, #"{"name":1,"name":2}"#, #"{"attributes":[]}"#,
            #"{"status":1e999}"#, String(repeating: "[", count: 31) + String(repeating: "]", count: 31),
        ] {
            let expected = structured(event(data: data)).refusal
            #expect(expected != nil && read(attributes(), data).refusal == expected, "\(data)")
        }
    }

    @Test("a body that is no JSON by itself can't change the event around it")
    func injected() {
        for data in [#"{},"subject":"L2""#, #"{}}"#, #"{"#, #"{}} {"#, #"{}],"x":["#, "Jane"] {
            let refusal = read(attributes(), data).refusal
            #expect(refusal?.description == "not-json at body: is not one JSON value", "\(data)")
        }
        #expect(read(attributes("created", ["data": .text("x")]), "{}").refused == "duplicate-key data")
    }

    @Test("an event in structured mode is one, although headers repeat its attributes")
    func mirrored() {
        #expect(read(attributes(), event()).events.map(\.recordID) == ["L1"])
        #expect(read(attributes(), event(), type: nil).events.count == 1)
    }

    @Test("another content type is refused, and a compressed body is read")
    func bodies() {
        #expect(
            read(attributes(), "{}", type: "application/octet-stream").refused
                == "unsupported-content-type content type")
        let packed = EventMessage(
            body: Compression.gzip(Array(#"{"owner":"ann"}"#.utf8)), contentType: "application/json; charset=utf-8",
            contentEncoding: "gzip", attributes: attributes())
        let reading = EventReader().read(packed, routingKey: "acme.lead.created", now: now)
        #expect(reading.events.first?[.owner] == .text("ann"))
        #expect(EventReader().read(packed, routingKey: "acme.lead", now: now).refused == "bad-routing-key routing key")
    }
}

/// The reading of a body in structured mode.
private func structured(_ body: String) -> ParsedMessage { read(body) }
