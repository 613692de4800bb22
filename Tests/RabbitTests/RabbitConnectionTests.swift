import Rabbit
import Testing

/// Against a real broker.
@Suite("A broker's connection", .timeLimit(.minutes(2)))
struct RabbitConnectionTests {
    let address: RabbitAddress

    init() throws { address = try TestBroker.address() }

    private func connect(_ name: String = #function) throws -> RabbitConnection {
        try RabbitConnection(address, name: name)
    }

    /// A queue of this connection alone, filled with the bodies.
    private func queue(
        on connection: RabbitConnection, _ channel: UInt16, arguments: [String: Argument] = [:], bodies: [[UInt8]] = []
    ) throws -> String {
        let name = try TestBroker.queue(on: connection, channel, arguments: arguments)
        if bodies.isEmpty { return name }
        let publisher = try Publisher(address, name: "filler")
        for body in bodies { try publisher.publish(body, to: "", routingKey: name) }
        #expect(try publisher.awaitConfirms(timeout: .seconds(10)) == [])
        publisher.close()
        return name
    }

    /// Receives until so many deliveries have come.
    private func deliveries(_ count: Int, from connection: RabbitConnection) throws -> [ReceivedMessage] {
        var got: [ReceivedMessage] = []
        while got.count < count, let incoming = try connection.receive(timeout: .seconds(10)) {
            if case .delivery(let delivery) = incoming { got.append(delivery) }
        }
        return got
    }

    @Test("properties and header tables arrive as they were sent")
    func roundTrip() throws {
        let connection = try connect()
        let channel = try connection.openChannel()
        let name = try queue(on: connection, channel)
        var properties = Properties(contentType: "application/json", messageID: "m-1", type: "t", appID: "a")
        properties.contentEncoding = "identity"
        properties.correlationID = "c"
        properties.replyTo = "r"
        properties.expiration = "60000"
        properties.timestamp = 1_700_000_000
        properties.headers = [
            "text": "ä", "empty": "", "number": .integer(.min), "yes": true, "no": false, "real": .real(1.5),
            "when": .time(seconds: 1_700_000_000), "table": ["inner": ["deep": 1]], "list": ["a", 2, [true]],
            "none": .null, "emptyTable": .table([:]), "emptyList": .list([]),
        ]
        try connection.publish([1, 2, 3], to: "", routingKey: name, on: channel, properties: properties)
        try connection.publish([], to: "", routingKey: name, on: channel)
        try connection.consume(name, on: channel, tag: "tag")
        let got = try deliveries(2, from: connection)
        try #require(got.count == 2)
        #expect(got[0].properties == properties)
        #expect(got[0].body == [1, 2, 3] && got[0].consumerTag == "tag" && got[0].routingKey == name)
        #expect(got[1].properties == Properties() && got[1].body.isEmpty && !got[1].redelivered)
        connection.close()
        connection.close()
        #expect(!connection.isOpen)
    }

    @Test("a dead-lettered message has its deaths in its headers")
    func deaths() throws {
        let connection = try connect()
        let channel = try connection.openChannel()
        let grave = try queue(on: connection, channel)
        let name = try queue(
            on: connection, channel,
            arguments: ["x-dead-letter-exchange": "", "x-dead-letter-routing-key": .text(grave)], bodies: [[7]])
        let delivery = try #require(try connection.get(name, on: channel))
        try connection.nack(delivery.tag, on: channel, requeue: false)
        try connection.consume(grave, on: channel)
        let dead = try #require(try deliveries(1, from: connection).first)
        let death = try #require(dead.properties.headers["x-death"]?.list?.first?.table)
        #expect(death["queue"]?.text == name && death["count"]?.integer == 1 && death["reason"]?.text == "rejected")
    }

    @Test("large messages interleaved on two channels arrive complete and are acked on their own channel")
    func interleaved() throws {
        let connection = try connect()
        let first = try connection.openChannel()
        let second = try connection.openChannel()
        let bodies = (0..<8).map { [UInt8](repeating: $0, count: 300_000 + Int($0)) }
        let one = try queue(on: connection, first, bodies: bodies)
        let two = try queue(on: connection, second, bodies: bodies.reversed())
        for channel in [first, second] { try connection.setPrefetch(4, on: channel) }
        try connection.consume(one, on: first)
        try connection.consume(two, on: second)
        var got: [UInt16: [[UInt8]]] = [:]
        for _ in 0..<16 {
            let delivery = try #require(try deliveries(1, from: connection).first)
            got[delivery.channel, default: []].append(delivery.body)
            // Prefetch is 4: without the acks, heard on the right channel, the rest would never come.
            try connection.ack(delivery.tag, on: delivery.channel)
        }
        #expect(got[first] == bodies)
        #expect(got[second] == bodies.reversed())
        #expect(try connection.declareQueue(one, on: first, passive: true).messageCount == 0)
    }

