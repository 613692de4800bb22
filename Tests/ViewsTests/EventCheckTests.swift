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
        #expect(check.routingKey == "acme.lead.created" && check.answers.count == 3)
        guard case .accepted(.lead, .created, fields: 1)? = check.answers.first else {
            Issue.record("\(check.answers)")
            return
        }
        guard case .adjusted(.lead, .created, fields: _, let strictly)? = check.answers.dropFirst().first,
            case .refused(let refusal)? = check.answers.last
        else {
            Issue.record("\(check.answers)")
            return
        }
        #expect("\(strictly)".contains("data.owner") && "\(refusal)".contains("data.createdAt"))
    }
}
