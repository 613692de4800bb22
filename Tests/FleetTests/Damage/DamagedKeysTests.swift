import Contract
import Fleet
import Foundation
import LeadModel
import Redis
import Registry
import TestKit
import Testing

/// One organization's keys in Redis are tampered with; another organization on the same worker notices nothing.
@Suite("Keys in Redis that can't be used", .onOwnThreads)
struct DamagedKeysTests {
    private let stage: Stage
    private let worker: WorkerWithin
    private let bystander = TestServers.org()

    init() throws {
        stage = try Stage(partitions: 2)
        try stage.publish(.byHand())
        try stage.addOrganization(bystander, partitions: 2)
        worker = WorkerWithin(WorkerOptions(broker: stage.broker, redis: stage.redis))
        try stage.awaitFirstSweep()
    }

    private func call(_ work: (RedisConnection) throws -> Void) throws { try stage.withRedis(work) }

    private var partitions: [Partition] {
        (0..<2).map { Partition(organization: stage.org, kind: .lead, number: $0) }
    }

    /// Leads of the bystander and of the damaged organization in one batch.
    private func publishBoth(_ ids: [String]) throws {
        try stage.publish(
            ids.flatMap { id in
                [stage.org, bystander].map { ("\($0).lead.created", TestEvent.created(id, ["visits": 3]).body($0)) }
            })
    }

    /// Results until so many have come, of whichever organization.
    private func results(_ count: Int) throws -> [TestResult] {
        var results: [TestResult] = []
        _ = try stage.eventually {
            results += try stage.restOfResults(quietFor: .milliseconds(100))
            return results.count >= count
        }
        return results
    }

    /// What the worker logged about the bystander, other than that its sweep began.
    private var linesOfBystander: [String] {
        worker.said.filter { $0.contains(bystander) && !$0.contains("a sweep of") && !$0.contains("is published") }
    }

    private func key(_ result: TestResult) -> String { String(result.routingKey.prefix { $0 != "." }) }

