import Foundation
import Rabbit
import Redis

/// The servers that these tests talk to; without them, the tests that need one are skipped.
enum Servers {
    static func broker() -> RabbitAddress? {
        ProcessInfo.processInfo.environment["LEADLINE_TEST_BROKER_URL"].flatMap { try? RabbitAddress($0) }
    }

    static func redis() -> RedisAddress? {
        ProcessInfo.processInfo.environment["LEADLINE_TEST_REDIS_URL"].flatMap { try? RedisAddress($0) }
    }

    /// A name that no other test uses.
    static func name(_ what: String) -> String { "test.\(what).\(UUID().uuidString.prefix(8))" }
}
