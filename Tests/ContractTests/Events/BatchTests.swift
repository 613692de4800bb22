import LeadModel
import Testing

@testable import Contract

@Suite("Batches")
struct BatchTests {
    private let good = event()

    private func refused(_ reading: ParsedMessage) -> [(refusal: Refusal, bytes: String)] {
        reading.elements.compactMap {
            if case .refused(let refusal, let bytes) = $0 {
                (refusal, String(decoding: bytes, as: UTF8.self))
            } else {
                nil
            }
        }
    }

    @Test(
        "a bad element leaves its neighbours and is set aside with its own bytes",
        arguments: [
            (event("created", [("subject", nil)]), "missing-field subject"),
            (event(data: #"{ "status" : [1, "]}," , {"a":"\"]"}] }"#), "wrong-type data.status"),
            ("42", "not-a-cloud-event body"),
            ("[]", "not-a-cloud-event body"),
            (event(data: #"{"attributes":{"a":1,"a":2}}"#), "duplicate-key data.attributes.a"),
            // What follows is no JSON, so the body as a whole is none either.
            (
                event(data: #"{"attributes":{"web.visits":{"a":[0,00]}}}"#),
                "bad-number data.attributes.web.visits.a[1]"
            ),
            (event(data: #"{"name":"\ud800"}"#), "not-json body"),
            (event(data: #"{"status":opn}"#), "not-json body"),
            ("\"a\u{1}b\"", "not-json body"),
            (
                event("created", [("deep", String(repeating: "[", count: 40) + String(repeating: "]", count: 40))]),
                "too-large body"
            ),
        ])
    func badNeighbour(_ bad: String, _ expected: String) throws {
        let reading = read(" [\(good) ,\n \(bad)\t, \(good)]\r\n", "application/cloudevents-batch+json")
        #expect(reading.events.count == 2 && reading.elements.count == 3)
        let refused = refused(reading)
        #expect(reading.refused == expected)
        #expect(refused.map(\.bytes) == [bad])
        #expect(refused.map(\.refusal.index) == [1])
    }

    @Test("an element that is not UTF-8 leaves its neighbours")
    func notUTF8() throws {
        let bad = Array(#"{"name":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
        let reading = read(Array("[\(good),".utf8) + bad + Array("]".utf8))
        #expect(reading.events.count == 1 && reading.refused == "not-json body")
        if case .refused(_, let bytes)? = reading.elements.last { #expect(bytes == bad) }
    }

    @Test("a refused element, sent again alone, is refused for the same")
    func again() throws {
        let reading = read("[\(good),\(event(data: #"{"status":1}"#))]")
        let (refusal, bytes) = try #require(refused(reading).first)
        let alone = try #require(read(bytes, Names.ContentType.event).refusal)
        #expect((alone.reason, alone.field, alone.index) == (refusal.reason, refusal.field, nil))
    }

    @Test(
        "a batch whose structure is broken is refused whole",
        arguments: ["[", "[{}", "[{}}", "[{},]", "[,{}]", "[{} {}]", "[{}] x", "[{}]]", "[\"", "[\"\\", "[}]", "{]"])
    func brokenStructure(_ body: String) {
        let reading = read(body)
        #expect(reading.elements.isEmpty || body == "[{} {}]")
        #expect(reading.refused == "not-json body")
    }

    @Test("an empty batch is refused")
    func empty() {
        #expect(read(" [ ] ").refused == "empty-batch body")
        #expect(read("[]", "application/cloudevents-batch+json").refused == "empty-batch body")
    }

    @Test("a batch is bounded in its events")
    func bound() {
        var limits = Limits.standard
        limits.batchEvents = 3
        let reader = EventReader(limits: limits)
        func count(_ count: Int) -> ParsedMessage {
            let body = "[\(Array(repeating: good, count: count).joined(separator: ","))]"
            return reader.read(body: Array(body.utf8), contentType: nil, routingKey: "acme.lead.created", now: now)
        }
        #expect(count(3).events.count == 3)
        #expect(count(4).refused == "too-large body")
        #expect(Limits.standard.batchEvents == 10_000)
        #expect(read("[" + String(repeating: "0,", count: 10_000) + "0]").refused == "too-large body")
        #expect(read("[" + String(repeating: "0,", count: 9999) + "0]").elements.count == 10_000)
    }
}
