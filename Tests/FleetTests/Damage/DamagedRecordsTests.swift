import Contract
import Fleet
import Foundation
import LeadModel
import Redis
import Registry
import TestKit
import Testing

/// Bytes in Redis that can't be read cost nobody else anything: they are skipped, named and listed.
@Suite("Stored records that can't be read", .onOwnThreads)
struct DamagedRecordsTests {
    /// A worker on a stage with a model and leads of an account, all scored.
    private func scene(_ ids: [String]) throws -> (Stage, WorkerWithin) {
        let stage = try Stage(partitions: 4)
        try stage.publish(Scorecard.withEntities())
        let worker = WorkerWithin(WorkerOptions(broker: stage.broker, redis: stage.redis))
        try stage.awaitFirstSweep()
        try stage.publish([account("banking")])
        #expect(try stage.eventually { try stage.records(["A"], kind: .account)[0].revision > 0 })
        try stage.publish(ids.map(lead))
        #expect(try stage.results(ofRecords: ids.count).count == ids.count)
        return (stage, worker)
    }

    private func account(_ industry: String) -> TestEvent {
        TestEvent("updated", "A", data: ["attributes": ["industry": industry], "patch": true]).of(.account)
    }

    private func lead(_ id: String) -> TestEvent {
        TestEvent("created", id, data: ["attributes": ["source": "web"], "related": ["account": "A"]])
    }

    private func place(_ id: String, _ stage: Stage, _ kind: RecordKind = .lead) -> RecordStore.Place {
        .init(of: Exact(id), kind: kind, organization: stage.org, partitions: 4)
    }

    private func spoil(_ id: String, _ stage: Stage, kind: RecordKind = .lead, _ change: ([UInt8]) -> [UInt8]) throws {
        let records = place(id, stage, kind).partition.records
        try stage.withRedis { redis in
            let bytes = try #require(try redis.call("HGET", records, id).bytes)
            try redis.call("HSET", records, id, change(bytes))
        }
    }

    private func listed(_ stage: Stage) throws -> [DamagedRecords.Entry] {
        try stage.withRedis { try DamagedRecords($0).list(of: stage.org) }
    }

    private func reasons(_ stage: Stage, count: Int) throws -> [String?] {
        try stage.drain(Names.rejected, count: count).map { $0.properties.headers[Names.Header.reason]?.text }
    }

