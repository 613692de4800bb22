import Foundation
import Rabbit
import Redis
import TestKit

/// The servers that these tests talk to: one virtual host for all of them, in which each names its own queues.
enum Servers {
    private static let virtualHost = Result { try TestServers.virtualHost() }

    static func broker() throws -> RabbitAddress { try RabbitAddress(virtualHost.get()) }

    static func redis() throws -> RedisAddress { try RedisAddress(TestServers.redisURL) }

    /// A name that no other test uses.
    static func name(_ what: String) -> String { "test.\(what).\(UUID().uuidString.prefix(8))" }

    /// A queue of this connection alone.
    static func queue(
        on connection: RabbitConnection, _ channel: UInt16, arguments: [String: Argument] = [:]
    ) throws -> String {
        let name = name("queue")
        try connection.declareQueue(name, on: channel, durable: false, exclusive: true, arguments: arguments)
        return name
    }
}
