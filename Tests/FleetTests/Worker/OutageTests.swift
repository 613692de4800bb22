import Contract
import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("Servers that are away", .onOwnThreads)
struct OutageTests {
    private func leads(_ range: Range<Int>) -> [TestEvent] { range.map { .created("L\($0)", ["visits": $0 % 20]) } }

    @Test("a worker waits for servers that are not running yet, and logs this once")
    func notThereYet() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let stage = try Stage(redisOf: servers)
        try stage.publish(.byHand())
        try stage.publish(leads(0..<20))
        servers.redis.kill()
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        #expect(try stage.eventually { worker.printed.contains("Redis is away") })
        Thread.sleep(forTimeInterval: 3)
        #expect(worker.isRunning)
        try servers.redis.restart()
        #expect(try stage.results(ofRecords: 20).count == 20)
        #expect(try stage.eventually { worker.printed.contains("Redis is back") })
        #expect(worker.printed.components(separatedBy: "is away").count == 2, "logged once")
        #expect(worker.terminate() == 0)
    }

    @Test("Redis is killed and restarted during commits: nothing is lost, refused or counted twice")
    func redisRestarts() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let stage = try Stage(redisOf: servers)
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_WORKER_BATCH": "8"])
        defer { worker.kill() }
        for round in 0..<5 {
            try stage.publish(leads((round * 200)..<(round * 200 + 200)))
            Thread.sleep(forTimeInterval: Double.random(in: 0.01..<0.2))
            servers.redis.kill()
            try servers.redis.restart()
        }
        let results = try stage.results(ofRecords: 1000) + stage.restOfResults()
        #expect(Set(results.map(\.subject)).count == 1000)
        #expect(Set(results.map(\.id)).count == 1000)
        let usage = try stage.usage()
        #expect(usage == UsageCount(records: 1000, scorings: 1000), "\(worker.printed)")
        #expect(try stage.drain(Names.rejected).isEmpty)
    }

    @Test("RabbitMQ is killed and restarted under load: every lead comes back scored, each under one id")
    func brokerRestarts() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand())
        try stage.publish(leads(0..<2000))
        let worker = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_WORKER_BATCH": "16"])
        defer { worker.kill() }
        #expect(try stage.eventually { try stage.usage().scorings > 50 })
        servers.broker.kill()
        #expect(try stage.eventually { worker.printed.contains("RabbitMQ is away") })
        try servers.broker.restart()
        try stage.reconnect()
        let results = try stage.results(ofRecords: 2000, within: .seconds(120)) + stage.restOfResults()
        let byLead = Dictionary(grouping: results, by: \.subject)
        #expect(byLead.count == 2000, "\(worker.printed)")
        #expect(byLead.values.allSatisfy { Set($0.map(\.id)).count == 1 })
        #expect(try stage.usage() == UsageCount(records: 2000, scorings: 2000))
        #expect(try stage.eventually { worker.printed.contains("RabbitMQ is back") })
        #expect(worker.printed.components(separatedBy: "RabbitMQ is away").count == 2, "said once")
    }
}
