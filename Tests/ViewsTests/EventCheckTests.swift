import Contract
import LeadModel
import TestKit
import Testing
import Views

@Suite("Whether an event would be accepted")
struct EventCheckTests {
    private let now = Moment(rfc3339: "2026-11-20T09:00:00Z")!

    @Test("each event of a batch has an answer of its own, and the key follows from the first event")
    func batch() throws {
        let good = String(
            decoding: TestEvent("created", "L1", time: now.text, data: ["owner": "Ann"]).body("acme"), as: UTF8.self)
        func event(_ data: [String: Any]) -> String {
            String(decoding: TestEvent("created", "L2", time: now.text, data: data).body("acme"), as: UTF8.self)
        }
        let (odd, bad) = (event(["owner": 5]), event(["createdAt": "yesterday"]))
        let check = EventCheck(Array("[\(good),\(odd),\(bad)]".utf8), routingKey: nil, now: now)
        #expect(Set(check.events.map(\.routingKey)) == ["acme.lead.created"])
        #expect(check.events.map(\.verdict) == [.accepted, .adjusted, .refused] && !check.ok)
        #expect(check.events.map(\.index) == [0, 1, 2] && check.events.map(\.fields) == [1, 0, nil])
        #expect(check.events.map(\.entity) == ["lead", "lead", nil] && check.events.first?.verb == "created")
        #expect(check.events.map(\.refusal?.field) == [nil, "data.owner", "data.createdAt"])
    }
}
