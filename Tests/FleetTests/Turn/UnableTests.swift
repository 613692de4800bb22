import Contract
import Embedded
import Fleet
import Foundation
import LeadModel
import Rabbit
import Redis
import Registry
import TestKit
import Testing

@Suite("Servers that answer but cannot serve", .onOwnThreads)
struct UnableTests {
    /// How Redis is made unable to accept writes, and able again.
    private struct Inability {
        var words: String
        var begin: (PrivateServers, Stage) throws -> Void
        var end: (PrivateServers, Stage) throws -> Void
    }

    private static func config(_ name: String, _ value: String) -> (PrivateServers, Stage) throws -> Void {
        { _, stage in _ = try stage.withRedis { try $0.call("CONFIG", "SET", name, value) } }
    }

    private static var inabilities: [Inability] {
        [
            Inability(words: "OOM", begin: config("maxmemory", "1"), end: config("maxmemory", "0")),
            Inability(
                words: "READONLY",
                begin: { _, stage in _ = try stage.withRedis { try $0.call("REPLICAOF", "127.0.0.1", 1) } },
                end: { _, stage in _ = try stage.withRedis { try $0.call("REPLICAOF", "NO", "ONE") } }),
            Inability(
                words: "MISCONF",
                begin: { servers, stage in
                    // A folder of that name prevents Redis from writing a snapshot.
                    try FileManager.default.createDirectory(
                        atPath: servers.redis.folder + "/dump.rdb", withIntermediateDirectories: false)
                    try stage.withRedis { redis in
                        try redis.call("CONFIG", "SET", "save", "3600 1")
                        try redis.call("BGSAVE")
                        let failed = try eventually {
                            try redis.call("INFO").text?.contains("bgsave_status:err") ?? false
                        }
                        #expect(failed)
                    }
                }, end: config("save", "")),
            Inability(
                words: "BUSY",
                begin: { _, stage in
                    try stage.withRedis { redis in
                        try redis.call("CONFIG", "SET", "busy-reply-threshold", 1)
                        try redis.setTimeout(.milliseconds(200))
                        #expect(throws: RedisError.self) { try redis.call("EVAL", "while true do end", 0) }
                    }
                }, end: { _, stage in _ = try stage.withRedis { try $0.call("SCRIPT", "KILL") } }),
        ]
    }

