import Contract
import Foundation
import LeadModel
import Rabbit
import TestKit
import Testing

@testable import Fleet

@Suite("Refusals that a connector hears of", .onOwnThreads)
struct RefusalFeedTests {
    /// A body, with the routing key that it came under.
    private struct Heard: Decodable, Equatable {
        var key = ""
        var id, source: String?
        var reason, field: String
        var index: Int?
        var routingKey, rejectedAt: String

        private enum CodingKeys: CodingKey { case id, source, reason, field, index, routingKey, rejectedAt }
    }

    private func bind(
        _ queue: String, to key: String, on stage: Stage,
        _ arguments: [String: Argument] = ["x-queue-type": .text("quorum")]
    ) throws {
        try stage.withChannel { connection, channel in
            try connection.declareQueue(queue, on: channel, arguments: arguments)
            try connection.bind(queue: queue, to: Names.refusals.name, key: key, on: channel)
        }
    }

    /// What is in a queue now.
    private func drain(_ queue: String, _ stage: Stage) throws -> [(heard: Heard, text: String)] {
        try stage.withChannel { connection, channel in
            var all: [(Heard, String)] = []
            while let delivery = try connection.get(queue, on: channel) {
                try connection.ack(delivery.tag, on: channel)
                #expect(delivery.properties.contentType == "application/json")
                var heard = try JSONDecoder().decode(Heard.self, from: Data(delivery.body))
                heard.key = delivery.routingKey
                all.append((heard, String(decoding: delivery.body, as: UTF8.self)))
            }
            return all
        }
    }

    private func heard(_ queue: String, count: Int, _ stage: Stage) throws -> [(heard: Heard, text: String)] {
        var all: [(heard: Heard, text: String)] = []
        _ = try stage.eventually(within: .seconds(60)) {
            all += try drain(queue, stage)
            return all.count >= count
        }
        return all
    }

    /// An event that is refused at `data.status`, full of values.
    private func bad(_ id: String, of org: String, source: String = "crm") -> [UInt8] {
        var object = TestEvent("created", "secret subject", id: id, data: ["attributes": ["phone": "secret phone"]])
            .object(org)
        object["source"] = source
        object["data"] = [
            "status": "secret status", "owner": "secret owner", "attributes": ["phone": "secret phone"],
        ]
        return (try? JSONSerialization.data(withJSONObject: object)).map(Array.init) ?? []
    }

    @Test("are its organization's and nobody else's, name event, reason and field, and hold no value of the event")
    func own() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let other = TestServers.org()
        try stage.addOrganization(other)
        try bind("own", to: "\(stage.org).#", on: stage)
        try bind("others", to: "\(other).#", on: stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let key = "\(stage.org).lead.created"
        try stage.publish([(key, bad("1", of: stage.org)), ("\(other).lead.created", bad("2", of: other))])
        // What an event says of itself does not send its refusal to another organization.
        try stage.publish([(key, bad("3", of: other))])
        let good = String(decoding: TestEvent.created("G", ["source": "web"]).body(stage.org), as: UTF8.self)
        let batch = "[\(good),\(String(decoding: bad("4", of: stage.org), as: UTF8.self))]"
        try stage.publish([(key, Array(batch.utf8))], contentType: Names.ContentType.batch)
        try stage.publish([(key, Compression.gzip(bad("5", of: stage.org)))], contentEncoding: "gzip")
        try stage.publish([(key, Array("secret {".utf8))])
        let binary: Headers = [
            "ce-specversion": .text("1.0"), "ce-id": .text("6"), "ce-source": .text("sdk"),
            "ce-type": .text("leadline.lead.created"), "ce-subject": .text("secret subject"),
        ]
        try stage.withChannel { connection, channel in
            try connection.publish(
                Array(#"{"owner":"secret owner"}"#.utf8), to: Names.records.name, routingKey: key, on: channel,
                properties: Properties(contentType: "application/json", headers: binary))
        }
        let all = try heard("own", count: 6, stage)
        let expected: [Heard] = [
            ("1", "crm", Refusal.Reason.badValue, "data.status", nil),
            ("3", "crm", .routingKeyMismatch, "organization", nil), ("4", "crm", .badValue, "data.status", 1),
            ("5", "crm", .badValue, "data.status", nil), (nil, nil, .notJSON, "body", nil),
            ("6", "sdk", .missingField, "organization", nil),
        ].map { id, source, reason, field, index in
            Heard(
                key: "\(stage.org).lead.\(reason.rawValue)", id: id, source: source, reason: reason.rawValue,
                field: field, index: index, routingKey: key, rejectedAt: "")
        }
        for one in expected {
            #expect(
                all.contains {
                    var heard = $0.heard
                    heard.rejectedAt = ""
                    return heard == one
                }, "\(one) of \(all.map(\.text))")
        }
        #expect(all.count == expected.count)
        #expect(all.allSatisfy { !$0.text.contains("secret") && Moment(rfc3339: $0.heard.rejectedAt) != nil })
        #expect(try heard("others", count: 1, stage).map(\.heard.id) == ["2"])
        #expect(try stage.drain(Names.rejected, count: 7).count == 7, "each refused event itself is kept")
        #expect(worker.terminate() == 0)
    }

