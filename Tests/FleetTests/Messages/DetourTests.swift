import Contract
import LeadModel
import Operations
import Rabbit
import TestKit
import Testing

/// Events that didn't come straight: by a connector's retry queue, with headers that look like ours, or too late.
@Suite("Events by detours", .onOwnThreads)
struct DetourTests {
    private static let delay = "connector.delay"

    /// A queue whose messages expire into `leadline.records`, as connectors have for their retries.
    private func declareDelay(on stage: Stage) throws {
        try stage.withChannel { connection, channel in
            _ = try connection.declareQueue(
                Self.delay, on: channel,
                arguments: [
                    "x-message-ttl": .integer(100), "x-dead-letter-exchange": .text(Names.records.name),
                    "x-dead-letter-routing-key": .text("\(stage.org).lead.created"),
                ])
        }
    }

    private func publish(
        _ body: [UInt8], to exchange: String, _ key: String, _ properties: Properties, on stage: Stage
    ) throws {
        try stage.withChannel { connection, channel in
            try connection.publish(body, to: exchange, routingKey: key, on: channel, properties: properties)
        }
    }

    @Test("an event that came by a retry queue is scored, or refused for its own reason, whatever its headers say")
    func retried() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        try declareDelay(on: stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let forged: Headers = [
            Names.Header.reason: .text("poison"), Names.Header.field: .text("x"),
            Names.Header.origin: .text("b.lead.created"),
            Names.Header.rejectedAt: .text("1999-01-01T00:00:00Z"), Names.Header.index: .integer(7),
        ]
        let properties = Properties(contentType: Names.ContentType.event, headers: forged)
        try publish(
            TestEvent.created("L1", ["source": "web"]).body(stage.org), to: "", Self.delay, properties, on: stage)
        let bad = TestEvent("created", "L2", data: ["email": "x"]).body(stage.org)
        try publish(bad, to: "", Self.delay, properties, on: stage)
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["L1"])
        let queue = RejectedQueue(stage.broker)
        #expect(try stage.eventually { try queue.list(limit: 9).count == 1 })
        let entry = try #require(try queue.list(limit: 9).entries.first)
        #expect(entry.kind == .refused && entry.reason == "unknown-field" && entry.field == "data.email")
        #expect(entry.routingKey == "\(stage.org).lead.created" && entry.index == nil)
        #expect(entry.rejectedAt?.hasPrefix("1999") == false)
    }

    @Test("an event that expires before a worker takes it is listed as expired, and can be requeued")
    func expired() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        var properties = Properties(
            contentType: Names.ContentType.event, headers: [Names.Header.reason: .text("poison")])
        properties.expiration = "1"
        let event = TestEvent.created("L1", ["source": "web"]).body(stage.org)
        try publish(event, to: Names.records.name, "\(stage.org).lead.created", properties, on: stage)
        let queue = RejectedQueue(stage.broker)
        #expect(try stage.eventually { try queue.list(limit: 9).count == 1 })
        let entry = try #require(try queue.list(limit: 9).entries.first)
        #expect(entry.kind == .deadLettered && entry.reason == Refusal.Reason.expired.rawValue)
        #expect(entry.routingKey == "\(stage.org).lead.created")
        #expect(try queue.requeue(.init(reason: "expired")).requeued == 1)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["L1"])
    }
}
