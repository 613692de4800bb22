import Embedded
import Foundation
import GRDB
import LeadModel
import Redis
import Registry
import TestKit
import Testing

@testable import Ledger

@Suite("The ledger catches up with the registry", .onOwnThreads)
struct CatchUpTests {
    private func started(_ card: Scorecard = .byHand()) throws -> (Stage, LeadlineProcess) {
        let stage = try Stage()
        try stage.publish(card)
        let worker = try LeadlineProcess(workerOn: stage)
        try stage.awaitFirstSweep()
        return (stage, worker)
    }

    private func place(_ id: String, in stage: Stage) -> Partition {
        Partition(of: Exact(id), kind: .lead, organization: stage.org, count: 16)
    }

    @Test("an erasure of a contact that it never heard of clears what was read from it all the same")
    func contact() throws {
        let (stage, worker) = try started(.withEntities())
        defer { worker.kill() }
        let contact = TestEvent("created", "C1", data: ["attributes": ["role": "owner"]]).of(.contact)
        try stage.publish([contact])
        #expect(try stage.eventually { try stage.records(["C1"], kind: .contact)[0].revision > 0 })
        let lead = TestEvent("created", "L1", data: ["attributes": ["source": "web"], "related": ["contact": "C1"]])
        try stage.publish([lead, .created("L2", ["source": "web"])])
        #expect(try stage.results(ofRecords: 2).count == 2)
        let first = try LedgerWithin(stage)
        #expect(try stage.awaitLedger(first.path) == [])
        #expect(try stage.scorings(inLedger: first.path, with: "evidence IS NOT NULL") == 2)
        first.stop()
        try stage.publish([TestEvent("erased", "C1").of(.contact)])
        #expect(try stage.eventually { try stage.record("L1").scoring?.evidence.bins.isEmpty ?? false })
        // It is scored anew, so that its present state tells nothing of what was cleared.
        try stage.sweep()
        _ = try stage.restOfResults(quietFor: .seconds(2))
        try stage.makeStreamAnew()
        let second = try LedgerWithin(stage, path: first.path) { $0.patience = .seconds(1) }
        defer { second.stop() }
        #expect(try stage.eventually { second.count(of: "has caught up") == 1 }, "\(second.said)")
        #expect(try stage.scorings(inLedger: first.path) == 3)
        #expect(try stage.scorings(inLedger: first.path, with: "evidence IS NOT NULL") == 2, "L2's, and L1's new one")
        second.stop()
        let options = LedgerOptions(broker: stage.broker, redis: stage.redis, path: first.path)
        #expect(try RegistryComparison(options) { _ in }.count == 0)
        try DatabaseQueue(path: first.path).write {
            try $0.execute(sql: "UPDATE scorings SET evidence = x'0101' WHERE evidence IS NULL")
        }
        let found = try RegistryComparison(options) { _ in }.differences.map {
            "\($0.id): \($0.fields.map(\.rawValue))"
        }
        #expect(found == [#"L1: ["evidence"]"#], "in the history, though its present scoring is another")
    }

    @Test("what the registry has forgotten is open no more, and nothing it said of itself stays")
    func forgotten() throws {
        let (stage, worker) = try started()
        defer { worker.kill() }
        let path = try LedgerWithin.newPath()
        let first = try LedgerWithin(stage, path: path)
        try stage.publish(
            ["L1", "L2"].map {
                TestEvent("created", $0, data: ["name": "Quirina \($0)", "attributes": ["source": "web"]])
            })
        #expect(try stage.results(ofRecords: 2).count == 2)
        #expect(try stage.awaitLedger(path) == [])
        first.stop()
        // As its tombstone does in time, with the word of its deletion long gone from the stream.
        try stage.withRedis { _ = try $0.call("HDEL", place("L1", in: stage).records, "L1") }
        let second = try LedgerWithin(stage, path: path)
        defer { second.stop() }
        #expect(
            try stage.eventually {
                try stage.differences(ofLedger: path) == ["L1: the registry does not know it; deleted in the ledger"]
            })
    }

    @Test("a stored record that cannot be read holds up neither the stream nor the others, and is told of")
    func damaged() throws {
        let (stage, worker) = try started()
        defer { worker.kill() }
        try stage.publish((0..<50).map { .created("L\($0)", ["source": "web"]) })
        #expect(try stage.results(ofRecords: 50).count == 50)
        try stage.makeStreamAnew()
        try stage.withRedis { _ = try $0.call("HSET", place("L7", in: stage).records, "L7", "no record") }
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        #expect(
            try stage.eventually { ledger.count(of: "can't catch up with all of the registry") == 1 }, "\(ledger.said)")
        try stage.publish([.created("NEW", ["source": "web"])])
        #expect(try stage.eventually { ledger.tally.counts.messages == 1 })
        #expect(ledger.count(of: "is away") == 0)
        #expect(ledger.tally.counts.caughtUp == 49, "all but the damaged one")
    }

    @Test("a stream that holds messages is not taken for empty, nor its end for another")
    func streamEnd() throws {
        let (stage, worker) = try started()
        defer { worker.kill() }
        func isEmpty() throws -> Bool {
            try stage.withChannel { connection, channel in try StreamEnd.isEmpty(connection, channel) }
        }
        func end(within time: Duration) throws -> Int64? { try StreamEnd.read(stage.broker, patience: time)?.offset }
        #expect(try isEmpty())
        #expect(try end(within: .seconds(1)) == nil)
        try stage.publish((0..<50).map { .created("L\($0)", ["source": "web"]) })
        #expect(try stage.results(ofRecords: 50).count == 50)
        // Offsets may have gaps.
        #expect(try #require(try end(within: .seconds(10))) >= 49)
        #expect(try stage.eventually { try !isEmpty() })
    }

    @Test("while Redis is away the stream goes on; what was missed is read when it is back")
    func redisAway() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        try stage.publish((0..<50).map { .created("L\($0)", ["source": "web"]) })
        #expect(try stage.results(ofRecords: 50).count == 50)
        servers.redis.kill()
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        #expect(try stage.eventually { ledger.tally.counts.scorings == 50 }, "\(ledger.said)")
        #expect(try stage.eventually { ledger.count(of: "Redis is away") == 1 })
        try servers.redis.start()
        #expect(try stage.eventually(within: .seconds(60)) { ledger.count(of: "has caught up") == 1 }, "\(ledger.said)")
        #expect(ledger.count(of: "Redis is back") == 1)
        #expect(try stage.awaitLedger(ledger.path) == [])
    }
}
