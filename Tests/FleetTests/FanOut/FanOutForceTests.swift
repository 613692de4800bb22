import Foundation
import LeadModel
import TestKit
import Testing

@Suite("Fan-outs of workers that die", .onOwnThreads)
struct FanOutForceTests {
    private func lead(_ id: String) -> TestEvent {
        TestEvent("created", id, data: ["attributes": ["source": "web"], "related": ["account": "A1"]])
    }

    private func account(_ industry: String) -> TestEvent {
        TestEvent("updated", "A1", data: ["attributes": ["industry": industry]]).of(.account)
    }

    @Test("a worker dies after it stored an account and before its fan-out: the next one reaches all referrers")
    func died() throws {
        let stage = try Stage()
        let card = Scorecard.withEntities()
        try stage.publish(card)
        let ids = (0..<5).map { "L\($0)" }
        func dying() throws -> LeadlineProcess {
            try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_FAIL_POINTS": "committed=die#A1"])
        }
        let first = try dying()
        try stage.awaitFirstSweep()
        try stage.publish(ids.map(lead))
        _ = try stage.results(ofRecords: ids.count)
        #expect(try stage.records(ids).allSatisfy { $0.scoring?.accountRevision == 0 }, "the account is missing")
        try stage.publish([account("banking")])
        #expect(first.exitCode() == SIGKILL)
        #expect(try stage.records(["A1"], kind: .account)[0].revision > 0, "it is stored")
        #expect(try stage.records(ids).allSatisfy { $0.scoring?.accountRevision == 0 }, "no referrer is reached")

        let second = try LeadlineProcess(workerOn: stage)
        defer { second.kill() }
        let values: [(name: Exact, value: Value)] = [("source", .text("web")), ("account.industry", .text("banking"))]
        let expected = card.probability(card.evidence(of: values, at: Moment(milliseconds: 0)))
        #expect(
            try stage.eventually { try stage.records(ids).allSatisfy { $0.scoring?.probability == expected } },
            "leads that were scored without it are scored again")
        let scored = try stage.results(ofRecords: ids.count) + stage.restOfResults()
        #expect(Set(scored.map(\.id)).count == ids.count && scored.allSatisfy { $0.data.trigger == "realtime" })
        #expect(second.terminate() == 0)

        let third = try dying()
        #expect(try stage.eventually { third.printed.contains("taking work") })
        try stage.publish([account("retail")])
        #expect(third.exitCode() == SIGKILL)
        #expect(try stage.records(ids).allSatisfy { !$0.isPending })
        let last = try LeadlineProcess(workerOn: stage)
        defer { last.kill() }
        #expect(try stage.eventually { try stage.records(ids).allSatisfy(\.isPending) }, "all referrers are reached")
        #expect(
            try stage.eventually { try stage.states().reduce(0) { $0 + $1.dirty } == ids.count },
            "they wait for the sweep")
        #expect(try stage.usage() == .init(records: ids.count, scorings: 2 * ids.count))
        try stage.sweep()
        #expect(try stage.usage() == .init(records: ids.count, scorings: 3 * ids.count))
    }
}
