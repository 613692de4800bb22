import Contract
import Foundation
import Rabbit
import Redis
import TestKit
import Testing

@testable import Fleet

@Suite("leadline check", .onOwnThreads)
struct CheckCommandTests {
    private struct Shown: Decodable {
        struct Part: Decodable {
            var part: String
            var name: String?
            var ok: Bool
            var message: String
        }

        struct Waiting: Decodable, Equatable {
            var leads, lanes: Int
            var minutes: Int?
        }

        var ok: Bool
        var parts: [Part]
        var made: [String]
        var waiting: Waiting?
    }

    private func check(_ stage: Stage, _ arguments: String...) throws -> CommandRun {
        try CommandRun(["check"] + arguments, environment: LeadlineProcess.servers(stage))
    }

    @Test("every part is listed as ok if all is well")
    func well() throws {
        let stage = try Stage()
        let run = try check(stage)
        #expect(run.code == 0 && run.errors.isEmpty)
        let parts = run.output.split(separator: "\n").map { $0.prefix { $0 != ":" } }
        #expect(parts == ["ok    settings", "ok    Redis", "ok    RabbitMQ", "ok    topology", "ok    new leads"])
        let shown = try check(stage, "--json").json(Shown.self)
        #expect(shown.ok && shown.made.isEmpty && shown.waiting == .init(leads: 0, lanes: 0, minutes: 0))
        #expect(shown.parts.map(\.part) == ["settings", "Redis", "RabbitMQ", "topology", "new leads"])
    }