    @Test(
        "Redis is full, a replica, unable to save or busy: work waits, this is logged once, and it continues by itself")
    func unable() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let stage = try Stage(redisOf: servers)
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        #expect(try stage.eventually { worker.printed.contains("taking work") })
        for (number, inability) in Self.inabilities.enumerated() {
            try inability.begin(servers, stage)
            try stage.publish((0..<20).map { .created("\(inability.words) \($0)", ["visits": $0]) })
            #expect(try stage.eventually { worker.count(of: "is away") == number + 1 }, "\(inability.words)")
            #expect(try stage.restOfResults().isEmpty, "\(inability.words)")
            try inability.end(servers, stage)
            #expect(try stage.results(ofRecords: 20).count == 20, "\(inability.words)")
            #expect(try stage.eventually { worker.count(of: "is back") == number + 1 }, "\(inability.words)")
            #expect(worker.count(of: inability.words) == 1, "said once, and why")
        }
        #expect(worker.count(of: "is away") == Self.inabilities.count)
        #expect(try stage.usage() == UsageCount(records: 80, scorings: 80))
        #expect(try stage.drain(Names.rejected).isEmpty)
    }

    @Test("Redis that is still loading is away until it has loaded")
    func loading() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let stage = try Stage(redisOf: servers)
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        #expect(try stage.eventually { worker.printed.contains("taking work") })
        servers.redis.kill()
        // Data that takes long to load. Meanwhile Redis answers clients after every 1,024 commands.
        let log = try #require(
            FileHandle(forWritingAtPath: servers.redis.folder + "/appendonlydir/appendonly.aof.1.incr.aof"))
        let words = ["EVAL", "for i = 1, 40000 do end", "0"]
        let command = "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
        try log.seekToEnd()
        try log.write(contentsOf: Data(String(repeating: command, count: 20_000).utf8))
        try log.close()
        let thread = Thread { try? servers.redis.restart() }
        thread.start()
        try stage.publish((0..<20).map { .created("L\($0)", ["visits": $0]) })
        // The stage sees the same errors as the worker.
        var answers: Set<String> = []
        #expect(
            try stage.eventually {
                do {
                    _ = try stage.withRedis { try $0.call("GET", "a") }
                    return true
                } catch RedisError.away(_, _, let message) {
                    answers.insert(String(message.prefix { $0 != " " }))
                } catch RedisError.unreachable, RedisError.lost {}
                return false
            })
        #expect(answers == ["LOADING"])
        #expect(try stage.results(ofRecords: 20).count == 20)
        #expect(try stage.eventually { worker.count(of: "Redis is back") == 1 })
        #expect(worker.count(of: "Redis is away") == 1)
        #expect(try stage.drain(Names.rejected).isEmpty)
    }

    @Test("under a broker alarm results wait, this is logged once, and they are sent when it has passed")
    func alarm() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_WORKER_BATCH": "4"])
        defer { worker.kill() }
        #expect(try stage.eventually { worker.printed.contains("taking work") })
        for round in 1...2 {
            // Nobody can publish during the alarm, so the waiting messages were published before.
            worker.send(SIGSTOP)
            try stage.publish((0..<200).map { .created("\(round) \($0)", ["visits": $0 % 20]) })
            try servers.broker.alarm(true)
            worker.send(SIGCONT)
            #expect(try stage.eventually { worker.count(of: "RabbitMQ is away") == round })
            let early = try stage.restOfResults()
            #expect(early.count <= 24, "six batches at most were under way")
            #expect(
                try stage.usage().scorings <= (round - 1) * 200 + 24,
                "with so many unconfirmed no further one is worked")
            #expect(worker.count(of: "RabbitMQ is back") == round - 1)
            try servers.broker.alarm(false)
            let late = try stage.results(ofRecords: 200 - early.count)
            #expect(Set((early + late).map(\.id)).count == 200 && early.count + late.count == 200, "each came once")
            #expect(try stage.eventually { worker.count(of: "RabbitMQ is back") == round })
        }
        #expect(worker.count(of: "is away") == 2)
        #expect(try stage.usage() == UsageCount(records: 400, scorings: 400))
        #expect(try stage.drain(Names.created).isEmpty && stage.drain(Names.rejected).isEmpty)
        #expect(worker.terminate() == 0)
    }

    @Test("a worker that is stopped under a lasting alarm ends in time; another one publishes the rest")
    func stoppedUnderAlarm() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand())
        try stage.publish((0..<100).map { .created("L\($0)", ["visits": $0 % 20]) })
        var options = WorkerOptions(broker: stage.broker, redis: stage.redis)
        options.longestDrain = .seconds(2)
        // The alarm comes when it has taken them: under an alarm a lane takes nothing.
        options.failPoints = try FailPoints("gather=pause:3")
        let first = WorkerWithin(options)
        defer { first.stop() }
        #expect(try stage.eventually { first.count(of: "is taking work") == 1 })
        try servers.broker.alarm(true)
        #expect(try stage.eventually { first.count(of: "RabbitMQ is away") == 1 })
        first.stop()
        #expect(first.count(of: "could not finish its messages") == 1)
        let early = try stage.restOfResults()
        try servers.broker.alarm(false)
        let second = WorkerWithin(options)
        defer { second.stop() }
        let results = try early + stage.results(ofRecords: 100) + stage.restOfResults()
        #expect(Set(results.map(\.subject)).count == 100 && Set(results.map(\.id)).count == 100)
        #expect(try stage.usage() == UsageCount(records: 100, scorings: 100))
        #expect(try stage.drain(Names.rejected).isEmpty)
    }
}
