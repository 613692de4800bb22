import TestKit
import Testing

@Suite("The ledger follows the fleet", .onOwnThreads)
struct ProjectorTests {
    @Test("at rest it equals the registry, and holds each scoring once")
    func equals() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        try stage.publish((0..<200).map { .created("L\($0)", ["source": "web", "visits": $0 % 20]) })
        #expect(try stage.results(ofRecords: 200).count == 200)
        #expect(try stage.awaitLedger(ledger.path) == [])
        #expect(try stage.scorings(inLedger: ledger.path) == stage.usage().scorings)
    }
}
