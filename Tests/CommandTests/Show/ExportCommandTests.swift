import Foundation
import LeadModel
import TestKit
import Testing

@Suite("leadline export", .onOwnThreads)
struct ExportCommandTests {
    struct Exported: Decodable {
        var state: State
        var related: Related
        var namedBy: NamedBy?
        var scoring: Scoring?
        var isPending: Bool
        var usageMonth: String?
        var expires: [Expiring]

        struct State: Decodable {
            var status: String
            var values: [Said]

            subscript(field: String) -> Said? { values.first { $0.field == field } }
        }

        struct Said: Decodable {
            var field: String
            var value: Text?
            var saidAt: String
        }

        /// Of a value only what is text.
        struct Text: Decodable {
            var text: String?

            init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
        }

        struct Related: Decodable { var account, contact: Named? }

        struct Named: Decodable {
            var id: String
            var state: State
        }

        struct NamedBy: Decodable { var leads, opportunities: [String] }

        struct Scoring: Decodable {
            var score: Int
            var logOdds, intercept: Double
            var reasons: [Reason]
        }

        struct Reason: Decodable {
            var contribution: Double
            var insight: String
        }

        struct Expiring: Decodable { var what, at: String }
    }

    @Test(
        "it prints every value and its time, the account, the score with all reasons, and the referrers of an account"
    )
    func everything() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let servers = LeadlineProcess.servers(stage)
        try stage.publish([
            TestEvent("created", "A1", data: ["name": "Example & Co", "attributes": ["industry": "Finance"]]).of(
                .account)
        ])
        try stage.publish([
            TestEvent(
                "created", "L1", time: "2026-11-20T09:30:00Z",
                data: ["name": "Béa", "related": ["account": "A1"], "attributes": ["source": "web", "visits": 5]]),
            TestEvent(
                "updated", "L1", time: "2026-11-20T10:00:00Z",
                data: ["patch": true, "owner": NSNull(), "attributes": ["note": NSNull()]]),
        ])
        #expect(
            try stage.eventually {
                let record = try stage.record("L1")
                return record.scoring != nil && record.cells[.owner] != nil
            })
        let run = try CommandRun(["export", "L1", "--org", stage.org], environment: servers)
        #expect(run.code == 0 && run.errors.isEmpty)
        let lead = try run.json(Exported.self)
        #expect(lead.state.status == "open" && lead.state["name"]?.value?.text == "Béa")
        #expect(lead.state["name"]?.saidAt == "2026-11-20T09:30:00.000Z")
        #expect(lead.state["creation"]?.value?.text == "2026-11-20T09:30:00.000Z")
        let note = try #require(lead.state["attributes.note"])
        #expect(note.value == nil && note.saidAt == "2026-11-20T10:00:00.000Z", "a removed value is exported too")
        #expect(lead.related.account?.id == "A1" && lead.related.contact == nil)
        #expect(lead.related.account?.state["attributes.industry"]?.value?.text == "Finance")
        let scoring = try #require(lead.scoring)
        #expect(scoring.reasons.count == 2 && scoring.reasons.allSatisfy { !$0.insight.isEmpty })
        let sum = scoring.reasons.reduce(scoring.intercept) { $0 + $1.contribution }
        #expect(abs(sum - scoring.logOdds) < 1e-12)
        #expect(lead.usageMonth != nil && lead.namedBy == nil)

        let account = try CommandRun(["export", "A1", "--entity", "account", "--org", stage.org], environment: servers)
            .json(Exported.self)
        #expect(account.namedBy?.leads == ["L1"] && account.namedBy?.opportunities == [])
        #expect(account.scoring == nil && account.state["name"]?.value?.text == "Example & Co")

        #expect(try CommandRun(["erase", "L1", "--org", stage.org], environment: servers).code == 0)
        let erased = try CommandRun(["export", "L1", "--org", stage.org], environment: servers)
        let left = try erased.json(Exported.self)
        #expect(left.state.status == "erased" && left.state.values.isEmpty && left.scoring == nil)
        #expect(left.related.account == nil && !erased.output.contains("Béa"))
    }

    @Test("an unknown record and wrong usage are errors that print nothing to standard output")
    func refused() throws {
        let stage = try Stage()
        let servers = LeadlineProcess.servers(stage)
        let unknown = try CommandRun(["export", "nobody", "--org", stage.org], environment: servers)
        #expect(unknown.code == 65 && unknown.output.isEmpty && !unknown.errors.contains("nobody"))
        #expect(unknown.firstErrorLine.contains("stores nothing about a lead with this id"))
        #expect(try CommandRun(["export", "--org", stage.org], environment: servers).code == 64)
        #expect(
            try CommandRun(["export", "x", "--entity", "person", "--org", stage.org], environment: servers).code == 64)
    }
}
