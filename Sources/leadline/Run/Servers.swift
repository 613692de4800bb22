import Foundation
import Glibc
import Operations
import Rabbit
import Redis
import Registry

/// The broker and the Redis that a command connects to: those of the settings; otherwise those of the `leadline up` that
/// runs in this folder; otherwise this machine's, at the usual ports.
struct Servers {
    var broker: RabbitAddress
    var redis: RedisAddress
    private let clockOffset: Int64

    init(_ settings: Settings) throws {
        let own = Self.home.endpoints()
        broker = try settings.broker ?? own?.broker.map { try RabbitAddress($0) } ?? RabbitAddress()
        redis = try settings.redis ?? own?.redis.map { try RedisAddress($0) } ?? RedisAddress()
        clockOffset = settings.clockOffset
    }

    /// Where `leadline up` keeps its data: `.leadline` in the current folder, or the folder that LEADLINE_HOME names.
    static var home: LocalHome { LocalHome(ProcessInfo.processInfo.environment["LEADLINE_HOME"] ?? ".leadline") }

    /// The fleet on these servers, with the user as the audit log's author.
    var deployment: Deployment {
        Deployment(broker: broker, redis: redis, author: Self.author, clockOffset: clockOffset)
    }

    /// Does something with Redis, on a connection of its own.
    func withRedis<Answer>(_ work: (RedisConnection) throws -> Answer) throws -> Answer {
        let connection = try RedisConnection(redis)
        defer { connection.close() }
        return try work(connection)
    }

    /// The audit log's author: the user.
    static var author: String {
        if let name = ProcessInfo.processInfo.environment["USER"], !name.isEmpty { return name }
        return getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "user \(getuid())"
    }
}