    @Test("a bounded queue that is 80 % full fails the check, with what happens at its bound and what to do")
    func filling() throws {
        let stage = try Stage()
        try stage.putRejected(Array("{}".utf8), key: "acme.lead.created", reason: "not-json")
        try stage.withRedis { redis in
            _ = try redis.call(
                "HSET", "ll:sent", "leadline.rejected:messages", 1, "leadline.rejected:bytes", 3_600_000_000)
        }
        let run = try check(stage)
        #expect(run.code == 69)
        #expect(
            run.errors.hasPrefix("FAIL  queues: leadline.rejected is 90 % full: 1 message, about 3,600 MB of 4,000 MB"))
        #expect(run.errors.contains("the oldest are dropped") && run.errors.contains("`leadline rejected list`"))
        let part = try check(stage, "--json").json(Shown.self).parts.first { $0.part == "queues" }
        #expect(part?.ok == false && part?.name == "queue leadline.rejected")
    }

    @Test("every server that is away is listed, and the rest is checked")
    func away() throws {
        let none = try CommandRun(
            ["check"],
            environment: ["LEADLINE_BROKER_URL": "amqp://127.0.0.1:1", "LEADLINE_REDIS_URL": "redis://127.0.0.1:2"])
        #expect(none.code == 69)
        #expect(none.firstErrorLine.hasPrefix("FAIL  Redis at redis://127.0.0.1:2/0: cannot connect"))
        #expect(none.errors.contains("\nFAIL  RabbitMQ at amqp://127.0.0.1:1/%2F: cannot connect"))
        let settings = try CommandRun(["check", "--json"], environment: ["LEADLINE_BROKER_URL": "http://x"])
        #expect(settings.code == 64 && settings.errors.isEmpty)
        #expect(try settings.json(Shown.self).parts.map(\.ok) == [false])
    }

    @Test("everything that is missing is listed; --declare declares and lists it, and changes nothing else")
    func declared() throws {
        let servers = [
            "LEADLINE_BROKER_URL": try TestServers.virtualHost(), "LEADLINE_REDIS_URL": try TestServers.redisURL,
        ]
        let bare = try CommandRun(["check"], environment: servers)
        #expect(bare.code == 69 && bare.output.contains("ok    RabbitMQ"))
        let names = Names.exchanges.map { "exchange \($0.name)" } + Names.queues.map { "queue \($0.name)" }
        let lines = bare.errors.split(separator: "\n").map(String.init)
        #expect(lines.count == names.count)
        for name in names {
            #expect(lines.contains { $0.hasPrefix("FAIL  topology: \(name) is missing. `leadline check --declare`") })
        }
        let made = try CommandRun(["check", "--declare", "--json"], environment: servers)
        #expect(made.code == 0 && made.errors.isEmpty)
        #expect(try made.json(Shown.self).made == names)
        let again = try CommandRun(["check", "--declare"], environment: servers)
        #expect(again.code == 0 && !again.output.contains("made  "))
    }

    @Test("--declare restores a deleted queue with its bindings, and the messages of other queues stay")
    func deleted() throws {
        let stage = try Stage()
        try stage.publish([.created("L1")])
        try stage.withChannel { connection, channel in
            try connection.deleteQueue(Names.imported.name, on: channel)
            try connection.unbind(
                queue: Names.updated.name, from: Names.records.name, key: "*.lead.updated", on: channel)
        }
        let run = try check(stage)
        #expect(run.code == 69)
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(run.firstErrorLine.hasPrefix("FAIL  topology: queue leadline.imported is missing"))
        let mended = try check(stage, "--declare")
        #expect(mended.code == 0 && mended.errors.isEmpty)
        #expect(mended.output.contains("made  queue leadline.imported\n"))
        try stage.publish([TestEvent("imported", "L2", data: [:]), TestEvent("updated", "L3", data: [:])])
        for queue in [Names.created, Names.imported, Names.updated] {
            #expect(try stage.drain(queue, count: 1).count == 1, "\(queue.name)")
        }
    }

    @Test("a queue with other arguments is listed with how to fix it, and never deleted")
    func different() throws {
        let stage = try Stage()
        try stage.withChannel { connection, channel in
            for queue in [Names.updated, Names.rejected] { try connection.deleteQueue(queue.name, on: channel) }
            try connection.deleteExchange(Names.dead.name, on: channel)
            try connection.declareExchange(Names.dead.name, type: "direct", on: channel)
            try connection.declareQueue(
                Names.updated.name, on: channel,
                arguments: ["x-queue-type": .text("quorum"), "x-delivery-limit": .integer(5)])
            try connection.declareQueue(Names.rejected.name, on: channel)
            try connection.publish([1], to: "", routingKey: Names.updated.name, on: channel)
        }
        for run in [try check(stage), try check(stage, "--declare")] {
            #expect(run.code == 69)
            let lines = run.errors.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines[0].hasPrefix("FAIL  topology: exchange leadline.dead is not as Leadline declares it"))
            #expect(lines[1].hasPrefix("FAIL  topology: queue leadline.updated is not as Leadline declares it"))
            #expect(
                lines[1].contains("inequivalent arg") && lines[1].contains("rabbitmqctl delete_queue --vhost test-"))
            #expect(lines[2].hasPrefix("FAIL  topology: queue leadline.rejected is not as Leadline declares it"))
        }
        #expect(try stage.drain(Names.updated, count: 1).count == 1)
    }

    @Test("every queue that lost its leader is listed with how to fix it")
    func leaderless() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let environment = LeadlineProcess.servers(
            broker: try RabbitAddress(servers.broker.url), redis: try RedisAddress(servers.redis.url))
        // RabbitMQ 3.10 loses what it declared last if it dies at once, as a rule: not each time.
        var lost: [String] = []
        for _ in 0..<5 where lost.isEmpty {
            let connection = try RabbitConnection(RabbitAddress(servers.broker.url), name: "test")
            let channel = try connection.openChannel()
            for queue in Names.queues { try connection.deleteQueue(queue.name, on: channel) }
            try Topology.declare(on: connection)
            servers.broker.kill()
            try servers.broker.restart()
            let run = try CommandRun(["check", "--json"], environment: environment)
            let shown = try run.json(Shown.self)
            lost = shown.parts.filter { !$0.ok && $0.part == "topology" }.compactMap(\.name)
            #expect(run.code == (lost.isEmpty ? 0 : 69))
        }
        try #require(!lost.isEmpty, "no queue lost its leader: the test tried nothing")
        let run = try CommandRun(["check", "--declare"], environment: environment)
        #expect(run.code == 69 && run.errors.split(separator: "\n").count == lost.count, "\(lost) \(run.errors)")
        let stream = "queue \(Names.scoresLog.name)"
        for name in lost where name != stream {
            #expect(run.errors.contains("FAIL  topology: \(name) has no leader"))
            #expect(run.errors.contains("rabbitmqctl delete_queue --vhost / \(name.dropFirst("queue ".count))"))
        }
        if lost.contains(stream) { #expect(run.errors.contains("FAIL  topology: \(stream) is down")) }
        // As it says. A stream that was lost cannot be dropped over AMQP.
        let connection = try RabbitConnection(RabbitAddress(servers.broker.url), name: "test")
        defer { connection.close() }
        let channel = try connection.openChannel()
        let queues = lost.filter { $0 != stream }
        for name in queues { try connection.deleteQueue(String(name.dropFirst("queue ".count)), on: channel) }
        let mended = try CommandRun(["check", "--declare", "--json"], environment: environment).json(Shown.self)
        #expect(mended.made == queues)
        #expect(mended.parts.filter { !$0.ok }.map(\.name) == lost.filter { !queues.contains($0) })
    }

    @Test("waiting leads are shown with an upper bound of their wait; from 15 minutes on the check fails")
    func waiting() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish([.created("L1"), .created("L2")])
        #expect(
            try stage.eventually {
                try check(stage, "--json").json(Shown.self).waiting == .init(leads: 2, lanes: 0, minutes: nil)
            })
        #expect(try check(stage).output.contains("2 wait in leadline.created, since when no worker has noted yet"))
        /// As a worker that saw the queue empty then.
        func emptied(minutesAgo minutes: Int64) throws {
            let now = try stage.withRegistry { try $0.now() }
            _ = try stage.withRedis {
                try $0.call("SET", "ll:waiting", now.adding(seconds: -60 * minutes).microseconds)
            }
        }
        try emptied(minutesAgo: 3)
        let young = try check(stage)
        #expect(young.code == 0)
        #expect(young.output.contains("4 minutes at most; no worker takes them. Start one: `leadline worker`"))
        try emptied(minutesAgo: 15)
        let old = try check(stage)
        #expect(
            old.code == 69 && old.firstErrorLine.hasPrefix("FAIL  new leads: 2 wait in leadline.created, 16 minutes"))

        // A worker says it too, and has noted it once it has seen the queue empty.
        let slow = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_CLOCK_MINUTE": "1"])
        defer { slow.kill() }
        #expect(
            try stage.eventually {
                try stage.drain(Names.created).isEmpty && check(stage, "--json").json(Shown.self).waiting?.minutes == 0
            })
        let noted = try stage.withRedis { try $0.call("GET", "ll:waiting").int }
        #expect(
            try stage.eventually { try stage.withRedis { try $0.call("GET", "ll:waiting").int ?? 0 } > (noted ?? 0) },
            "an empty queue is noted every minute")
    }

    @Test("wrong usage exits with 64")
    func bad() throws {
        for arguments in [["event.json", "--declare"], ["--key", "acme.lead.created"]] {
            #expect(try CommandRun(["check"] + arguments).code == 64)
        }
    }
}