    @Test("an epoch that went back is raised: all leads are scored, it is said once, and the worker stops at once")
    func epoch() throws {
        defer { worker.stop() }
        worker.stop()
        for (number, epoch) in ["1", "no number"].enumerated() {
            try call { try $0.call("SET", Keyspace.OrganizationKeys(stage.org).epoch, epoch) }
            let again = WorkerWithin(WorkerOptions(broker: stage.broker, redis: stage.redis))
            try publishBoth((0..<3).map { "\(number) \($0)" })
            #expect(try results(6).count == 6, "each once")
            #expect(
                try stage.eventually {
                    try stage.records((0..<3).map { "\(number) \($0)" }).allSatisfy { $0.scoring != nil }
                })
            #expect(again.count(of: "\(stage.org): the epoch of its registry had gone back") == 1)
            #expect(again.tally.count(.conflicts) < 30)
            again.stop()
        }
        #expect(try stage.drain(Names.rejected).isEmpty)
    }

    @Test("what can't be stored in 20 attempts is given up: its event is rejected, and others are scored")
    func attempts() throws {
        defer { worker.stop() }
        // A lane can't read this mark of the dictionary, takes the partition for an empty one, and is refused.
        try call { redis in
            for partition in partitions { try redis.call("RPUSH", partition.names, [0xFF] as [UInt8]) }
        }
        try publishBoth(["L1"])
        let rejected = try stage.drain(Names.rejected, count: 1)
        #expect(rejected.map { $0.properties.headers[Names.Header.reason]?.text } == ["not-stored"])
        #expect(worker.tally.count(.conflicts) == 20 && worker.tally.count(.givenUp) == 1)
        #expect(try results(1).map(key) == [bystander])
    }

    @Test("a partition's epoch that no registry reaches is ignored")
    func partitionEpoch() throws {
        defer { worker.stop() }
        for epoch in ["9999999999999999999999", "none", ""] {
            try call { redis in for partition in partitions { try redis.call("HSET", partition.sweep, "epoch", epoch) }
            }
            let id = "epoch \(epoch)"
            try stage.publish([.created(id)])
            #expect(try stage.results(ofRecords: 1).map(\.subject) == [id])
        }
        try stage.sweep()
        #expect(worker.count(of: "starts again") == 0)
    }

    @Test("a published pointer or artifact that can't be read removes no score, and waits for the next publication")
    func lineUp() throws {
        defer { worker.stop() }
        try stage.publish([.created("L1")])
        #expect(try stage.results(ofRecords: 1).count == 1)
        let keys = Keyspace.OrganizationKeys(stage.org)
        try call { redis in
            try redis.call("SET", keys.published(.lead), "garbage")
            try redis.call("HSET", keys.artifacts(.lead), "1 test", "{")
            try redis.call("INCR", keys.epoch)
            try redis.call("PUBLISH", Keyspace.changes, stage.org)
        }
        #expect(
            try stage.eventually { worker.count(of: "\(stage.org): what is published for leads can't be read") == 1 })
        try stage.setRanges(GradeRanges(a: 90, b: 80, c: 70))
        try publishBoth(["L2"])
        #expect(try stage.eventually { try stage.restOfResults().contains { key($0) == bystander } })
        #expect(try stage.record("L1").scoring != nil)
        #expect(worker.count(of: "starts again") == 0)
        try stage.publish(.byHand())
        try stage.sweep()
        #expect(try stage.eventually { try stage.records(["L1", "L2"]).allSatisfy { $0.scoring?.model.version == 2 } })
    }

    @Test("a record scored by an artifact that can't be read any more is published again without its reasons")
    func artifact() throws {
        defer { worker.stop() }
        try stage.publish([.created("L1", ["visits": 3])])
        #expect(try stage.results(ofRecords: 1)[0].data.reasons?.isEmpty == false)
        worker.stop()
        try call {
            try $0.call("HSET", Keyspace.OrganizationKeys(stage.org).artifacts(.lead), "1 test", "{\"format\":99}")
        }
        let again = WorkerWithin(WorkerOptions(broker: stage.broker, redis: stage.redis))
        defer { again.stop() }
        try stage.publishAgain(.created("L1", ["visits": 3]))
        #expect(try stage.results(ofRecords: 1)[0].data.score != nil)
        #expect(again.count(of: "starts again") == 0)
    }

    @Test("counters of usage that are no numbers start again")
    func usage() throws {
        defer { worker.stop() }
        try stage.publish([.created("L1"), .created("L2")])
        #expect(try stage.results(ofRecords: 2).count == 2)
        try call { redis in
            for partition in partitions {
                for field in try redis.call("HKEYS", partition.usage).array ?? [] {
                    try redis.call(
                        "HSET", partition.usage, try #require(field.text),
                        partition.number == 0 ? "many" : "\(Int64.max)")
                }
            }
        }
        let ids = (0..<20).map { "N\($0)" }
        try publishBoth(ids)
        #expect(try stage.eventually { try stage.records(ids).allSatisfy { $0.scoring != nil } })
        #expect(try stage.usage().scorings == 20)
        #expect(worker.count(of: "starts again") == 0)
    }

    @Test("a dictionary that lost a name takes no new names: events are rejected, nothing is stored under another name")
    func dictionary() throws {
        defer { worker.stop() }
        try stage.publish((0..<8).map { .created("L\($0)", ["visits": 3, "plan": "pro"]) })
        #expect(try stage.results(ofRecords: 8).count == 8)
        try call { redis in for partition in partitions { try redis.call("RPOP", partition.names) } }
        worker.stop()
        let again = WorkerWithin(WorkerOptions(broker: stage.broker, redis: stage.redis))
        defer { again.stop() }
        try publishBoth(["new 1"])
        #expect(try stage.results(ofRecords: 1).map(key) == [bystander])
        let reasons = try stage.drain(Names.rejected, count: 1).map { $0.properties.headers[Names.Header.reason]?.text }
        #expect(reasons == ["damaged-record"])
        let listed = try stage.withRedis { try DamagedRecords($0).list(of: stage.org) }
        #expect(listed.map(\.name).contains { $0.hasSuffix("/partition") })
        #expect(again.count(of: "starts again") == 0)
    }

    @Test(
        "keys of another type, and settings that are no numbers, stop nobody else",
        arguments: [
            "records", "names", "dirty", "usage", "sweep", "work", "inflight", "schedule", "fanouts", "settings",
            "epoch", "partitions", "damaged",
        ])
    func types(_ what: String) throws {
        defer { worker.stop() }
        let keys = Keyspace.OrganizationKeys(stage.org)
        try call { redis in
            switch what {
            case "settings": try redis.call("SET", keys.settings, "x")
            case "partitions": try redis.call("HSET", keys.settings, "partitions", "0")
            case "epoch":
                try redis.call("DEL", keys.epoch)
                try redis.call("RPUSH", keys.epoch, "x")
            case "damaged": try redis.call("SET", keys.damaged, "x")
            default:
                for partition in partitions {
                    let key = String(partition.records.dropLast("records".count)) + what
                    try redis.call("DEL", key)
                    try redis.call("SET", key, "x")
                }
            }
            try redis.call("PUBLISH", Keyspace.changes, stage.org)
            try redis.call("PUBLISH", Keyspace.sweeps, stage.org)
        }
        let ids = (0..<6).map { "T\($0)" }
        for id in ids { try publishBoth([id]) }
        try stage.publish([TestEvent("erased", "T0")])
        var results = try stage.results(ofRecords: 6)
        #expect(
            try stage.eventually {
                results += try stage.restOfResults(quietFor: .milliseconds(200))
                return Set(results.filter { key($0) == bystander }.map(\.subject)) == Set(ids)
            })
        #expect(results.filter { key($0) == bystander }.count == 6, "each once")
        #expect(worker.count(of: "starts again") == 0 && worker.count(of: "is away") == 0)
        #expect(linesOfBystander == [])
    }
}