    @Test(
        "a fan-out skips a damaged referrer: the others become pending, and the record is named once without its id, and listed"
    )
    func referrer() throws {
        let (stage, worker) = try scene(["lead-one", "lead-two"])
        defer { worker.stop() }
        try spoil("lead-one", stage) { _ in Array("\u{7f}garbage".utf8) }
        for industry in ["retail", "energy"] {
            try stage.publish([account(industry)])
            #expect(
                try stage.eventually {
                    try stage.records(["A"], kind: .account)[0].attributes["industry"] == .text(industry)
                })
        }
        #expect(try stage.eventually { try stage.record("lead-two").isPending })
        #expect(try stage.eventually { try listed(stage).count == 1 })
        let entry = try #require(try listed(stage).first)
        #expect(entry.place == place("lead-one", stage) && entry.bytes == Array("\u{7f}garbage".utf8))
        #expect(try stage.results(beforeThatOf: "after").isEmpty)
        let name = "\(stage.org): the stored record lead/\(entry.place.partition.number)/"
        #expect(worker.count(of: name) == 1 && worker.tally.count(.damaged) == 1)
        #expect(worker.count(of: "lead-one") == 0 && worker.count(of: "starts again") == 0)
        #expect(try stage.drain(Names.rejected).isEmpty && stage.drain(Names.updated).isEmpty)
    }

    @Test(
        "an event for a damaged record is rejected whole; once the record is dropped and the event requeued, the lead is scored"
    )
    func eventAndDrop() throws {
        let (stage, worker) = try scene(["L1", "L2"])
        defer { worker.stop() }
        try spoil("L1", stage) { $0.dropLast() }
        try stage.publish([lead("L1"), lead("L2"), lead("L3")])
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["L3"])
        let rejected = try stage.drain(Names.rejected, count: 1)
        #expect(rejected.map { $0.properties.headers[Names.Header.reason]?.text } == ["damaged-record"])
        let entry = try #require(try listed(stage).first)
        try stage.withRedis {
            let damaged = DamagedRecord(place: entry.place, bytes: entry.bytes, reason: entry.reason)
            let outcomes = try [DamagedRecords($0).drop(damaged), DamagedRecords($0).drop(damaged)]
            #expect(outcomes == [true, false])
        }
        #expect(try listed(stage).isEmpty)
        try stage.publish([(rejected[0].routingKey, rejected[0].body)])
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["L1"])
    }

    @Test("an erased record need not be readable: nothing of it is left, not even in the list")
    func erased() throws {
        let (stage, worker) = try scene(["L1", "L2"])
        defer { worker.stop() }
        for id in ["L1", "L2"] { try spoil(id, stage) { $0.dropLast() } }
        try stage.publish([lead("L1")])
        #expect(try reasons(stage, count: 1) == ["damaged-record"])
        #expect(try listed(stage).map(\.place.id) == ["L1"])
        try stage.publish(["L1", "L2"].map { TestEvent("erased", $0) })
        #expect(try stage.results(ofRecords: 2).allSatisfy { $0.type.hasSuffix("erased") })
        #expect(try stage.records(["L1", "L2"]).allSatisfy { $0.isErased && $0.cells.isEmpty })
        #expect(try listed(stage).isEmpty)
        #expect(try stage.drain(Names.rejected).isEmpty)
    }

    @Test("a lead of a damaged account is scored without it")
    func account() throws {
        let (stage, worker) = try scene(["L1"])
        defer { worker.stop() }
        try spoil("A", stage, kind: .account) { _ in [] }
        try stage.publish([lead("L2")])
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["L2"])
        #expect(try stage.record("L2").scoring?.accountRevision == 0)
        #expect(try listed(stage).map(\.place) == [place("A", stage, .account)])
    }

    @Test("a full sweep over records cut off at every length scores all the others")
    func sweep() throws {
        let damaged = (0..<40).map { "D\($0)" }
        let good = (0..<40).map { "G\($0)" }
        let (stage, worker) = try scene(damaged + good)
        defer { worker.stop() }
        for (length, id) in damaged.enumerated() { try spoil(id, stage) { Array($0.prefix(length)) } }
        try stage.publish(Scorecard.withEntities())
        try stage.sweep()
        #expect(try Set(stage.results(ofRecords: 40).map(\.subject)) == Set(good))
        #expect(try Set(listed(stage).map(\.place.id.text)) == Set(damaged))
        #expect(worker.count(of: "starts again") == 0)
        try stage.sweep()
        #expect(worker.tally.count(.damaged) == 40, "each is counted once")
    }

    @Test("what expires of a damaged record is put off, and the rest of the partition expires")
    func expiry() throws {
        let (stage, worker) = try scene(["L1", "L2"])
        worker.stop()
        try stage.publish(["L1", "L2"].map { TestEvent("deleted", $0) })
        var options = WorkerOptions(broker: stage.broker, redis: stage.redis)
        let second = WorkerWithin(options)
        #expect(try stage.eventually { try stage.records(["L1", "L2"]).allSatisfy(\.isGone) })
        second.stop()
        try spoil("L1", stage) { $0.dropLast() }
        options.clockOffset = 86_400 * 800
        let later = WorkerWithin(options)
        defer { later.stop() }
        #expect(try stage.eventually { try stage.record("L2").revision == 0 })
        #expect(try stage.eventually { try listed(stage).map(\.place.id) == ["L1"] })
        #expect(later.count(of: "starts again") == 0)
    }
}
