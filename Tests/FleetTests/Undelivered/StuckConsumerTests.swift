import Contract
import Fleet
import Foundation
import LeadModel
import Rabbit
import Registry
import TestKit
import Testing

@Suite("A consumer's queue that confirms nothing", .onOwnThreads)
struct StuckConsumerTests {
    private static let queue = "test.stuck"

    private func bindStuckQueue(_ stage: Stage, of org: String, _ servers: PrivateServers) throws {
        try stage.withChannel { connection, channel in
            try connection.declareQueue(Self.queue, on: channel, arguments: ["x-queue-type": .text("quorum")])
            try connection.bind(queue: Self.queue, to: Names.scores.name, key: "\(org).#", on: channel)
        }
        // A quorum queue that dies young loses messages; this one isn't killed.
        try servers.broker.suspend(queue: Self.queue)
    }

    private func publish(_ ids: [String], of org: String, _ stage: Stage) throws {
        try stage.publish(
            ids.map { ("\(org).lead.created", TestEvent.created($0, ["source": "fair"]).body(org)) })
    }

    private func undelivered(_ stage: Stage) throws -> Int {
        try stage.withChannel { connection, channel in
            try connection.declareQueue(Names.undelivered.name, on: channel, passive: true).messageCount
        }
    }

    @Test(
        "keeps no other organization's leads waiting; its results wait, and arrive once it goes on",
        arguments: [1, 100])
    func isolated(leads: Int) throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand())
        let stuck = TestServers.org()
        try stage.addOrganization(stuck)
        try bindStuckQueue(stage, of: stuck, servers)
        var options = WorkerOptions(broker: stage.broker, redis: stage.redis)
        options.longestRelayPause = .seconds(2)
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        let (blocked, others) = ((0..<leads).map { "blocked \($0)" }, (0..<300).map { "other \($0)" })
        try publish(blocked, of: stuck, stage)
        for start in stride(from: 0, to: 300, by: 30) {
            try publish(Array(others[start..<start + 30]), of: stage.org, stage)
        }
        var heard: Set<String> = []
        let areScored = try stage.eventually(within: .seconds(180)) {
            heard.formUnion(try stage.restOfResults(quietFor: .milliseconds(50)).map(\.subject))
            return heard.isSuperset(of: others)
        }
        #expect(areScored, "\(heard.count) results")
        #expect(try stage.eventually { try undelivered(stage) > 0 })
        #expect(worker.count(of: "does not confirm results under \(stuck).lead.") == 1, "it is logged once")
        #expect(worker.count(of: "RabbitMQ is away") == 0)
        #expect(try stage.drain(Names.created).isEmpty, "all of it is settled")
        try servers.broker.suspend(queue: Self.queue, false)
        var arrived: Set<String> = []
        let isDelivered = try stage.eventually(within: .seconds(60)) {
            arrived.formUnion(try stage.drain(queue: Self.queue).map(\.subject))
            return arrived.isSuperset(of: blocked)
        }
        #expect(isDelivered, "\(arrived.count) of \(leads)")
        #expect(try stage.drain(Names.rejected).isEmpty)
    }
}
