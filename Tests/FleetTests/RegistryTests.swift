import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("The registry and its workers", .onOwnThreads)
struct RegistryTests {
    @Test("a published version is taken up within a second, and a rollback too")
    func published() throws {
        let stage = try Stage()
        try stage.publish(.byHand(web: 1))
        // It looks by itself only once an hour: what it learns, it hears.
        let worker = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_WORKER_POLL": "3600"])
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        func score(_ id: String) throws -> TestResult {
            try stage.publish([.created(id, ["source": "web"])])
            return try #require(try stage.results(ofRecords: 1).first)
        }
        #expect(try score("L1").data.version == 1)
        try stage.publish(.byHand(web: 2))
        Thread.sleep(forTimeInterval: 1)
        let second = try score("L2")
        #expect(second.data.version == 2 && second.data.probability == logistic(-0.5 + 2 - 0.2))
        let former = try stage.withRegistry { try $0.rollback(organization: stage.org, entity: .lead) }
        #expect(former?.version == 1)
        Thread.sleep(forTimeInterval: 1)
        #expect(try score("L3").data.version == 1)
    }

    @Test("a version whose word was lost is taken up at the next look")
    func polled() throws {
        // A Redis of its own, so that no other test's connections are cut.
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand(web: 1))
        let worker = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_WORKER_POLL": "2"])
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        try stage.publish([.created("L1", ["source": "web"])])
        #expect(try stage.results(ofRecords: 1).first?.data.version == 1)
        // Cut and published in one transaction: no subscription can be back in between.
        try stage.withRedis { redis in
            try redis.call("MULTI")
            try redis.call("CLIENT", "KILL", "TYPE", "pubsub")
            try redis.call("EXEC")
            try stage.publish(.byHand(web: 2))
        }
        Thread.sleep(forTimeInterval: 3)
        try stage.publish([.created("L2", ["source": "web"])])
        #expect(try stage.results(ofRecords: 1).first?.data.version == 2)
    }

    @Test("version numbers are never given out again, and a deleted model's versions stay readable")
    func versions() throws {
        let stage = try Stage()
        #expect(try stage.publish(.byHand()).version == 1)
        #expect(try stage.publish(.byHand()).version == 2)
        try stage.withRegistry { (registry) throws -> Void in
            #expect(try registry.delete("test", organization: stage.org, entity: .lead))
            #expect(try registry.published(organization: stage.org, entity: .lead) == nil)
            #expect(try registry.models(organization: stage.org, entity: .lead).isEmpty)
            #expect(try registry.rollback(organization: stage.org, entity: .lead) == nil)
            let first = ModelVersion(name: "test", version: 1)
            #expect(try registry.scorecard(first, organization: stage.org, entity: .lead) == .byHand())
            #expect(try registry.publish("test", version: nil, organization: stage.org, entity: .lead) == nil)
        }
        #expect(try stage.publish(.byHand()).version == 3)
        let audit = try stage.withRegistry { try $0.audit(of: stage.org) }
        #expect(
            audit.map(\.action).reversed() == [
                "org create", "model add", "model publish", "model add", "model publish", "model delete", "model add",
                "model publish",
            ])
    }

    @Test("a record redelivered after its version was replaced is explained by the version that scored it")
    func formerVersion() throws {
        let stage = try Stage()
        try stage.publish(.byHand(web: 1))
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        let lead = TestEvent.created("L1", ["source": "web"])
        try stage.publish([lead])
        let first = try #require(try stage.results(ofRecords: 1).first)
        try stage.publish(.byHand(web: 2))
        Thread.sleep(forTimeInterval: 1)
        try stage.publishAgain(lead)
        let again = try #require(try stage.results(ofRecords: 1).first)
        #expect(again.id == first.id && again.body == first.body)
    }

    @Test("usage of months past is kept apart, and the average is over the months in use")
    func usage() {
        let now = Month("2026-11")!
        let counts = [
            Month("2026-10")!: UsageCount(records: 2000, scorings: 2100),
            Month("2026-08")!: UsageCount(records: 1000, scorings: 1000),
            now: UsageCount(records: 1501, scorings: 1600),
            Month("2026-04")!: UsageCount(records: 9, scorings: 9),
        ]
        let report = UsageReport(counts: counts, now: now, limit: 1500)
        #expect(report.months.map(\.month.text).first == "2026-05" && report.months.count == 7)
        #expect(report.average == 1500)
        #expect(report.present.isExceeded && report.months[5].isExceeded && !report.months[3].isExceeded)
        #expect(UsageReport(counts: counts, now: now, limit: nil).months.allSatisfy { !$0.isExceeded })
    }
}
