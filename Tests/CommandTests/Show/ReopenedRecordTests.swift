import Foundation
import LeadModel
import TestKit
import Testing

/// A deal that is closed, reopened and closed again, in results, history and outcomes.
@Suite("A reopened record", .onOwnThreads)
struct ReopenedRecordTests {
    private func patch(_ id: String, _ time: String, _ status: String, closedAt: String? = nil) -> TestEvent {
        var data: [String: Any] = ["patch": true, "status": status]
        if let closedAt { data["closedAt"] = closedAt }
        return TestEvent("updated", id, time: time, data: data)
    }

    private struct End: Decodable {
        struct Body: Decodable { var closedAt, outcome: String? }
        var data: Body
    }

    @Test("it has no closedAt while it is open, and ended when it was closed last")
    func closedAgain() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        func next(_ event: TestEvent) throws -> (TestResult, End.Body) {
            try stage.publish([event])
            let result = try #require(try stage.results(ofRecords: 1).first)
            return (result, try JSONDecoder().decode(End.self, from: Data(result.body)).data)
        }
        _ = try next(
            TestEvent("created", "again", time: "2026-08-01T08:00:00Z", data: ["attributes": ["source": "web"]]))
        let closed = try next(
            patch("again", "2026-09-10T10:00:00Z", "disqualified", closedAt: "2026-09-10T10:00:00Z"))
        #expect(closed.1.closedAt == "2026-09-10T10:00:00.000Z" && closed.1.outcome == "disqualified")
        let opened = try next(patch("again", "2026-10-01T10:00:00Z", "open"))
        #expect(opened.1.closedAt == nil && opened.1.outcome == nil && opened.0.data.status == "open")
        #expect(try stage.awaitLedger(ledger.path) == [])
        let environment = LeadlineProcess.servers(stage).merging(["LEADLINE_LEDGER_FILE": ledger.path]) { $1 }
        func run(_ arguments: String...) throws -> String {
            try CommandRun(arguments + ["--org", stage.org], environment: environment).output
        }
        #expect(try run("history", "again").contains("It is open; its score is "))

        let won = try next(patch("again", "2026-11-15T10:00:00Z", "qualified"))
        #expect(won.1.closedAt == "2026-11-15T10:00:00.000Z" && won.1.outcome == "qualified")
        #expect(try stage.awaitLedger(ledger.path) == [])
        #expect(try run("history", "again").contains("It was qualified at 2026-11-15 10:00:00"))
        #expect(try run("outcomes", "--since", "2026-11").contains("1 scored leads were closed, 1 of them qualified"))
        #expect(try run("outcomes", "--until", "2026-10").contains("no closed lead with a score"))
    }

    @Test("history that is reopened is scored at once, once, and what says why a record has no score is true")
    func history() throws {
        let stage = try Stage()
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        func explain(_ id: String) throws -> String {
            try CommandRun(["explain", id, "--org", stage.org], environment: LeadlineProcess.servers(stage)).output
        }
        func history(_ id: String) -> TestEvent {
            TestEvent(
                "imported", id, time: "2026-09-01T10:00:00Z",
                data: ["status": "qualified", "closedAt": "2026-08-20T10:00:00Z", "attributes": ["source": "web"]])
        }
        // Reopened while nothing is published: the sweep after the first publication scores it.
        try stage.publish([history("early")])
        #expect(try stage.eventually { try stage.record("early").revision > 0 })
        #expect(try explain("early").contains("it is closed (qualified), and only open records are scored"))
        try stage.publish([patch("early", "2026-10-01T10:00:00Z", "open")])
        #expect(try stage.eventually { try stage.record("early").isOpen })
        #expect(try explain("early").contains("no model is published"))

        try stage.publish(.byHand())
        try stage.awaitFirstSweep()
        _ = try stage.restOfResults()
        try stage.publish([history("L1")])
        #expect(try stage.eventually { try stage.record("L1").revision > 0 })
        try stage.publish([patch("L1", "2026-10-01T10:00:00Z", "open")])
        let result = try #require(try stage.results(ofRecords: 1).first)
        #expect(result.type == "leadline.lead.scored" && result.data.trigger == "realtime")
        #expect(try JSONDecoder().decode(End.self, from: Data(result.body)).data.closedAt == nil)
        try stage.publish([
            patch("L1", "2026-10-02T10:00:00Z", "disqualified"), patch("L1", "2026-10-03T10:00:00Z", "open"),
        ])
        #expect(
            try stage.eventually {
                try stage.record("L1").cells[.status]?.stamp.time.text == "2026-10-03T10:00:00.000Z"
            })
        #expect(try stage.restOfResults().allSatisfy { $0.type != "leadline.lead.scored" })
    }
}
