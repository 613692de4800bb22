import Rabbit
import TestKit

/// The broker of these tests: one virtual host for all of them, in which each test names its own queues.
enum TestBroker {
    private static let virtualHost = Result { try TestServers.virtualHost() }

    static func address() throws -> RabbitAddress { try RabbitAddress(virtualHost.get()) }

    static func name(_ what: String) -> String { TestServers.uniqueName(what) }

    /// Declares an exclusive queue.
    static func queue(
        on connection: RabbitConnection, _ channel: UInt16, arguments: [String: Argument] = [:]
    ) throws -> String {
        let name = name("queue")
        try connection.declareQueue(name, on: channel, durable: false, exclusive: true, arguments: arguments)
        return name
    }
}
