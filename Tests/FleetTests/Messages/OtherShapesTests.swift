import Contract
import LeadModel
import Operations
import Rabbit
import TestKit
import Testing

@testable import Fleet

@Suite("Compressed messages and binary mode", .onOwnThreads)
struct OtherShapesTests {
    private func publish(
        _ body: [UInt8], verb: String = "created", _ properties: Properties, on stage: Stage, org: String? = nil
    ) throws {
        try stage.withChannel { connection, channel in
            try connection.publish(
                body, to: Names.records.name, routingKey: "\(org ?? stage.org).lead.\(verb)", on: channel,
                properties: properties)
        }
    }

    /// As CloudEvents' libraries send an event.
    private func binary(
        _ subject: String, verb: String = "created", org: String, prefix: String, _ changes: [String: Argument] = [:]
    ) -> Properties {
        var headers: Headers = ["x-tenant-hint": .text("none of ours")]
        let all: [String: Argument] = [
            "specversion": .text("1.0"), "id": .text("\(subject)-\(verb)"), "source": .text("crm"),
            "type": .text("leadline.lead.\(verb)"), "subject": .text(subject), "time": .text(Moment.present.text),
            "organization": .text(org),
        ]
        for (name, value) in all.merging(changes, uniquingKeysWith: { $1 }) { headers[prefix + name] = value }
        return Properties(contentType: "application/json", headers: headers)
    }

    private func packed(_ contentType: String = Names.ContentType.event) -> Properties {
        var properties = Properties(contentType: contentType)
        properties.contentEncoding = "gzip"
        return properties
    }

    @Test("each is scored like any other event, whatever prefix its attributes have")
    func scored() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let data = Array(#"{"attributes":{"source":"web"}}"#.utf8)
        for (number, prefix) in ["cloudEvents:", "cloudEvents_", "ce-"].enumerated() {
            try publish(data, binary("L\(number)", org: stage.org, prefix: prefix), on: stage)
        }
        let stamp: [String: Argument] = ["time": .time(seconds: UInt64(Moment.present.milliseconds / 1000))]
        try publish(data, binary("L3", org: stage.org, prefix: "cloudEvents:", stamp), on: stage)
        let events = ["L4", "L5"].map { TestEvent.created($0, ["source": "web"]).body(stage.org) }
        try publish(Compression.gzip(events[0]), packed(), on: stage)
        let batch = Array("[".utf8) + events[1] + Array("]".utf8)
        try publish(Compression.gzip(batch), packed(Names.ContentType.batch), on: stage)
        let results = try stage.results(ofRecords: 6)
        #expect(Set(results.map(\.subject)) == ["L0", "L1", "L2", "L3", "L4", "L5"])
        #expect(results.allSatisfy { $0.data.score != nil })
        try publish([], verb: "deleted", binary("L0", verb: "deleted", org: stage.org, prefix: "ce-"), on: stage)
        #expect(try stage.eventually { try stage.record("L0").isGone })
    }

    @Test("what is refused stays as it came and can be requeued; an element of a compressed batch stands by itself")
    func refused() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let other = TestServers.org()
        let data = Array(#"{"attributes":{"source":"web"}}"#.utf8)
        try publish(data, binary("L1", org: other, prefix: "cloudEvents:"), on: stage, org: other)
        let bad = Array(#"{"status":"lost"}"#.utf8)
        try publish(
            Compression.gzip(bad),
            { () -> Properties in
                var properties = binary("L2", org: stage.org, prefix: "ce-")
                properties.contentEncoding = "gzip"
                return properties
            }(), on: stage)
        let (good, wrong) = (TestEvent.created("L3").body(stage.org), Array(#"{"specversion":"0.3"}"#.utf8))
        let batch = Array("[".utf8) + good + Array(",".utf8) + wrong + Array("]".utf8)
        try publish(Compression.gzip(batch), packed(Names.ContentType.batch), on: stage)
        let bomb = Compression.gzip([UInt8](repeating: 32, count: 64 << 20))
        try publish(bomb, packed(), on: stage)
        let queue = RejectedQueue(stage.broker)
        #expect(try stage.eventually { try queue.list(limit: 9).count == 4 })
        let entries = try queue.list(limit: 9).entries
        #expect(
            Set(entries.map { "\($0.reason) \($0.field ?? "")" }) == [
                "unknown-organization organization", "bad-value data.status", "not-a-cloud-event specversion",
                "too-large body",
            ])
        let contents = try entries.map { try #require(try queue.message($0.number)) }
        #expect(contents.contains { $0.body == #"{"status":"lost"}"# && $0.headers["ce-subject"] == "L2" })

        try stage.addOrganization(other)
        #expect(try queue.requeue(.init(organization: other)).requeued == 1)
        #expect(try stage.results(ofRecords: 2).map(\.subject).sorted() == ["L1", "L3"])
        let left = try stage.drain(Names.rejected, count: 3)
        let element = try #require(left.first { $0.body == wrong })
        #expect(element.properties.contentEncoding == nil && element.properties.contentType == Names.ContentType.event)
        #expect(left.first { $0.body == bomb }?.properties.contentEncoding == "gzip")
    }

    @Test("headers that are too large to go on are dropped, but not those that are the event")
    func largeHeaders() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let other = TestServers.org()
        var properties = binary("L1", org: other, prefix: "ce-")
        properties.headers["trace"] = .text(String(repeating: "x", count: 70_000))
        try publish(Array(#"{"attributes":{"source":"web"}}"#.utf8), properties, on: stage, org: other)
        let queue = RejectedQueue(stage.broker)
        #expect(try stage.eventually { try queue.list(limit: 9).count == 1 })
        let content = try #require(try queue.message(1))
        #expect(content.headers["trace"] == nil && content.headers[Names.Header.headersDropped] == "headers")
        try stage.addOrganization(other)
        #expect(try queue.requeue(.all).requeued == 1)
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["L1"])
    }

    @Test(
        "messages of one body are told apart by the attributes in their headers, and each is itself when it comes back")
    func hashes() throws {
        let stage = try Stage()
        let time: [String: Argument] = ["time": .integer(5)]
        for id in ["L1", "L2"] {
            try publish(
                [], verb: "deleted", binary(id, verb: "deleted", org: stage.org, prefix: "ce-", time), on: stage)
        }
        func taken() throws -> [UInt64] {
            try stage.withChannel { connection, channel in
                let queue = Names.updated.name
                let messages = try [connection.get(queue, on: channel), connection.get(queue, on: channel)]
                    .compactMap(\.self)
                for message in messages { try connection.nack(message.tag, on: channel, requeue: true) }
                return messages.map(\.contentHash).sorted()
            }
        }
        var first: [UInt64] = []
        #expect(
            try stage.eventually {
                first = try taken()
                return first.count == 2
            })
        #expect(Set(first).count == 2)
        var again: [UInt64] = []
        #expect(
            try stage.eventually {
                again = try taken()
                return again.count == 2
            })
        #expect(again == first)
    }
}
