import Contract
import Fleet
import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("Connections that break", .onOwnThreads)
struct LostAnswersTests {
    private func leads(_ range: Range<Int>) -> [TestEvent] { range.map { .created("L\($0)", ["visits": $0 % 20]) } }

    /// Expects that every lead came back scored, under one id, and was counted once.
    private func expectOnce(_ count: Int, _ stage: Stage, within time: Duration = .seconds(120)) throws {
        let results = try stage.results(ofRecords: count, within: time) + stage.restOfResults()
        let byLead = Dictionary(grouping: results, by: \.subject)
        #expect(byLead.count == count)
        #expect(byLead.values.allSatisfy { Set($0.map(\.id)).count == 1 }, "one result id a lead")
        #expect(try stage.usage() == UsageCount(records: count, scorings: count))
        #expect(try stage.drain(Names.rejected).isEmpty)
    }

    @Test("commits whose answers are repeatedly lost are neither done twice nor lost")
    func lostAnswers() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let redis = try Proxy(to: stage.redis)
        defer { redis.stop() }
        var options = WorkerOptions(broker: stage.broker, redis: redis.to(stage.redis))
        (options.batch, options.lanes) = (16, 2)
        try stage.publish(leads(0..<1000))
        // Not those of the commits by which the lanes prove Redis before they take work.
        options.failPoints = try FailPoints("gather=pause:1@1,gather=pause:1@2")
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        #expect(try stage.eventually { worker.count(of: "is taking work") == 2 })
        // Of all scripts, only a commit is given the day.
        redis.loseAnswers(to: String(Date().ISO8601Format().prefix(10)), times: 20)
        try expectOnce(1000, stage)
        #expect(redis.answersLost == 20)
        #expect((5...20).contains(worker.tally.count(.lostAnswers)))
        #expect(worker.tally.count(.repeats) > 0, "what was stored is published as a repeat")
        #expect(worker.count(of: "Redis is away") == worker.count(of: "Redis is back"))
    }

    @Test("a Redis that answers after the timeout, and executes abandoned commands late, does nothing twice")
    func redisSilent() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let redis = try Proxy(to: stage.redis)
        defer { redis.stop() }
        var options = WorkerOptions(broker: stage.broker, redis: redis.to(stage.redis))
        (options.batch, options.lanes) = (4, 4)
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        #expect(try stage.eventually { worker.count(of: "is taking work") == options.lanes })
        try stage.publish(leads(0..<600))
        #expect(try stage.eventually { worker.tally.count(.scored) > 20 })
        redis.stall()
        #expect(try stage.eventually { worker.count(of: "Redis is away") == 1 })
        redis.stall(false)
        try expectOnce(600, stage)
        #expect(try stage.eventually { worker.count(of: "Redis is back") == 1 })
        #expect(worker.count(of: "Redis is away") == 1)
    }

    @Test("connections to the broker are cut dozens of times at random moments: nothing is lost or counted twice")
    func brokerCut() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let broker = try Proxy(to: stage.broker)
        defer { broker.stop() }
        var options = WorkerOptions(broker: broker.to(stage.broker), redis: stage.redis)
        (options.batch, options.lanes) = (8, 8)
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        #expect(try stage.eventually { worker.count(of: "is taking work") == options.lanes })
        for round in 0..<36 {
            try stage.publish(leads((round * 50)..<(round * 50 + 50)))
            Thread.sleep(forTimeInterval: Double.random(in: 0..<0.2))
            #expect(try stage.eventually { broker.cutOne() })
        }
        try expectOnce(1800, stage)
        #expect(worker.count(of: "RabbitMQ is away") > 0)
    }

    @Test(
        "all connections to both servers are cut and new ones refused: work continues when they are accepted again"
    )
    func allCut() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let (broker, redis) = (try Proxy(to: stage.broker), try Proxy(to: stage.redis))
        defer { for proxy in [broker, redis] { proxy.stop() } }
        var options = WorkerOptions(broker: broker.to(stage.broker), redis: redis.to(stage.redis))
        (options.batch, options.lanes) = (8, 3)
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        #expect(try stage.eventually { worker.count(of: "is taking work") == options.lanes })
        try stage.publish(leads(0..<500))
        #expect(try stage.eventually { worker.tally.count(.scored) > 20 })
        for proxy in [redis, broker] {
            proxy.refuse()
            #expect(proxy.cut() > 0)
        }
        #expect(try stage.eventually { worker.count(of: "is away") == 2 }, "each is said to be away once")
        Thread.sleep(forTimeInterval: 1)
        for proxy in [redis, broker] { proxy.refuse(false) }
        try expectOnce(500, stage)
        #expect(try stage.eventually { worker.count(of: "is back") == 2 })
        #expect(worker.count(of: "is away") == 2)
    }

    @Test("a broker that is silent for longer than two heartbeats is away, and work continues when it answers again")
    func brokerSilent() throws {
        let servers = try PrivateServers(heartbeat: 1)
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand())
        let broker = try Proxy(to: stage.broker)
        defer { broker.stop() }
        var options = WorkerOptions(broker: broker.to(stage.broker), redis: stage.redis)
        options.batch = 8
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        #expect(try stage.eventually { worker.count(of: "is taking work") == 1 })
        // The stage's own connection has the same heartbeat, so it is reopened if it was idle for longer.
        try stage.reconnect()
        try stage.publish(leads(0..<500))
        #expect(try stage.eventually { worker.tally.count(.scored) > 20 })
        broker.stall()
        #expect(try stage.eventually { worker.count(of: "RabbitMQ is away") == 1 })
        Thread.sleep(forTimeInterval: 3)
        broker.stall(false)
        try stage.reconnect()
        try expectOnce(500, stage)
        #expect(try stage.eventually { worker.count(of: "RabbitMQ is back") == 1 })
        #expect(worker.count(of: "RabbitMQ is away") == 1, "said once")
    }
}