    @Test("go out under the name of an organization that does not exist, or under _ where there is no name")
    func unknown() throws {
        let stage = try Stage()
        let nobody = TestServers.org()
        try bind("all", to: "#", on: stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([("\(nobody).lead.created", TestEvent.created("1").body(nobody))])
        try stage.publish([("\(nobody.uppercased())_.account.created", TestEvent.created("2").body(nobody))])
        let keys = Set(try heard("all", count: 2, stage).map(\.heard.key))
        #expect(keys == ["\(nobody).lead.unknown-organization", "_.account.bad-routing-key"])
    }

    @Test(
        "can be lost with a worker that dies, but not the refused event",
        arguments: ["publish", "published", "settle"])
    func dies(at point: String) throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        try bind("own", to: "\(stage.org).#", on: stage)
        let body = bad("1", of: stage.org)
        try stage.publish([("\(stage.org).lead.created", body)])
        let failing = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_FAIL_POINTS": "\(point)=die"])
        #expect(failing.exitCode() == SIGKILL)
        #expect(try drain("own", stage).isEmpty, "nothing goes out before its event is settled")
        let next = try LeadlineProcess(workerOn: stage)
        defer { next.kill() }
        try stage.publish([("\(stage.org).lead.created", bad("2", of: stage.org))])
        #expect(try heard("own", count: 1, stage).contains { $0.heard.id == "2" || $0.heard.id == "1" })
        var bodies: [[UInt8]] = []
        let isThere = try stage.eventually {
            bodies += try stage.drain(Names.rejected).map(\.body)
            return bodies.contains(body) && bodies.contains { $0 != body }
        }
        #expect(isThere)
        #expect(next.terminate() == 0)
    }

    @Test("of an organization that floods a full queue keep no one else waiting, and no event of it is lost")
    func flood() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let flooding = TestServers.org()
        try stage.addOrganization(flooding)
        try bind("own", to: "\(stage.org).#", on: stage)
        try bind(
            "full", to: "\(flooding).#", on: stage,
            [
                "x-queue-type": .text("classic"), "x-max-length": .integer(1), "x-overflow": .text("reject-publish"),
            ])
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let flood = (0..<3000).map { ("\(flooding).lead.created", bad("\($0)", of: flooding)) }
        try stage.publish(flood)
        try stage.publish([("\(stage.org).lead.created", bad("mine", of: stage.org))])
        try stage.publish([.created("L1", ["source": "web"])])
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["L1"])
        #expect(try heard("own", count: 1, stage).map(\.heard.id) == ["mine"])
        #expect(try stage.drain(Names.rejected, count: 3001, within: .seconds(60)).count == 3001)
        let taken = try drain("full", stage).count
        #expect(taken >= 1 && taken < flood.count, "the queue refused nothing")
        let words = "\(flooding): a queue that is bound to leadline.refusals takes no more"
        #expect(try stage.eventually { worker.count(of: words) == 1 })
        #expect(worker.terminate() == 0)
    }

    @Test("of one organization wait for no queue that is stuck and takes another's")
    func stuck() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand())
        // Sorted before every other name: its refusals go first.
        let stuck = "0"
        try stage.addOrganization(stuck)
        try bind("stuck", to: "\(stuck).#", on: stage)
        try bind("own", to: "\(stage.org).#", on: stage)
        try servers.broker.suspend(queue: "stuck")
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish((0..<100).map { ("\(stuck).lead.created", bad("\($0)", of: stuck)) })
        try stage.publish([("\(stage.org).lead.created", bad("mine", of: stage.org))])
        try stage.publish([.created("L1", ["source": "web"])])
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["L1"])
        #expect(try heard("own", count: 1, stage).map(\.heard.id) == ["mine"])
        #expect(try stage.drain(Names.rejected, count: 101).count == 101)
        try servers.broker.suspend(queue: "stuck", false)
        #expect(worker.terminate() == 0)
    }
}
