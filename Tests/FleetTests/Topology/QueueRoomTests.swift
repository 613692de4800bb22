import Contract
import Foundation
import LeadModel
import Rabbit
import Redis
import TestKit
import Testing

@testable import Fleet

@Suite("Bounded queues", .onOwnThreads)
struct QueueRoomTests {
    private func rooms(_ stage: Stage) throws -> [String: QueueRoom] {
        let (redis, broker) = (try RedisConnection(stage.redis), try RabbitConnection(stage.broker, name: "test"))
        defer {
            redis.close()
            broker.close()
        }
        return Dictionary(uniqueKeysWithValues: try QueueRoom.look(broker: broker, redis: redis).map { ($0.queue, $0) })
    }

    @Test("what workers send is counted and its bytes estimated; a worker warns once when a queue is 80 % full")
    func estimated() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        var options = WorkerOptions(broker: stage.broker, redis: stage.redis)
        options.minute = .milliseconds(300)
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 10_000)
        try stage.publish((0..<20).map { _ in ("\(stage.org).lead.created", body) })
        try stage.publish([.created("L1", ["source": "web"])])
        #expect(try stage.eventually { try rooms(stage)[Names.rejected.name]?.bytes == 200_000 })
        #expect(try stage.eventually { try rooms(stage)[Names.scoresLog.name]?.bytes ?? 0 > 500 })
        let found = try rooms(stage)
        #expect(found[Names.rejected.name]?.messages == 20 && found[Names.scoresLog.name]?.messages == 1)
        #expect(found[Names.undelivered.name]?.bytes == nil)
        #expect(found.values.allSatisfy { !$0.isFilling })

        // As after a flood of large messages.
        try stage.withRedis { redis in
            _ = try redis.call("HINCRBY", "ll:sent", Names.rejected.name + ":bytes", 3_200_000_000)
        }
        #expect(
            try stage.eventually {
                worker.count(of: "leadline.rejected is 80 % full: 20 messages, about 3,200 MB") == 1
            })
        let (looks, line) = (worker.count(of: "last minute"), "leadline.rejected is 80 % full")
        for number in 0..<2 {
            try stage.publish([.created("M\(number)", ["source": "web"])])
            #expect(try stage.eventually { worker.count(of: "last minute") > looks + number })
        }
        #expect(worker.count(of: line) == 1)

        // Its bytes are forgotten with the messages.
        _ = try stage.drain(Names.rejected)
        #expect(try stage.eventually { try rooms(stage)[Names.rejected.name]?.bytes == nil })
    }

    @Test("a queue is as full as the larger share of its messages and their bytes")
    func share() {
        func room(_ messages: Int, _ bytes: Int?) -> QueueRoom {
            QueueRoom(queue: "q", messages: messages, bytes: bytes, bound: .init(messages: 100, bytes: 1000))
        }
        #expect(room(10, nil).share == 0.1)
        #expect(room(10, 800).share == 0.8 && room(10, 800).isFilling && !room(10, 799).isFilling)
        #expect(room(90, 800).share == 0.9)
    }

    @Test("at its bound a queue drops its oldest message and refuses nobody")
    func dropped() throws {
        let stage = try Stage()
        // The arguments are those that every start compares with; a small bound stands for the large one.
        try stage.withChannel { connection, channel in
            var arguments = Topology.arguments(of: Names.rejected)
            #expect(arguments["x-max-length-bytes"] == .integer(4_000_000_000))
            arguments["x-max-length-bytes"] = .integer(2500)
            try connection.declareQueue("small", on: channel, arguments: arguments)
            try connection.bind(queue: "small", to: Names.dead.name, key: "#", on: channel)
        }
        for number in 0..<5 {
            try stage.putRejected([UInt8](repeating: UInt8(number), count: 1000), key: "a.b.c", reason: "not-json")
        }
        let kept = try stage.withChannel { connection, channel in
            var kept: [UInt8] = []
            while let message = try connection.get("small", on: channel) {
                try connection.ack(message.tag, on: channel)
                kept += message.body.prefix(1)
            }
            return kept
        }
        #expect(kept == [3, 4])
    }
}
