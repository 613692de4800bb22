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
        let bad = String(
            decoding: TestEvent("created", "L2", time: now.text, data: ["owner": 5]).body("acme"), as: UTF8.self)
        let check = EventCheck(Array("[\(good),\(bad)]".utf8), routingKey: nil, now: now)
        #expect(check.routingKey == "acme.lead.created" && check.answers.count == 2)
        guard case .accepted(.lead, .created, fields: 1)? = check.answers.first else {
            Issue.record("\(check.answers)")
            return
        }
        guard case .refused(let refusal)? = check.answers.last else {
            Issue.record("\(check.answers)")
            return
        }
        #expect("\(refusal)".contains("data.owner"))
    }
}
