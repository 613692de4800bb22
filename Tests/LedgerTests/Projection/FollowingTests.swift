import Contract
import Embedded
import Foundation
import LeadModel
import Ledger
import Rabbit
import Registry
import TestKit
import Testing

@Suite("The ledger follows the fleet", .onOwnThreads)
struct FollowingTests {
    private let card = Scorecard.byHand()

    /// A stage with a model, and a worker on it.
    private func started(_ stage: Stage? = nil) throws -> (Stage, LeadlineProcess) {
        let stage = try stage ?? Stage()
        try stage.publish(card)
        let worker = try LeadlineProcess(workerOn: stage)
        try stage.awaitFirstSweep()
        return (stage, worker)
    }

    @Test("at rest it equals the registry for whatever befell a record, and holds each scoring once")
    func equals() throws {
        let (stage, worker) = try started()
        defer { worker.kill() }
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        try befall(stage, rounds: 3)
        try stage.publish(card)
        try stage.sweep()
        try stage.setRanges(GradeRanges(a: 90, b: 60, c: 30))
        try stage.sweep()
        #expect(try stage.awaitLedger(ledger.path) == [])
        #expect(ledger.tally.counts.unreadable == 0)
        // What was erased has no scorings any more.
        let results = try stage.restOfResults(quietFor: .seconds(2))
        let erased = Set(results.filter { $0.type == "leadline.lead.erased" }.map(\.subject))
        let scorings = Set(
            results.filter { $0.type == "leadline.lead.scored" && !erased.contains($0.subject) }.map(\.id))
        #expect(!erased.isEmpty && scorings.count > 40)
        #expect(try stage.scorings(inLedger: ledger.path) == scorings.count)
    }

