import Contract
import Fleet
import Foundation
import TestKit
import Testing

@Suite("leadline rejected", .onOwnThreads)
struct RejectedCommandTests {
    private struct Line: Decodable, Equatable {
        var number: Int
        var rejectedAt: String?
        var kind, reason: String
        var field, message: String?
        var index: Int?
        var routingKey: String
        var bytes: Int
    }

    private struct Whole: Decodable {
        var number: Int
        var routingKey: String
        var contentType: String?
        var headers: [String: String]
        var body: String
    }

    /// Runs `leadline rejected` on the servers of a stage.
    private func rejected(_ stage: Stage, _ arguments: String...) throws -> CommandRun {
        try CommandRun(["rejected"] + arguments, environment: LeadlineProcess.servers(stage))
    }

    /// Publishes a lead of which nothing is right but the person's name, and has a worker refuse it.
    private func refuse(_ stage: Stage, _ bodies: [(key: String, body: String)]) throws {
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        for (key, body) in bodies { try stage.publish([(key, Array(body.utf8))]) }
        #expect(
            try stage.eventually {
                try rejected(stage, "list", "--json").json([Line].self).count == bodies.count
            })
        #expect(worker.terminate() == 0)
    }

    @Test("the list shows time, reason and routing key but no value; show prints all; the queue is unchanged")
    func listed() throws {
        let stage = try Stage()
        #expect(try rejected(stage, "list").output == "no rejected messages\n")
        let key = "\(stage.org).lead.created"
        let bad = #"{"specversion": "1.0", "name": "Ann Secret"}"#
        try refuse(stage, [(key, bad), ("nobody.knows.this", "Ann Secret"), (key, "{")])
        let lines = try rejected(stage, "list", "--json").json([Line].self)
        #expect(lines.map(\.number) == [1, 2, 3])
        #expect(lines.map(\.bytes).sorted() == [1, 10, bad.utf8.count])
        let missing = try #require(lines.first { $0.bytes == bad.utf8.count })
        #expect(missing.kind == "refused" && missing.routingKey == key && missing.field != nil)
        #expect(missing.rejectedAt?.hasSuffix("Z") ?? false)
        let stray = try #require(lines.first { $0.kind == "unroutable" })
        #expect(stray.routingKey == "nobody.knows.this" && stray.reason == "unroutable")
        for text in [try rejected(stage, "list"), try rejected(stage, "list", "--json")] {
            #expect(text.code == 0 && !text.output.contains("Secret"))
        }
        let own = try rejected(stage, "list", "--org", stage.org, "--json").json([Line].self)
        #expect(own == lines.filter { $0.routingKey == key }, "numbers are those of the whole queue")
        #expect(try rejected(stage, "list", "--limit", "2").output.contains("2 of 3; --limit shows more"))

        let shown = try rejected(stage, "show", "\(missing.number)")
        #expect(shown.output.contains("leadline-reason: \(missing.reason)\n") && shown.output.hasSuffix("\n\n\(bad)\n"))
        let whole = try rejected(stage, "show", "\(missing.number)", "--json").json(Whole.self)
        #expect(whole.body == bad && whole.headers["leadline-origin"] == key)
        #expect(try rejected(stage, "list", "--json").json([Line].self) == lines)
        #expect(try stage.drain(Names.rejected).map(\.body.count) == lines.map(\.bytes))
    }

    @Test("a long queue keeps its order after it is listed, and after some messages are requeued")
    func order() throws {
        let stage = try Stage()
        try stage.publish((0..<200).map { ("stray.key.\($0)", Array("body".utf8)) })
        let keys = (0..<200).map { "stray.key.\($0)" }
        #expect(try stage.eventually { try rejected(stage, "list", "--limit", "1").output.contains("of 200") })
        for limit in [200, 7, 150, 1] {
            let lines = try rejected(stage, "list", "--limit", "\(limit)", "--json").json([Line].self)
            #expect(lines.map(\.routingKey) == Array(keys.prefix(limit)))
        }
        #expect(try rejected(stage, "purge", "2", "100", "--yes").output.hasPrefix("dropped 2\n"))
        let left = try stage.drain(Names.rejected).map(\.routingKey)
        #expect(left == keys.filter { $0 != "stray.key.1" && $0 != "stray.key.99" })
    }

    @Test("a requeued message is a repeat without rejection headers; one that no queue takes stays")
    func requeued() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let other = TestServers.org()
        let lead = TestEvent.created("L1", ["source": "web"])
        try refuse(
            stage,
            [("\(other).lead.created", String(decoding: lead.body(other), as: UTF8.self)), ("no.such.key", "lost")])
        try stage.withRegistry { _ = try $0.create(other) }
        let run = try rejected(stage, "requeue", "--all")
        #expect(run.code == 65 && run.output == "requeued 1\n")
        #expect(run.firstErrorLine.contains("1 stay: no queue takes their routing key (no.such.key)"))
        let waiting = try stage.drain(Names.created, count: 1)
        #expect(waiting.map(\.body) == [lead.body(other)])
        let headers = try #require(waiting.first?.properties.headers)
        #expect(Set(headers.readable.keys).subtracting(["x-delivery-count"]) == [])
        #expect(try rejected(stage, "list", "--json").json([Line].self).map(\.routingKey) == ["no.such.key"])
    }

    @Test("a rejected lead that is requeued is scored; if it is rejected again, it comes back")
    func again() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let lead = TestEvent.created("L1", ["source": "web"])
        // As after a worker that died over it: the record is stored and published already.
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([lead])
        let first = try #require(try stage.results(ofRecords: 1).first)
        try stage.putRejected(lead.body(stage.org), key: "\(stage.org).lead.created", reason: "poison")
        try stage.putRejected(Array("{".utf8), key: "\(stage.org).lead.created", reason: "not-json")
        let list = try rejected(stage, "list", "--json").json([Line].self)
        #expect(list.map(\.kind) == ["poison", "refused"])
        #expect(try rejected(stage, "requeue", "--all", "--reason", "poison").output == "requeued 1\n")
        let second = try #require(try stage.results(ofRecords: 1).first)
        #expect(second.id == first.id, "a repeat is published once more under its id")
        #expect(try stage.usage() == .init(records: 1, scorings: 1))
        #expect(try rejected(stage, "requeue", "1").output == "requeued 1\n")
        #expect(
            try stage.eventually {
                try rejected(stage, "list", "--json").json([Line].self).map(\.reason) == ["not-json"]
            })
    }

    @Test("a message over the delivery limit is listed as dead-lettered, and requeued without the broker's headers")
    func deadLettered() throws {
        let stage = try Stage()
        let lead = TestEvent.created("L1")
        try stage.publish([lead])
        try stage.withChannel { connection, channel in
            var given = 0
            for _ in 0..<300 {
                guard let delivery = try connection.get(Names.created.name, on: channel) else { continue }
                try connection.nack(delivery.tag, on: channel)
                given += 1
            }
            #expect(given == 201)
        }
        #expect(try stage.eventually { try !rejected(stage, "list", "--json").json([Line].self).isEmpty })
        let line = try #require(try rejected(stage, "list", "--json").json([Line].self).first)
        #expect(line.kind == "dead-lettered" && line.reason == "delivery-limit" && line.rejectedAt != nil)
        #expect(line.routingKey == "\(stage.org).lead.created")
        func check() throws -> CommandRun {
            try CommandRun(["check"], environment: LeadlineProcess.servers(stage))
        }
        let alarm = try check()
        #expect(alarm.code == 69 && alarm.errors.contains("rejected requeue --reason delivery-limit"), "\(alarm)")
        var options = WorkerOptions(broker: stage.broker, redis: stage.redis)
        options.minute = .seconds(1)
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        #expect(try stage.eventually { worker.count(of: "delivered 200 times") == 1 })
        worker.stop()
        #expect(try rejected(stage, "requeue", "--reason", "delivery-limit").output == "requeued 1\n")
        let back = try stage.drain(Names.created, count: 1)
        #expect(back.map(\.body) == [lead.body(stage.org)])
        #expect(try check().errors.contains("delivery-limit") == false)
        #expect(Set(back[0].properties.headers.readable.keys).subtracting(["x-delivery-count"]) == [])
    }

    @Test("an event that expired, as its publisher wished, is listed and requeued, and is no alarm")
    func expired() throws {
        let stage = try Stage()
        let lead = TestEvent.created("L1")
        let client = RawClient(stage.broker)
        let answer = try client.publish(
            lead.body(stage.org), to: Names.records.name, key: Array("\(stage.org).lead.created".utf8),
            RawProperties(.expiration, "1"))
        #expect(answer == .confirmed)
        Thread.sleep(forTimeInterval: 0.1)
        // A quorum queue looks at what expired when somebody asks for its first message.
        #expect(
            try stage.eventually {
                try stage.withChannel { try $0.get(Names.created.name, on: $1) } == nil
                    && !rejected(stage, "list", "--json").json([Line].self).isEmpty
            })
        let line = try #require(try rejected(stage, "list", "--json").json([Line].self).first)
        #expect(line.kind == "dead-lettered" && line.reason == "expired")
        #expect(try CommandRun(["check"], environment: LeadlineProcess.servers(stage)).code == 0)
        #expect(try rejected(stage, "requeue", "--reason", "expired").output == "requeued 1\n")
        Thread.sleep(forTimeInterval: 0.05)
        #expect(try stage.drain(Names.created, count: 1).map(\.body) == [lead.body(stage.org)])
    }

    @Test("purge asks first and drops only the selected messages; invalid calls change nothing")
    func purged() throws {
        let stage = try Stage()
        try stage.publish((0..<5).map { ("stray.key.\($0)", Array("body".utf8)) })
        #expect(try stage.eventually { try rejected(stage, "list", "--limit", "1").output.contains("of 5") })
        let bad: [(arguments: [String], code: Int32, words: String)] = [
            (["purge", "--all"], 64, "add --yes"), (["purge"], 64, "or --all"), (["requeue"], 64, "or --all"),
            (["purge", "6", "--yes"], 65, "there is no message 6"), (["requeue", "9"], 65, "there is no message 9"),
            (["show", "6"], 65, "there is no message 6"), (["show", "0"], 64, "count from 1"),
            (["purge", "1", "--all", "--yes"], 64, "not both"), (["list", "--limit", "0"], 64, "--limit"),
            (["requeue", "1", "--reason", "poison"], 64, "--all"),
            (["purge", "1", "--org", "x", "--yes"], 64, "--all"),
        ]
        for (arguments, code, words) in bad {
            let run = try CommandRun(["rejected"] + arguments, environment: LeadlineProcess.servers(stage))
            #expect(run.code == code && run.firstErrorLine.contains(words), "\(arguments): \(run.errors)")
        }
        #expect(try rejected(stage, "purge", "1", "3", "--yes").output.hasPrefix("dropped 2\n"))
        #expect(try rejected(stage, "purge", "--all", "--org", "other", "--yes").output == "dropped 0\n")
        let left = try rejected(stage, "list", "--json").json([Line].self).map(\.routingKey)
        #expect(left == ["stray.key.1", "stray.key.3", "stray.key.4"])
        #expect(try rejected(stage, "purge", "--all", "--yes").output.hasPrefix("dropped 3\n"))
        #expect(try stage.drain(Names.rejected).isEmpty)
        let away = try CommandRun(["rejected", "list"], environment: ["LEADLINE_BROKER_URL": "amqp://127.0.0.1:1"])
        #expect(away.code == 69 && away.firstErrorLine.contains("RabbitMQ at amqp://127.0.0.1:1"))
    }
}
