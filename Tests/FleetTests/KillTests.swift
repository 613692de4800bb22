import Contract
import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("A worker that is killed")
struct KillTests {
    /// Whole with LEADLINE_TEST_WHOLE=1: 20,000 leads.
    private static let leads = ProcessInfo.processInfo.environment["LEADLINE_TEST_WHOLE"] == "1" ? 20_000 : 2000

    @Test("ten times at random moments loses no lead, and scores and counts each once")
    func killed() throws {
        let stage = try Stage()
        let card = Scorecard.byHand()
        try stage.publish(card)
        let leads = (0..<Self.leads).map { number in
            (id: "L\(number)", source: number % 3 == 0 ? "web" : "fair", visits: number % 20, own: "n\(number % 700)")
        }
        var worker = try LeadlineProcess(
            workerOn: stage, ["--lanes", "3"], environment: ["LEADLINE_WORKER_BATCH": "16"])
        defer { worker.kill() }
        var random = SystemRandomNumberGenerator()
        let part = leads.count / 10
        for round in 0..<10 {
            // What is waiting is worked at once by the fresh worker, so the kill falls into the midst of it.
            try stage.publish(
                leads[(round * part)..<((round + 1) * part)].map {
                    .created($0.id, ["source": $0.source, "visits": $0.visits, $0.own: true])
                })
            let before = try stage.usage().scorings
            #expect(try stage.eventually { try stage.usage().scorings > before })
            Thread.sleep(forTimeInterval: Double.random(in: 0..<0.05, using: &random))
            worker.kill()
            worker = try LeadlineProcess(
                workerOn: stage, ["--lanes", "3"], environment: ["LEADLINE_WORKER_BATCH": "16"])
        }
        let results = try stage.results(ofRecords: leads.count, within: .seconds(180)) + stage.restOfResults()
        let byLead = Dictionary(grouping: results, by: \.subject)
        #expect(byLead.count == leads.count)
        #expect(byLead.values.allSatisfy { Set($0.map(\.id)).count == 1 }, "one result id a lead")
        #expect(try stage.usage() == UsageCount(records: leads.count, scorings: leads.count))
        let records = try stage.records(leads.map(\.id))
        for (lead, record) in zip(leads, records) {
            let evidence = card.evidence(
                of: [("source", .text(lead.source)), ("visits", .number(Double(lead.visits)))])
            #expect(record.scoring?.probability == card.probability(evidence))
            #expect(byLead[lead.id]?.first?.data.probability == record.scoring?.probability)
        }
        #expect(try stage.drain(Names.rejected).isEmpty)
        #expect(results.count > byLead.count, "no kill fell between commit and settle: the test tried nothing")
    }

    @Test("told to stop under load, it ends with 0 and gives nothing back that it had in hand")
    func drained() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        #expect(try stage.eventually { worker.printed.contains("taking work") })
        try stage.publish((0..<3000).map { .created("L\($0)", ["source": "web"]) })
        #expect(try stage.eventually { try stage.usage().scorings > 100 })
        #expect(worker.terminate() == 0)
        let left = try stage.drain(Names.created)
        #expect(left.allSatisfy { !$0.redelivered })
        #expect(try stage.usage().scorings + left.count == 3000)
    }
}
