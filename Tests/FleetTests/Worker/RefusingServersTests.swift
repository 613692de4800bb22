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

    @Test(
        "a right that Redis takes away: leads are held, given back after 15 minutes, not taken again, and none is rejected"
    )
    func redisRights() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let stage = try Stage(redisOf: servers)
        try stage.publish(.byHand())
        func setRight(_ right: String) throws {
            _ = try stage.withRedis {
                try $0.call("ACL", "SETUSER", "worker", "on", ">secret", "~*", "&*", right)
            }
        }
        try setRight("+@all")
        let minutes = Atomic(0)
        try withExtendedLifetime(minutes) {
            var options = WorkerOptions(broker: stage.broker, redis: stage.redis.asUser("worker"))
            options.lanes = 2
            options.ticks = { .now + .seconds(60 * minutes.load(ordering: .relaxed)) }
            let worker = WorkerWithin(options)
            defer { worker.stop() }
            #expect(try stage.eventually { worker.count(of: "is taking work") == 2 })
            // The one that every commit needs, and one that only reading needs.
            for (number, right) in ["evalsha", "hmget"].enumerated() {
                try setRight("-\(right)")
                try stage.publish(leads(number * 50..<number * 50 + 50))
                #expect(try stage.eventually { worker.count(of: "Redis is away") == number + 1 })
                #expect(try stage.eventually { try created(stage) == (0, 2) }, "all of it is held: \(worker.said)")
                minutes.store(16, ordering: .relaxed)
                #expect(try stage.eventually { try created(stage) == (50, 0) }, "all of it is given back")
                minutes.store(0, ordering: .relaxed)
                // Time for some attempts.
                Thread.sleep(forTimeInterval: 3)
                #expect(try created(stage) == (50, 0))
                try setRight("+\(right)")
                #expect(try stage.results(ofRecords: 50).count == 50)
                #expect(try stage.eventually { worker.count(of: "Redis is back") == number + 1 })
                #expect(worker.count(of: "Redis is away") == number + 1, "it is logged once")
                #expect(worker.count(of: "no permissions to run the '\(right)' command") == 1)
            }
        }
        #expect(try stage.usage() == UsageCount(records: 100, scorings: 100))
        #expect(try stage.drain(Names.rejected).isEmpty)
    }

    @Test("a worker whose user may not publish to an exchange takes nothing, says so once, and scores all once it may")
    func brokerRights() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand())
        let leadline = "^leadline\\."
        try servers.broker.setUser("worker", configure: leadline, write: leadline, read: leadline)
        try stage.publish(leads(0..<50))
        var options = WorkerOptions(broker: try RabbitAddress(stage.broker, user: "worker"), redis: stage.redis)
        options.lanes = 2
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        #expect(try stage.eventually { worker.count(of: "amq.default") == 1 })
        // Time for some attempts.
        Thread.sleep(forTimeInterval: 3)
        #expect(try created(stage) == (50, 0))
        #expect(worker.count(of: "RabbitMQ is away") == 1 && worker.count(of: "is taking work") == 0)
        try servers.broker.setUser(
            "worker", configure: leadline, write: leadline + "|^amq\\.default$", read: leadline, isNew: false)
        #expect(try stage.results(ofRecords: 50).count == 50)
        #expect(try stage.eventually { worker.count(of: "RabbitMQ is back") == 1 })
        #expect(try stage.drain(Names.rejected).isEmpty)
    }
}

extension RabbitAddress {
    /// The same broker, as another user with password "secret".
    fileprivate init(_ address: RabbitAddress, user: String) throws {
        try self.init("amqp://\(user):secret@\(address.host):\(address.port)/%2F")
    }
}
