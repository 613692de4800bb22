import Contract
import Fleet
import Foundation
import Rabbit
import TestKit
import Testing

@Suite("A hostile organization", .onOwnThreads)
struct HostileOrganizationTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// Five minutes with LEADLINE_TEST_WHOLE=1.
    private static let isWhole = environment["LEADLINE_TEST_WHOLE"] == "1"
    /// LEADLINE_TEST_SEED sets another seed.
    private static let seed = environment["LEADLINE_TEST_SEED"].flatMap(UInt64.init) ?? .random(in: 0...9999)

    @Test(
        """
        publishes anything, its consumers refuse or withhold confirms, its keys in Redis are damaged: the bystander's leads \
        are all scored once
        """)
    func anything() throws {
        print("a hostile organization of LEADLINE_TEST_SEED=\(Self.seed)")
        let servers = try PrivateServers()
        defer { servers.stop() }
        let fleet = try AttackedFleet(on: servers)
        defer { fleet.stop() }
        try fleet.stage.bindFullQueue(room: 3, key: "\(fleet.attacker).#")
        try fleet.stage.withChannel { [attacker = fleet.attacker] connection, channel in
            try connection.declareQueue("silent", on: channel, arguments: ["x-queue-type": .text("quorum")])
            try connection.bind(queue: "silent", to: Names.scores.name, key: "\(attacker).#", on: channel)
        }
        try fleet.startWorker()
        var messages = RandomMessages(of: fleet.attacker, seed: Self.seed)
        var tampering = RandomTampering(with: fleet.attacker, seed: Self.seed)
        let start = ContinuousClock.now
        let length: Duration = Self.isWhole ? .seconds(300) : .seconds(8)
        var (published, isSilent, next) = (0, false, start)
        while ContinuousClock.now - start < length {
            if !isSilent, ContinuousClock.now - start > length / 2 {
                try servers.broker.suspend(queue: "silent")
                isSilent = true
            }
            for _ in 0..<20 {
                let message = messages.next()
                if try fleet.send(message.body, message.properties, key: message.key) == .confirmed { published += 1 }
            }
            try fleet.stage.withRedis { try tampering.strike($0) }
            // A lead every 200 ms, whether or not the former ones have their results.
            if ContinuousClock.now >= next {
                next += .milliseconds(200)
                try fleet.publishBystanders()
            }
            try fleet.hear()
        }
        try fleet.expectUndisturbed()
        for queue in [Names.created, Names.updated, Names.imported] {
            #expect(try fleet.stage.eventually { try fleet.count(of: queue) == 0 }, "\(queue.name) is worked off")
        }
        try fleet.expectBystanderIsNotRejected()
        try fleet.expectLogBlamesTheAttacker()
        let latencies = fleet.latencies.sorted()
        print("\(published) hostile messages, \(latencies.count) leads, slowest \(latencies.suffix(20))")
        if Self.isWhole { #expect(latencies[latencies.count * 99 / 100] < .seconds(1), "p99") }
        #expect(fleet.worker?.terminate() == 0)
    }
}
