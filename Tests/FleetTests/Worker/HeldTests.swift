import Contract
import Fleet
import Foundation
import LeadModel
import Registry
import Synchronization
import TestKit
import Testing

@Suite("While Redis is away", .onOwnThreads)
struct HeldTests {
    /// How many seconds Redis is away; a minute with LEADLINE_TEST_WHOLE=1.
    private static let absence: Double = ProcessInfo.processInfo.environment["LEADLINE_TEST_WHOLE"] == "1" ? 60 : 5

    /// The number of ready messages in the queue of new leads, and of its consumers.
    private func created(_ stage: Stage) throws -> (ready: Int, consumers: Int) {
        try stage.withChannel { connection, channel in
            let state = try connection.declareQueue(Names.created.name, on: channel, passive: true)
            return (state.messageCount, state.consumerCount)
        }
    }

    @Test("under load, no lead is refused, little is logged, and all leads are scored once Redis is back")
    func underLoad() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let stage = try Stage(redisOf: servers)
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage, ["--lanes", "2"])
        defer { worker.kill() }
        #expect(try stage.eventually { worker.count(of: "is taking work") == 2 })
        var count = 0
        func publishMore() throws {
            try stage.publish((count..<(count + 50)).map { .created("L\($0)", ["visits": $0 % 20]) })
            count += 50
        }
        try publishMore()
        #expect(try stage.eventually { try stage.usage().scorings > 0 })
        servers.redis.kill()
        let lines = worker.printed.split(separator: "\n").count
        let end = ContinuousClock.now + .seconds(Self.absence)
        while ContinuousClock.now < end {
            try publishMore()
            Thread.sleep(forTimeInterval: 0.1)
        }
        #expect(try stage.eventually { worker.count(of: "Redis is away") == 1 })
        // One line for the outage, and one a minute from the stats log.
        #expect(worker.printed.split(separator: "\n").count - lines <= 2 + Int(Self.absence / 60))
        try servers.redis.restart()
        let results = try stage.results(ofRecords: count, within: .seconds(120)) + stage.restOfResults()
        #expect(Set(results.map(\.subject)).count == count && Set(results.map(\.id)).count == count)
        #expect(try stage.usage() == UsageCount(records: count, scorings: count))
        #expect(try stage.eventually { worker.count(of: "Redis is back") == 1 })
        #expect(worker.count(of: "Redis is away") == 1)
        #expect(try stage.drain(Names.rejected).isEmpty)
        #expect(worker.terminate() == 0)
    }

    @Test("leads that are held for 15 minutes are given back, and none is taken again before Redis answers")
    func givenBack() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let stage = try Stage(redisOf: servers)
        try stage.publish(.byHand())
        let minutes = Atomic(0)
        try withExtendedLifetime(minutes) {
            var options = WorkerOptions(broker: stage.broker, redis: stage.redis)
            options.ticks = { .now + .seconds(60 * minutes.load(ordering: .relaxed)) }
            let worker = WorkerWithin(options)
            defer { worker.stop() }
            #expect(try stage.eventually { worker.count(of: "is taking work") == 1 })
            servers.redis.kill()
            try stage.publish((0..<100).map { .created("L\($0)", ["visits": $0 % 20]) })
            #expect(try stage.eventually { try created(stage) == (0, 1) }, "all of it is held")
            minutes.store(14, ordering: .relaxed)
            Thread.sleep(forTimeInterval: 1)
            #expect(try created(stage) == (0, 1))
            minutes.store(16, ordering: .relaxed)
            #expect(try stage.eventually { try created(stage) == (100, 0) }, "all of it is given back")
            #expect(try stage.eventually { worker.count(of: "given back") == 1 })
            minutes.store(0, ordering: .relaxed)
            // Time for some attempts to reconnect.
            Thread.sleep(forTimeInterval: 3)
            #expect(try created(stage) == (100, 0))
            try servers.redis.restart()
            let results = try stage.results(ofRecords: 100) + stage.restOfResults()
            #expect(Set(results.map(\.id)).count == 100)
            #expect(try stage.usage() == UsageCount(records: 100, scorings: 100))
            #expect(worker.count(of: "Redis is away") == 1 && worker.count(of: "Redis is back") == 1)
            #expect(try stage.drain(Names.rejected).isEmpty)
        }
    }
}
