import Contract
import Foundation
import LeadModel
import Rabbit
import TestKit
import Testing

@Suite("Refused messages and refused results", .onOwnThreads)
struct RefusalTests {
    @Test("bad messages go unchanged to the rejected queue, with reason and field; good messages among them are scored")
    func rejected() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let key = "\(stage.org).lead.created"
        func changed(_ change: (inout [String: Any]) -> Void) -> [UInt8] {
            var object = TestEvent.created("B", ["source": "web"]).object(stage.org)
            change(&object)
            return (try? JSONSerialization.data(withJSONObject: object)).map(Array.init) ?? []
        }
        let other = TestServers.org()
        let bad: [(key: String, body: [UInt8], reason: Refusal.Reason, field: String)] = [
            (key, Array("{".utf8), .notJSON, "body"),
            (key, changed { $0["time"] = nil }, .missingField, "time"),
            (key, changed { $0["subject"] = 7 }, .wrongType, "subject"),
            (key, changed { $0["data"] = ["status": 7] }, .wrongType, "data.status"),
            (key, changed { $0["data"] = ["color": "red"] }, .unknownField, "data.color"),
            (key, changed { $0["time"] = "2099-01-01T00:00:00Z" }, .timeAhead, "time"),
            (key, changed { $0["organization"] = "other" }, .routingKeyMismatch, "organization"),
            ("\(other).lead.created", changed { $0["organization"] = other }, .unknownOrganization, "organization"),
        ]
        for (number, one) in bad.enumerated() {
            try stage.publish([(one.key, one.body)])
            try stage.publish([.created("G\(number)", ["source": "web"])])
        }
        #expect(try stage.results(ofRecords: bad.count).count == bad.count)
        let rejected = try stage.drain(Names.rejected, count: bad.count)
        #expect(rejected.count == bad.count)
        for one in bad {
            let found = rejected.first {
                $0.body == one.body && $0.properties.headers[Names.Header.origin]?.text == one.key
            }
            #expect(found?.properties.headers[Names.Header.reason]?.text == one.reason.rawValue)
            #expect(found?.properties.headers[Names.Header.field]?.text == one.field)
        }
    }

    @Test("only the bad element of a batch is rejected, with its own bytes")
    func element() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let good = (0..<3).map { String(decoding: TestEvent.created("G\($0)").body(stage.org), as: UTF8.self) }
        let bad = #"{ "specversion" : "0.3" }"#
        let batch = "[\(good[0]), \(bad) ,\(good[1]),\(good[2])]"
        try stage.publish(
            [("\(stage.org).lead.created", Array(batch.utf8))], contentType: "application/cloudevents-batch+json")
        #expect(try stage.results(ofRecords: 3).count == 3)
        let rejected = try stage.drain(Names.rejected, count: 1)
        #expect(rejected.map { String(decoding: $0.body, as: UTF8.self) } == [bad])
        #expect(rejected.first?.properties.headers[Names.Header.index]?.integer == 1)
    }

    @Test("an unroutable message reaches the rejected queue through the alternate exchange")
    func unroutable() throws {
        let stage = try Stage()
        let body = Array("what is this".utf8)
        try stage.publish([("nobody.knows.this", body)])
        #expect(try stage.drain(Names.rejected, count: 1).map(\.body) == [body])
    }

    @Test("an event with names over the partition's limit is refused by name; known names are still accepted")
    func names() throws {
        let stage = try Stage(partitions: 1)
        try stage.publish(.byHand())
        try stage.set { $0.names = 10 }
        let worker = try LeadlineProcess(workerOn: stage, ["--lanes", "1"])
        defer { worker.kill() }
        try stage.publish([.created("L1", Dictionary(uniqueKeysWithValues: (0..<6).map { ("a\($0)", 1) }))])
        #expect(try stage.results(ofRecords: 1).count == 1)
        try stage.publish([.created("L2", Dictionary(uniqueKeysWithValues: (0..<20).map { ("b\($0)", 1) }))])
        let rejected = try #require(try stage.drain(Names.rejected, count: 1).first)
        #expect(rejected.properties.headers[Names.Header.reason]?.text == "too-many-names")
        #expect(rejected.properties.headers[Names.Header.field]?.text?.hasPrefix("data.attributes.b") ?? false)
        try stage.publish([.created("L3", ["a1": 2])])
        #expect(try stage.results(ofRecords: 1).first?.subject == "L3")

        // A limit below the number of known names refuses only new ones.
        let refreshes = worker.count(of: "is published")
        try stage.set { $0.names = 2 }
        #expect(try stage.eventually { worker.count(of: "is published") > refreshes })
        try stage.publish([.created("L4", ["a2": 2])])
        #expect(try stage.results(ofRecords: 1).first?.subject == "L4")
        try stage.publish([TestEvent("erased", "L4")])
        #expect(try stage.results(ofRecords: 1).first?.type == "leadline.lead.erased")
    }

    @Test("in a batch only the event with too many new names is refused; its neighbours are scored")
    func namesInBatch() throws {
        let stage = try Stage(partitions: 1)
        try stage.publish(.byHand())
        try stage.set { $0.names = 10 }
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        func names(_ letter: String, _ count: Int) -> [String: Any] {
            Dictionary(uniqueKeysWithValues: (0..<count).map { ("\(letter)\($0)", 1) })
        }
        let events: [TestEvent] = [
            .created("L1", names("a", 6)), .created("L2", names("b", 5)), .created("L3", names("c", 4)),
            .created("L4", names("a", 6).merging(names("c", 4)) { $1 }), .created("L5", names("d", 1)),
        ]
        let elements = events.map { String(decoding: $0.body(stage.org), as: UTF8.self) }
        try stage.publish(
            [("\(stage.org).lead.created", Array("[\(elements.joined(separator: ", "))]".utf8))],
            contentType: Names.ContentType.batch)
        #expect(Set(try stage.results(ofRecords: 3).map(\.subject)) == ["L1", "L3", "L4"])
        let rejected = try stage.drain(Names.rejected, count: 2)
        #expect(rejected.map { String(decoding: $0.body, as: UTF8.self) } == [elements[1], elements[4]])
        for (delivery, (index, name)) in zip(rejected, [(1, "b4"), (4, "d0")] as [(Int64, String)]) {
            let headers = delivery.properties.headers
            #expect(headers[Names.Header.reason]?.text == Refusal.Reason.tooManyNames.rawValue)
            #expect(headers[Names.Header.field]?.text == "data.attributes.\(name)")
            #expect(headers[Names.Header.index]?.integer == index)
        }
        #expect(try stage.restOfResults().isEmpty)
        #expect(try stage.usage() == .init(records: 3, scorings: 3))
    }

    @Test("a result that a consumer's full queue refuses goes to the undelivered queue and delays nobody")
    func undelivered() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        try stage.withChannel { connection, channel in
            try connection.declareQueue(
                "full", on: channel,
                arguments: [
                    "x-queue-type": .text("classic"), "x-max-length": .integer(1),
                    "x-overflow": .text("reject-publish"),
                ])
            try connection.bind(queue: "full", to: Names.scores.name, key: "#", on: channel)
        }
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let leads = (0..<20).map { TestEvent.created("L\($0)", ["source": "web"]) }
        for lead in leads { try stage.publish([lead]) }
        #expect(try stage.results(ofRecords: 20).count == 20)
        let kept = try stage.consume(Names.undelivered)
        #expect(!kept.isEmpty)
        for delivery in kept {
            let key = delivery.properties.headers[Names.Header.origin]?.text
            #expect(key?.hasPrefix("\(stage.org).lead.") ?? false)
        }
        #expect(try stage.eventually { try stage.drain(Names.created).isEmpty })
        #expect(worker.terminate() == 0)
    }
}