    @Test("calls that wait for an answer lose no delivery that arrives meanwhile")
    func callsBetweenDeliveries() throws {
        let connection = try connect()
        let channel = try connection.openChannel()
        let bodies = (0..<200).map { [UInt8](repeating: UInt8($0), count: 5000) }
        let name = try queue(on: connection, channel, bodies: bodies)
        let other = try queue(on: connection, channel, bodies: [[9]])
        try connection.consume(name, on: channel)
        var got: [[UInt8]] = []
        for round in 0..<20 {
            let state = try connection.declareQueue(other, on: channel, passive: true)
            #expect(state.name == other)
            if round == 3 { #expect(try connection.get(other, on: channel)?.body == [9]) }
            if round == 4 { #expect(try connection.get(other, on: channel) == nil) }
            #expect(connection.hasBuffered || round > 0)
            got += try deliveries(10, from: connection).map(\.body)
        }
        #expect(got == bodies)
    }

    @Test("after a cancel, deliveries may follow until its answer, and none after")
    func cancel() throws {
        let connection = try connect()
        let channel = try connection.openChannel()
        let name = try queue(on: connection, channel, bodies: (0..<50).map { [UInt8($0)] })
        try connection.setPrefetch(10, on: channel)
        let tag = try connection.consume(name, on: channel)
        try connection.cancel(tag: tag, on: channel)
        var count = 0
        loop: while let incoming = try connection.receive(timeout: .seconds(5)) {
            switch incoming {
            case .delivery: count += 1
            case .cancelOk(channel, tag): break loop
            default: Issue.record("unexpected \(incoming)")
            }
        }
        #expect(count <= 10)
        #expect(try connection.receive(timeout: .milliseconds(200)) == nil)
    }

    @Test("a deleted queue ends its consumer with an event")
    func brokerCancels() throws {
        let connection = try connect()
        let channel = try connection.openChannel()
        let name = TestBroker.name("doomed")
        try connection.declareQueue(name, on: channel, durable: false)
        try connection.consume(name, on: channel, tag: "watcher")
        let other = try connect("deleter")
        try other.deleteQueue(name, on: other.openChannel())
        #expect(try connection.receive(timeout: .seconds(5)) == .cancelled(channel: channel, consumerTag: "watcher"))
    }

    @Test("receive returns nil after the timeout, and at once for a timeout of zero")
    func timeouts() throws {
        let connection = try connect()
        let clock = ContinuousClock()
        var start = clock.now
        #expect(try connection.receive(timeout: .milliseconds(300)) == nil)
        #expect(clock.now - start > .milliseconds(290) && clock.now - start < .seconds(3))
        start = clock.now
        #expect(try connection.receive(timeout: .zero) == nil)
        #expect(clock.now - start < .milliseconds(100))
    }

    @Test("an exchange routes matching messages by its bindings, and the others to its alternate exchange")
    func exchanges() throws {
        let connection = try connect()
        let channel = try connection.openChannel()
        let (exchange, alternate) = (TestBroker.name("topic"), TestBroker.name("alternate"))
        try connection.declareExchange(alternate, type: "fanout", on: channel, durable: false)
        try connection.declareExchange(exchange, type: "topic", on: channel, durable: false, alternate: alternate)
        try connection.declareExchange(exchange, type: "topic", on: channel, passive: true)
        let fits = try queue(on: connection, channel)
        let rest = try queue(on: connection, channel)
        try connection.bind(queue: fits, to: exchange, key: "a.*", on: channel)
        try connection.bind(queue: rest, to: alternate, key: "", on: channel)
        for key in ["a.1", "b.1", "a.2"] { try connection.publish([], to: exchange, routingKey: key, on: channel) }
        #expect(try connection.get(fits, on: channel)?.routingKey == "a.1")
        #expect(try connection.get(rest, on: channel)?.routingKey == "b.1")
        #expect(try connection.purge(fits, on: channel) == 1)
        try connection.unbind(queue: fits, from: exchange, key: "a.*", on: channel)
        try connection.publish([], to: exchange, routingKey: "a.3", on: channel)
        #expect(try connection.get(rest, on: channel)?.routingKey == "a.3")
        try connection.deleteExchange(exchange, on: channel)
        try connection.deleteExchange(alternate, on: channel)
    }

    @Test("closing a channel requeues its unacked deliveries")
    func closeChannel() throws {
        let connection = try connect()
        let channel = try connection.openChannel()
        let name = try queue(on: connection, channel, bodies: [[1], [2]])
        let consuming = try connection.openChannel()
        try connection.consume(name, on: consuming)
        #expect(try deliveries(1, from: connection).first?.redelivered == false)
        try connection.closeChannel(consuming)
        try connection.closeChannel(consuming)
        #expect(try connection.receive(timeout: .zero) == nil)
        let again = try #require(try connection.get(name, on: channel))
        #expect(again.body == [1] && again.redelivered)
    }

    @Test("a stream's messages carry their offsets, and reading starts at the requested one")
    func stream() throws {
        let connection = try connect()
        let channel = try connection.openChannel()
        let name = TestBroker.name("stream")
        try connection.declareQueue(name, on: channel, arguments: ["x-queue-type": "stream"])
        defer { _ = try? connection.deleteQueue(name, on: connection.openChannel()) }
        let publisher = try Publisher(address, name: "stream filler")
        for number in 0..<UInt8(10) { try publisher.publish([number], to: "", routingKey: name) }
        #expect(try publisher.awaitConfirms(timeout: .seconds(10)) == [])
        try connection.setPrefetch(5, on: channel)
        try connection.consume(name, on: channel, arguments: ["x-stream-offset": 7])
        let got = try deliveries(3, from: connection)
        #expect(got.map(\.body) == [[7], [8], [9]])
        #expect(got.map { $0.properties.headers["x-stream-offset"]?.integer } == [7, 8, 9])
    }
}
