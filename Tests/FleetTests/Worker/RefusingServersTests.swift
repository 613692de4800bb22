import Contract
import Embedded
import Fleet
import Foundation
import LeadModel
import Rabbit
import Redis
import Registry
import Synchronization
import TestKit
import Testing

@Suite("Servers that refuse until somebody mends them", .onOwnThreads)
struct RefusingServersTests {
    private func created(_ stage: Stage) throws -> (ready: Int, consumers: Int) {
        try stage.withChannel { connection, channel in
            let state = try connection.declareQueue(Names.created.name, on: channel, passive: true)
            return (state.messageCount, state.consumerCount)
        }
    }

    private func leads(_ range: Range<Int>) -> [TestEvent] { range.map { .created("L\($0)", ["visits": $0 % 20]) } }

    /// How a Redis that lives can refuse everything that a turn needs.
    enum Refusal: String, CaseIterable, CustomTestStringConvertible {
        case noScripts = "no permissions to run the 'evalsha' command"
        case noReading = "no permissions to run the 'hmget' command"
        case outOfMemory = "OOM command not allowed"
        case readOnly = "READONLY"
        case noReplicas = "NOREPLICAS"

        var testDescription: String { rawValue }

        func set(_ isRefusing: Bool, _ redis: RedisConnection) throws {
            switch self {
            case .noScripts: try redis.call("ACL", "SETUSER", "worker", isRefusing ? "-evalsha" : "+evalsha")
            case .noReading: try redis.call("ACL", "SETUSER", "worker", isRefusing ? "-hmget" : "+hmget")
            case .outOfMemory: try redis.call("CONFIG", "SET", "maxmemory", isRefusing ? "1" : "0")
            case .readOnly where isRefusing: try redis.call("REPLICAOF", "127.0.0.1", "1")
            case .readOnly: try redis.call("REPLICAOF", "NO", "ONE")
            case .noReplicas: try redis.call("CONFIG", "SET", "min-replicas-to-write", isRefusing ? "1" : "0")
            }
        }
    }

    @Test(
        """
        a Redis that refuses for an hour: six lanes hold their leads, give them back after 15 minutes, take none again, and \
        score all once it serves
        """, arguments: Refusal.allCases)
    func redisRefuses(_ refusal: Refusal) throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let stage = try Stage(redisOf: servers)
        try stage.publish(.byHand())
        _ = try stage.withRedis {
            try $0.call("ACL", "SETUSER", "worker", "on", ">secret", "~*", "&*", "+@all")
        }
        let minutes = Atomic(0)
        try withExtendedLifetime(minutes) {
            var options = WorkerOptions(broker: stage.broker, redis: stage.redis.asUser("worker"))
            options.lanes = 6
            options.ticks = { .now + .seconds(60 * minutes.load(ordering: .relaxed)) }
            let worker = WorkerWithin(options)
            defer { worker.stop() }
            #expect(try stage.eventually { worker.count(of: "is taking work") == 6 })
            try stage.awaitFirstSweep()
            try stage.withRedis { try refusal.set(true, $0) }
            try stage.publish(leads(0..<50))
            #expect(try stage.eventually { worker.count(of: "Redis is away") == 1 })
            #expect(try stage.eventually { try created(stage) == (0, 6) }, "all of it is held: \(worker.said)")
            minutes.store(16, ordering: .relaxed)
            #expect(try stage.eventually { try created(stage) == (50, 0) }, "all of it is given back")
            for minute in [30, 45, 60] {
                minutes.store(minute, ordering: .relaxed)
                // Time for some attempts.
                Thread.sleep(forTimeInterval: 1)
                #expect(try created(stage) == (50, 0))
            }
            // What arrives from here on has arrived just now.
            minutes.store(0, ordering: .relaxed)
            try stage.withRedis { try refusal.set(false, $0) }
            #expect(try stage.results(ofRecords: 50).count == 50)
            #expect(try stage.eventually { worker.count(of: "Redis is back") == 1 })
            #expect(worker.count(of: "Redis is away") == 1, "it is logged once: \(worker.said)")
            #expect(worker.count(of: refusal.rawValue) == 1)
        }
        #expect(try stage.usage() == UsageCount(records: 50, scorings: 50))
        #expect(try stage.drain(Names.rejected).isEmpty)
    }

    @Test(
        "a worker whose user may not publish to an exchange takes nothing, says so once, and scores all once it may",
        arguments: [Names.scores.name, Names.dead.name, Names.again.name, "amq.default"])
    func brokerRights(_ exchange: String) throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand())
        let leadline = "^leadline\\."
        let all = leadline + "|^amq\\.default$"
        let most = "^(?!\(exchange.replacing(".", with: "\\."))$)(leadline\\.|amq\\.default$)"
        try servers.broker.setUser("worker", configure: leadline, write: most, read: leadline)
        try stage.publish(leads(0..<50))
        var options = WorkerOptions(broker: try RabbitAddress(stage.broker, user: "worker"), redis: stage.redis)
        options.lanes = 6
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        #expect(try stage.eventually { worker.count(of: exchange) == 1 }, "\(worker.said)")
        // Time for some attempts.
        Thread.sleep(forTimeInterval: 3)
        #expect(try created(stage) == (50, 0))
        #expect(worker.count(of: "RabbitMQ is away") == 1 && worker.count(of: "is taking work") == 0, "\(worker.said)")
        try servers.broker.setUser("worker", configure: leadline, write: all, read: leadline, isNew: false)
        #expect(try stage.results(ofRecords: 50).count == 50)
        #expect(try stage.eventually { worker.count(of: "RabbitMQ is back") == 1 })
        #expect(try stage.drain(Names.rejected).isEmpty)
    }
}

extension RabbitAddress {
    /// The same broker, as another user with password "secret".
    init(_ address: RabbitAddress, user: String) throws {
        try self.init("amqp://\(user):secret@\(address.host):\(address.port)/%2F")
    }
}
