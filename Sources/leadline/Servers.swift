import Foundation
import Glibc
import Rabbit
import Redis
import Registry

/// Which broker and Redis a command speaks to: those of the settings; else those of the `leadline up` that runs in this
/// folder; else those that usually stand on this machine.
struct Servers {
    var broker: RabbitAddress
    var redis: RedisAddress

    init(_ settings: Settings) throws {
        let own = Home().endpoints()
        broker = try settings.broker ?? own?.broker.map { try RabbitAddress($0) } ?? RabbitAddress()
        redis = try settings.redis ?? own?.redis.map { try RedisAddress($0) } ?? RedisAddress()
    }

    static func read() throws -> Servers { try Servers(Settings.read()) }

    /// Does something with Redis, on a connection of its own.
    static func withRedis<Answer>(_ work: (RedisConnection) throws -> Answer) throws -> Answer {
        let redis = try RedisConnection(read().redis)
        defer { redis.close() }
        return try work(redis)
    }

    /// Reads the registry, on a connection of its own.
    static func readRegistry<Answer>(_ work: (RegistryReader) throws -> Answer) throws -> Answer {
        try withRedis { try work(RegistryReader($0)) }
    }

    /// Changes the registry, on a connection of its own. The audit log names the user as the author.
    static func changeRegistry<Answer>(_ work: (RegistryWriter) throws -> Answer) throws -> Answer {
        try withRedis { try work(RegistryWriter($0, author: author)) }
    }

    /// Who is written into the audit log.
    static var author: String {
        if let name = ProcessInfo.processInfo.environment["USER"], !name.isEmpty { return name }
        return getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "user \(getuid())"
    }
}