    @Test("a record that no model scores stands in it too")
    func unscored() throws {
        let stage = try Stage()
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        try stage.publish(
            (0..<5).map { TestEvent("created", "O\($0)", data: ["name": "Deal \($0)", "stage": "2"]).of(.opportunity) })
        #expect(try stage.results(ofRecords: 5).count == 5)
        try stage.publish([
            TestEvent("updated", "O1", data: ["status": "won", "patch": true]).of(.opportunity),
            TestEvent("deleted", "O2").of(.opportunity), TestEvent("erased", "O3").of(.opportunity),
        ])
        #expect(
            try stage.eventually {
                try stage.records(["O1", "O2", "O3"], kind: .opportunity).allSatisfy { !$0.isOpen && $0.notice != nil }
            })
        #expect(try stage.awaitLedger(ledger.path, .opportunity) == [])
    }

    @Test("killed ten times on the way, it equals the registry all the same, and holds each scoring once")
    func killed() throws {
        let (stage, worker) = try started(Stage(limit: nil))
        defer { worker.kill() }
        let path = try LedgerWithin.newPath()
        let environment = LeadlineProcess.servers(stage).merging(["LEADLINE_LEDGER_FILE": path]) { $1 }
        var random = SplitMix(state: UInt64(Date().timeIntervalSince1970 * 1000))
        for number in 0..<10 {
            let projector = try LeadlineProcess(["ledger", "run"], environment: environment)
            try befall(stage, rounds: 1, records: 300, from: number * 300, erases: false)
            // Some die as they open the file, some in the midst of results, some at rest.
            Thread.sleep(forTimeInterval: Double(random.next() % 1500) / 1000)
            projector.kill()
        }
        let projector = try LeadlineProcess(["ledger", "run"], environment: environment)
        defer { projector.kill() }
        #expect(try stage.awaitLedger(path, within: .seconds(60)) == [], "\(projector.printed)")
        #expect(try stage.scorings(inLedger: path) == stage.usage().scorings)
    }

    @Test("results that come again and out of the order of their commits change nothing")
    func outOfOrder() throws {
        let (stage, worker) = try started()
        defer { worker.kill() }
        try befall(stage, rounds: 3, erases: false)
        let results = try stage.restOfResults(quietFor: .seconds(2))
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        var random = SplitMix(state: UInt64(results.count))
        for result in (results + results.reversed()).shuffled(using: &random) { try stage.publishResult(result) }
        #expect(try stage.eventually { ledger.tally.counts.messages >= 3 * results.count && ledger.tally.isAtEnd })
        #expect(try stage.awaitLedger(ledger.path) == [])
        #expect(try stage.scorings(inLedger: ledger.path) == stage.usage().scorings)
    }

    @Test("what came before the stream was kept is read from the registry")
    func late() throws {
        let (stage, worker) = try started()
        defer { worker.kill() }
        try befall(stage, rounds: 2)
        _ = try stage.restOfResults(quietFor: .seconds(2))
        try stage.makeStreamAnew()
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        #expect(try stage.awaitLedger(ledger.path) == [])
    }

    @Test("a stream that was made anew is noticed by the message at the offset, and what was missed is caught up")
    func madeAnew() throws {
        let (stage, worker) = try started()
        defer { worker.kill() }
        let first = try LedgerWithin(stage)
        try befall(stage, rounds: 2)
        #expect(try stage.awaitLedger(first.path) == [])
        first.stop()
        // What the ledger misses is in no stream any more; the new one has other messages at its offsets.
        try befall(stage, rounds: 2)
        _ = try stage.restOfResults(quietFor: .seconds(2))
        try stage.makeStreamAnew()
        try befall(stage, rounds: 3, records: 60, from: 1000)
        _ = try stage.restOfResults(quietFor: .seconds(2))
        let second = try LedgerWithin(stage, path: first.path)
        defer { second.stop() }
        #expect(try stage.awaitLedger(first.path) == [])
        #expect(second.count(of: "has another message") == 1)
    }

    @Test("a stream that was made anew and is shorter than it was is noticed too")
    func shorter() throws {
        let (stage, worker) = try started()
        defer { worker.kill() }
        let first = try LedgerWithin(stage)
        try befall(stage, rounds: 2)
        #expect(try stage.awaitLedger(first.path) == [])
        first.stop()
        try befall(stage, rounds: 1)
        _ = try stage.restOfResults(quietFor: .seconds(2))
        try stage.makeStreamAnew()
        let second = try LedgerWithin(stage, path: first.path) { $0.patience = .seconds(1) }
        defer { second.stop() }
        #expect(try stage.awaitLedger(first.path) == [])
        #expect(second.count(of: "or none") == 1)
        try stage.publish([.created("LATE", ["source": "web"])])
        #expect(try stage.results(ofRecords: 1).count == 1)
        #expect(try stage.awaitLedger(first.path) == [])
    }

    @Test("a message that is no result is passed over, said, and stops nothing")
    func unreadable() throws {
        let (stage, worker) = try started()
        defer { worker.kill() }
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        try stage.withChannel { connection, channel in
            for body in ["no JSON", "{\"type\":\"leadline.lead.scored\",\"subject\":\"Zed\"}"] {
                try connection.publish(
                    Array(body.utf8), to: Names.scores.name, routingKey: "a.lead.A.none.unknown", on: channel)
            }
        }
        try stage.publish([.created("L1", ["source": "web"])])
        #expect(try stage.eventually { ledger.tally.counts.unreadable == 2 })
        #expect(try stage.awaitLedger(ledger.path) == [])
        #expect(ledger.count(of: "skipped") == 2 && ledger.count(of: "skipped") == 2)
        #expect(ledger.count(of: "Zed") == 0)
    }

    @Test("while the broker is away it waits, and goes on where it was")
    func away() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let (stage, worker) = try started(Stage(servers))
        defer { worker.kill() }
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        try befall(stage, rounds: 1)
        #expect(try stage.awaitLedger(ledger.path) == [])
        servers.broker.kill()
        #expect(try stage.eventually { ledger.count(of: "RabbitMQ is away") == 1 })
        try servers.broker.start()
        #expect(try stage.eventually(within: .seconds(60)) { ledger.count(of: "RabbitMQ is back") == 1 })
        try stage.reconnect()
        try befall(stage, rounds: 1, records: 40, from: 500)
        #expect(try stage.awaitLedger(ledger.path, within: .seconds(60)) == [])
        #expect(ledger.count(of: "has another message") == 0)
    }

    /// Leads come, change owner, are closed, deleted, erased and come back.
    private func befall(
        _ stage: Stage, rounds: Int, records: Int = 40, from first: Int = 0, erases: Bool = true
    ) throws {
        var random = SplitMix(state: UInt64(first + rounds))
        func some() -> [String] { (first..<first + records).filter { _ in random.next() % 4 == 0 }.map { "L\($0)" } }
        try stage.publish(
            (first..<first + records).map { .created("L\($0)", ["source": "web", "visits": $0 % 20]) })
        for round in 0..<rounds {
            var events = some().map { TestEvent("updated", $0, data: ["owner": "owner \(round)", "patch": true]) }
            for status in ["qualified", "open"] {
                events += some().map { TestEvent("updated", $0, data: ["status": status, "patch": true]) }
            }
            events += some().prefix(3).map { TestEvent("deleted", $0) }
            if erases { events += some().prefix(2).map { TestEvent("erased", $0) } }
            try stage.publish(events)
            try stage.sweep()
        }
    }
}
