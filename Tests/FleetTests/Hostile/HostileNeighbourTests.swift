import Contract
import Fleet
import Foundation
import Rabbit
import TestKit
import Testing

@Suite("A neighbour that misuses the broker", .onOwnThreads)
struct HostileNeighbourTests {
    @Test("batches with a forged count of deliveries delay the bystander's leads no more than others do")
    func forgedDeliveryCount() throws {
        let fleet = try AttackedFleet()
        defer { fleet.stop() }
        try fleet.startWorker(["--lanes", "1"])
        /// The median of the bystander's latency while batches of the attacker are worked on.
        func median(_ name: String, _ headers: RawTable?) throws -> Duration {
            let properties = RawProperties(contentType: Names.ContentType.batch, headers: headers)
            for batch in 0..<5 {
                let events = (0..<500).map { number in
                    let event = TestEvent.created("\(name)-\(batch)-\(number)", ["source": "web"])
                    return String(decoding: event.body(fleet.attacker), as: UTF8.self)
                }
                try fleet.send(
                    Array("[\(events.joined(separator: ","))]".utf8), properties,
                    key: Array("\(fleet.attacker).lead.created".utf8))
            }
            try fleet.raw.awaitConfirms()
            return try fleet.medianLatency(of: 15)
        }
        let plain = try median("plain", nil)
        let forged = try median("forged", ["x-delivery-count": .int64(2)])
        // Isolated, they would be worked on one event at a time: forty times the delay.
        #expect(forged <= plain * 2 + .milliseconds(500), "\(forged) and \(plain)")
        try fleet.expectUndisturbed()
        #expect(try fleet.rejectedCount() == 0)
        try fleet.expectNothingLeft()
    }

    @Test("routing keys of any bytes, up to the longest: each message is accepted or rejected, once")
    func routingKeys() throws {
        let fleet = try AttackedFleet()
        defer { fleet.stop() }
        try fleet.startWorker()
        let words = HostileProperties.texts.map(\.bytes)
        for isGood in [true, false] {
            for (number, word) in words.enumerated() {
                // An organization's name of 242 bytes at most, so that the key is 255 bytes long and has a queue.
                let suffix = Array(".lead.\(AttackedFleet.verbs[number % 3])".utf8)
                try fleet.attack(
                    "key of \(HostileProperties.texts[number].name)", RawProperties(), isGood: isGood,
                    key: word.filter { $0 != 0x2e }.prefix(255 - suffix.count) + suffix)
                try fleet.attack(
                    "a verb of \(HostileProperties.texts[number].name)", RawProperties(), isGood: isGood,
                    key: Array((Array("\(fleet.attacker).lead.".utf8) + word).prefix(255)))
            }
            try fleet.publishBystanders(5)
        }
        try fleet.expectUndisturbed()
        try fleet.expectSettledOnce()
        try fleet.requeueAll(areRoutable: false)
        try fleet.expectSettledOnce()
        try fleet.publishBystanders(5)
        try fleet.expectUndisturbed()
        try fleet.expectNothingLeft()
    }

    @Test("a message that names its publisher, another user of the broker, is rejected and requeued like any other")
    func userID() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        try servers.broker.setUser("acme", configure: ".*", write: ".*", read: ".*")
        let fleet = try AttackedFleet(on: servers, user: "acme")
        defer { fleet.stop() }
        try fleet.startWorker()
        for verb in AttackedFleet.verbs {
            #expect(try fleet.attack("user", RawProperties(.userID, "acme"), isGood: false, verb: verb) == .confirmed)
            try fleet.attack("user", RawProperties(.userID, "acme"), isGood: true, verb: verb)
            try fleet.publishBystanders()
        }
        try fleet.expectSettledOnceAlsoRequeued()
    }

    @Test("an event that calls itself a repeat causes no second result, as a requeued one does")
    func claimedRepeat() throws {
        let fleet = try AttackedFleet()
        defer { fleet.stop() }
        try fleet.startWorker(["--lanes", "1"])
        let (stage, lead) = (fleet.stage, TestEvent.created("L1", ["source": "web"]))
        try stage.publish([lead])
        let first = try #require(try stage.results(ofRecords: 1).first)
        let key = Array("\(stage.org).lead.created".utf8)
        for header in ["leadline-again", "leadline-origin"] {
            try fleet.send(
                lead.body(stage.org), RawProperties(headers: RawTable([(Array(header.utf8), .flag(true))])), key: key)
        }
        try fleet.raw.awaitConfirms()
        #expect(try stage.results(beforeThatOf: "L2").isEmpty)
        try stage.publishAgain(lead)
        #expect(try stage.results(ofRecords: 1).map(\.id) == [first.id])
    }

    @Test("a requeued message that is rejected again still names what could not go on the first time")
    func droppedNote() throws {
        let fleet = try AttackedFleet()
        defer { fleet.stop() }
        try fleet.startWorker(["--lanes", "1"])
        try fleet.attack("invalid text", RawProperties(.appID, [0xff]), isGood: false)
        try fleet.expectUndisturbed()
        for _ in 0..<2 {
            let (_, properties) = try #require(try fleet.expectSettledOnce().first)
            #expect(Data(properties).range(of: Data(Names.Header.headersDropped.utf8)) != nil)
            try fleet.requeueAll()
        }
    }

    @Test("bodies of a mebibyte are refused, each once, and the worker's memory stays within 256 MB")
    func largeBodies() throws {
        let fleet = try AttackedFleet()
        defer { fleet.stop() }
        let bytes = [UInt8](repeating: 0x78, count: 1 << 20)
        // All of them wait before the worker takes the first.
        for number in 0..<160 {
            try fleet.send(bytes, RawProperties(), key: Array("\(fleet.attacker).lead.updated".utf8))
            if number % 32 == 0 { try fleet.publishBystanders() }
        }
        try fleet.raw.awaitConfirms()
        try fleet.startWorker(["--lanes", "1"])
        try fleet.expectUndisturbed()
        #expect(
            try fleet.stage.eventually(within: .seconds(120)) {
                try fleet.rejectedCount() == 160
            })
        let memory = try #require(fleet.worker?.peakMemory)
        #expect(memory < 256_000_000, "\(memory / 1_000_000) MB")
        try fleet.expectNothingLeft()
    }
}
