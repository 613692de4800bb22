import Rabbit
import Testing

/// Against a real broker.
@Suite("A publisher", .timeLimit(.minutes(2)))
struct PublisherTests {
    let address: RabbitAddress

    init() throws { address = try TestBroker.address() }

    /// A publisher, and a queue that lives as long as the publisher's connection.
    private func publisher(arguments: [String: Argument] = [:]) throws -> (Publisher, queue: String, UInt16) {
        let publisher = try Publisher(address, name: "publisher test")
        let channel = try publisher.connection.openChannel()
        let queue = TestBroker.name("confirmed")
        try publisher.connection.declareQueue(
            queue, on: channel, durable: false, exclusive: true, arguments: arguments)
        return (publisher, queue, channel)
    }

    @Test("every confirmed message is in the queue")
    func confirms() throws {
        let (publisher, queue, channel) = try publisher()
        for number in 0..<1000 {
            let sequence = try publisher.publish([UInt8(truncatingIfNeeded: number)], to: "", routingKey: queue)
            #expect(sequence == UInt64(number + 1))
        }
        #expect(try publisher.awaitConfirms(timeout: .seconds(10)) == [])
        #expect(publisher.outstanding == 0)
        #expect(try publisher.connection.declareQueue(queue, on: channel, passive: true).messageCount == 1000)
    }

    @Test("a mandatory message that is routed to no queue is a problem, and only that one")
    func returns() throws {
        let (publisher, queue, _) = try publisher()
        for (number, key) in [queue, "nowhere", queue, "nowhere"].enumerated() {
            let properties = Properties(messageID: "m\(number)")
            try publisher.publish([1], to: "", routingKey: key, properties: properties, mandatory: true)
        }
        #expect(
            try publisher.awaitConfirms(timeout: .seconds(10)) == [
                .returned(sequence: 2, code: 312, text: "NO_ROUTE"),
                .returned(sequence: 4, code: 312, text: "NO_ROUTE"),
            ])
    }

    @Test("without mandatory, a message that is routed to no queue is confirmed and dropped")
    func unroutable() throws {
        let (publisher, _, _) = try publisher()
        try publisher.publish([1], to: "", routingKey: "nowhere")
        #expect(try publisher.awaitConfirms(timeout: .seconds(10)) == [])
    }

    @Test("a full queue that rejects refuses the messages that do not fit")
    func nacks() throws {
        let (publisher, queue, channel) = try publisher(
            arguments: ["x-max-length": 2, "x-overflow": "reject-publish"])
        for _ in 0..<2 {
            try publisher.publish([1], to: "", routingKey: queue)
            #expect(try publisher.awaitConfirms(timeout: .seconds(10)) == [])
        }
        for _ in 0..<3 { try publisher.publish([1], to: "", routingKey: queue) }
        let problems = try publisher.awaitConfirms(timeout: .seconds(10))
        #expect(problems == [.refused(sequence: 3), .refused(sequence: 4), .refused(sequence: 5)])
        #expect(try publisher.connection.declareQueue(queue, on: channel, passive: true).messageCount == 2)
    }

    @Test("batches can be awaited one by one while others are in flight")
    func batches() throws {
        let (publisher, queue, _) = try publisher()
        var ends: [UInt64] = []
        for _ in 0..<4 {
            for _ in 0..<64 { try publisher.publish([1], to: "", routingKey: queue) }
            ends.append(publisher.last)
            try publisher.poll()
        }
        for end in ends {
            #expect(try publisher.awaitConfirms(through: end, timeout: .seconds(10)) == [])
            #expect(publisher.isSettled(through: end))
        }
    }

    @Test("a missing exchange ends the wait with the broker's 404")
    func missingExchange() throws {
        let (publisher, _, _) = try publisher()
        try publisher.publish([1], to: "no.such.exchange", routingKey: "")
        let error = try #require(throws: RabbitError.self) { try publisher.awaitConfirms(timeout: .seconds(10)) }
        #expect(error.code == 404 && !error.isAway)
    }

    @Test("an idle publisher stays connected while it is polled, and is lost otherwise")
    func heartbeats() throws {
        let polled = try Publisher(address, name: "polled", heartbeat: 1)
        let idle = try Publisher(address, name: "idle", heartbeat: 1)
        for _ in 0..<12 { try polled.poll(for: .milliseconds(500)) }
        try polled.publish([1], to: "", routingKey: "nowhere")
        #expect(try polled.awaitConfirms(timeout: .seconds(5)) == [])
        let error = try #require(throws: RabbitError.self) {
            try idle.publish([1], to: "", routingKey: "nowhere")
            _ = try idle.awaitConfirms(timeout: .seconds(5))
        }
        guard case .lost = error else { throw error }
        #expect(error.isAway && !idle.connection.isOpen)
    }
}
