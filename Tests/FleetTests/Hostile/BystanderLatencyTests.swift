import Contract
import Fleet
import Foundation
import LeadModel
import Rabbit
import Redis
import Registry
import TestKit
import Testing

/// One worker with one lane. What one organization does delays the results of another by no more than its share of the work.
/// One attack at a time: side by side they would measure each other.
@Suite("A bystander's latency", .serialized, .onOwnThreads)
struct BystanderLatencyTests {
    enum Attack: String, CaseIterable, CustomTestStringConvertible {
        case wideNames = "header names that grow when they are read"
        case nestedHeaders = "headers nested 8,000 levels deep"
        case stuckQueue = "a queue that confirms nothing"
        case forgedCount = "a forged count of deliveries"
        case damagedReferrer = "a stored record that can't be read, and changes of the account that it references"
        case formerEpoch = "an epoch that went back"
        case fatRecords = "patches of records that are as large as they may be"
        case largeBodies = "bodies of a mebibyte"

        var testDescription: String { rawValue }
    }

    @Test("is at most twice the undisturbed one", arguments: Attack.allCases)
    func latency(of attack: Attack) throws {
        let servers = attack == .stuckQueue ? try PrivateServers() : nil
        defer { servers?.stop() }
        let fleet = try AttackedFleet(on: servers)
        defer { fleet.stop() }
        try fleet.stage.publish(Scorecard.withEntities(), of: fleet.attacker)
        try fleet.startWorker(["--lanes", "1"])
        let attacker = Attacker(attack, fleet)
        try attacker.prepare(servers)
        let before = try fleet.medianLatency(of: 20)
        for round in 0..<10 {
            try attacker.strike(round)
            _ = try fleet.medianLatency(of: 3)
        }
        let disturbed = fleet.latencies.suffix(30).sorted()
        try attacker.awaitEnd()
        let after = try fleet.medianLatency(of: 20)
        print("\(attack.rawValue): \(before), \(disturbed[15]), \(after)")
        // The test looks for results every 20 ms.
        #expect(disturbed[15] <= max(before, after) * 2 + .milliseconds(20), "\(before), \(disturbed), \(after)")
        try fleet.expectUndisturbed()
        try fleet.expectBystanderIsNotRejected()
        try fleet.expectLogBlamesTheAttacker()
    }

    /// One attack, prepared once and repeated.
    private struct Attacker {
        let attack: Attack
        let fleet: AttackedFleet

        init(_ attack: Attack, _ fleet: AttackedFleet) { (self.attack, self.fleet) = (attack, fleet) }

        private var org: String { fleet.attacker }

        func prepare(_ servers: PrivateServers?) throws {
            switch attack {
            case .wideNames, .nestedHeaders, .forgedCount, .largeBodies: break
            case .stuckQueue:
                try fleet.stage.withChannel { connection, channel in
                    try connection.declareQueue("silent", on: channel, arguments: ["x-queue-type": .text("quorum")])
                    try connection.bind(queue: "silent", to: Names.scores.name, key: "\(org).#", on: channel)
                }
                try servers?.broker.suspend(queue: "silent")
            case .damagedReferrer:
                try send((0..<20).map { lead("damaged-\($0)") } + [account("banking")])
                try fleet.awaitStored((0..<20).map { "damaged-\($0)" })
                for number in 0..<20 {
                    let place = fleet.place(of: "damaged-\(number)")
                    _ = try fleet.stage.withRedis {
                        try $0.call("HSET", place.partition.records, "damaged-\(number)", "\u{7f}garbage")
                    }
                }
            case .formerEpoch:
                try send((0..<3).map { lead("early-\($0)") })
                try fleet.awaitStored((0..<3).map { "early-\($0)" })
            case .fatRecords:
                for record in 0..<12 {
                    try send([lead("fat-\(record)")] + [patch("fat-\(record)", values: 120, of: 2000)])
                }
                try fleet.awaitStored((0..<12).map { "fat-\($0)" })
            }
        }

        /// - Parameter round: from 0.
        func strike(_ round: Int) throws {
            switch attack {
            case .wideNames:
                let name = [UInt8](repeating: 0xff, count: 200)
                for number in 0..<20 {
                    try fleet.attack(
                        "wide", RawProperties(headers: RawTable([(name, .flag(true))])), isGood: number % 2 == 0)
                }
            case .nestedHeaders:
                for number in 0..<4 {
                    try fleet.attack(
                        "nested", RawProperties(headers: .nested(8000, .tables)), isGood: number % 2 == 0)
                }
            case .stuckQueue: try send((0..<20).map { lead("stuck-\(round)-\($0)") })
            case .forgedCount:
                let events = (0..<50).map { lead("forged-\(round)-\($0)") }
                let body = events.map { String(decoding: $0.body(org), as: UTF8.self) }.joined(separator: ",")
                try fleet.send(
                    Array("[\(body)]".utf8),
                    RawProperties(contentType: Names.ContentType.batch, headers: ["x-delivery-count": .int64(2)]),
                    key: Array("\(org).lead.created".utf8))
            case .damagedReferrer: try send([account("industry \(round)")] + [lead("damaged-\(round)")])
            case .formerEpoch:
                _ = try fleet.stage.withRedis {
                    try $0.call("SET", Keyspace.OrganizationKeys(org).epoch, "\(round % 3)")
                }
                try send((0..<3).map { lead("later-\(round)-\($0)") })
            case .fatRecords: try send((0..<12).map { patch("fat-\($0)", values: 1, of: round + 1) })
            case .largeBodies:
                for _ in 0..<4 {
                    try fleet.send(
                        [UInt8](repeating: 0x78, count: 1 << 20), RawProperties(),
                        key: Array("\(org).lead.updated".utf8))
                }
            }
        }

        /// Waits until the broker has everything, and the worker has taken it.
        func awaitEnd() throws {
            try fleet.raw.awaitConfirms()
            for queue in [Names.created, Names.updated] {
                #expect(try fleet.stage.eventually { try fleet.count(of: queue) == 0 })
            }
        }

        private func send(_ events: [TestEvent]) throws {
            try fleet.stage.publish(events.map { ("\(org).\($0.kind.rawValue).\($0.verb)", $0.body(org)) })
        }

        private func lead(_ id: String) -> TestEvent {
            TestEvent("created", id, data: ["attributes": ["source": "web"], "related": ["account": "A"]])
        }

        private func account(_ industry: String) -> TestEvent {
            TestEvent("updated", "A", data: ["attributes": ["industry": industry], "patch": true]).of(.account)
        }

        private func patch(_ id: String, values: Int, of bytes: Int) -> TestEvent {
            let value = String(repeating: "z", count: bytes)
            let attributes = Dictionary(uniqueKeysWithValues: (0..<values).map { ("part.\($0)", value) })
            return TestEvent("updated", id, data: ["attributes": attributes, "patch": true])
        }
    }
}
