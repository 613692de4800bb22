import Contract
import Operations
import Rabbit
import TestKit
import Testing

@Suite("Parked queues", .onOwnThreads)
struct ParkedQueueTests {
    /// What `ParkedQueue` waits for. On a broker that counts otherwise it would return messages in disorder, slowly.
    @Test("a quorum queue counts a message that was taken with basic.get as a consumer until its ack is applied")
    func consumers() throws {
        let stage = try Stage()
        try stage.publish((0..<20).map { ("stray.key.\($0)", Array("body".utf8)) })
        #expect(try stage.eventually { try RejectedQueue(stage.broker).list(limit: 1).count == 20 })
        try stage.withChannel { connection, channel in
            func consumers() throws -> Int {
                try connection.declareQueue(Names.rejected.name, on: channel, passive: true).consumerCount
            }
            #expect(try consumers() == 0)
            var tags: [UInt64] = []
            while let delivery = try connection.get(Names.rejected.name, on: channel) { tags.append(delivery.tag) }
            #expect(tags.count == 20)
            #expect(try consumers() == 20)
            for tag in tags.prefix(5) { try connection.ack(tag, on: channel) }
            #expect(try stage.eventually { try consumers() == 15 })
            for tag in tags.dropFirst(5) { try connection.nack(tag, on: channel) }
            #expect(try stage.eventually { try consumers() == 0 })
        }
        #expect(try RejectedQueue(stage.broker).list(limit: 20).entries.map(\.routingKey) == keys(5..<20))
    }

    @Test("after a list, or the removal of some messages, the others keep their order")
    func order() throws {
        let stage = try Stage()
        let queue = RejectedQueue(stage.broker)
        try stage.publish((0..<120).map { ("stray.key.\($0)", Array("body".utf8)) })
        #expect(try stage.eventually { try queue.list(limit: 1).count == 120 })
        #expect(try queue.list(limit: 7).entries.map(\.routingKey) == keys(0..<7))
        #expect(try queue.purge(ParkedSelection(numbers: Set(1...40))) == 40)
        let page = try queue.list(limit: 1000)
        #expect(page.count == 80 && page.entries.map(\.routingKey) == keys(40..<120))
        #expect(page.entries.map(\.number) == Array(1...80))
    }

    @Test("a number that does not exist changes nothing")
    func noSuchMessage() throws {
        let stage = try Stage()
        let queue = RejectedQueue(stage.broker)
        try stage.publish([("stray.key", Array("body".utf8))])
        #expect(try stage.eventually { try queue.list(limit: 1).count == 1 })
        #expect(throws: ParkedError.noSuchMessage(number: 2, queue: Names.rejected.name, count: 1)) {
            try queue.purge(ParkedSelection(numbers: [1, 2]))
        }
        #expect(try queue.message(2)?.number == nil)
        #expect(try queue.message(1)?.body == "body")
    }

    private func keys(_ range: Range<Int>) -> [String] { range.map { "stray.key.\($0)" } }
}
