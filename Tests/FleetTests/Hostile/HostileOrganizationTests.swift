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
        "publishes anything, and its consumers refuse or withhold confirms: the bystander's leads are all scored once")
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
        var latencies: [Duration] = []
        let start = ContinuousClock.now
        let length: Duration = Self.isWhole ? .seconds(300) : .seconds(8)
        var (published, isSilent) = (0, false)
        while ContinuousClock.now - start < length {
            if !isSilent, ContinuousClock.now - start > length / 2 {
                try servers.broker.suspend(queue: "silent")
                isSilent = true
            }
            for _ in 0..<20 {
                let message = messages.next()
                if try fleet.send(message.body, message.properties, key: message.key) == .confirmed { published += 1 }
            }
            latencies += try fleet.latencies(1)
        }
        latencies.sort()
        print("\(published) hostile messages, \(latencies.count) leads, slowest \(latencies.suffix(3))")
        try fleet.expectUndisturbed()
        for queue in [Names.created, Names.updated, Names.imported] {
            let isEmpty = try fleet.stage.eventually {
                try fleet.stage.withChannel { try $0.declareQueue(queue.name, on: $1, passive: true).messageCount } == 0
            }
            #expect(isEmpty, "\(queue.name) is worked off")
        }
        try fleet.expectBystanderIsNotRejected()
        try fleet.expectLogBlamesTheAttacker()
        if Self.isWhole { #expect(latencies[latencies.count * 99 / 100] < .seconds(1), "p99") }
        #expect(fleet.worker?.terminate() == 0)
    }
}
