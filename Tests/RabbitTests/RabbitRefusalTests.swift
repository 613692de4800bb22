import Rabbit
import Testing

/// Against a real broker.
@Suite("What a broker refuses", .timeLimit(.minutes(2)))
struct RabbitRefusalTests {
    let address: RabbitAddress

    init() throws { address = try TestBroker.address() }

    private func connect(_ name: String = #function) throws -> RabbitConnection {
        try RabbitConnection(address, name: name)
    }

    @Test("a port where nothing listens is unreachable, by host and port")
    func wrongPort() throws {
        var wrong = address
        wrong.port = 1
        let error = try #require(throws: RabbitError.self) { try RabbitConnection(wrong, name: "x") }
        guard case .unreachable = error else { throw error }
        #expect(error.isAway && error.description.contains("\(address.host):1"))
    }

    @Test("a wrong password is refused, and the error does not show it")
    func wrongPassword() throws {
        var wrong = address
        wrong.password = "hunter2"
        let error = try #require(throws: RabbitError.self) { try RabbitConnection(wrong, name: "x") }
        #expect(error.code == 403 && !error.isAway)
        #expect(!error.description.contains("hunter2"))
    }

    @Test("a missing queue is refused with 404 and its name, and another channel stays open")
    func notFound() throws {
        let connection = try connect()
        let channel = try connection.openChannel()
        let other = try connection.openChannel()
        let error = try #require(throws: RabbitError.self) {
            try connection.declareQueue("no.such.queue", on: channel, passive: true)
        }
        #expect(error.code == 404 && !error.isAway)
        #expect(error.description.contains("queue.declare 'no.such.queue'"))
        #expect(!connection.isOpen(channel: channel) && connection.isOpen(channel: other))
        _ = try TestBroker.queue(on: connection, other)
        #expect(throws: RabbitError.self) { try connection.ack(1, on: channel) }
        #expect(try connection.openChannel() == channel)
    }

    @Test("declaring an existing queue with other arguments is refused with 406")
    func otherArguments() throws {
        let connection = try connect()
        let channel = try connection.openChannel()
        let name = try TestBroker.queue(on: connection, channel)
        let error = try #require(throws: RabbitError.self) {
            try connection.declareQueue(
                name, on: channel, durable: false, exclusive: true, arguments: ["x-max-length": 1])
        }
        #expect(error.code == 406 && error.description.contains(name))
    }

    @Test("a queue that another connection owns is refused with 405")
    func exclusive() throws {
        let connection = try connect()
        let name = try TestBroker.queue(on: connection, connection.openChannel())
        let other = try connect("other")
        let error = try #require(throws: RabbitError.self) { try other.consume(name, on: other.openChannel()) }
        #expect(error.code == 405)
    }

    @Test("after an ack of an unknown tag the next receive throws the broker's error")
    func badAck() throws {
        let connection = try connect()
        let channel = try connection.openChannel()
        try connection.ack(77, on: channel)
        let error = try #require(throws: RabbitError.self) {
            while try connection.receive(timeout: .seconds(5)) != nil {}
        }
        #expect(error.code == 406)
        #expect(error.description.contains("basic.ack on channel \(channel)"))
    }

    @Test("when the broker closes a channel during another channel's call, a later receive throws that error")
    func closeDuringOtherCall() throws {
        let connection = try connect()
        let bad = try connection.openChannel()
        let good = try connection.openChannel()
        try connection.publish([1], to: "no.such.exchange", routingKey: "", on: bad)
        for _ in 0..<5 { _ = try TestBroker.queue(on: connection, good) }
        let error = try #require(throws: RabbitError.self) { try connection.receive(timeout: .seconds(5)) }
        #expect(error.code == 404 && error.description.contains("basic.publish"))
        #expect(connection.isOpen(channel: good))
    }
}
