import Fleet
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
        broker = settings.broker ?? own?.broker ?? RabbitAddress()
        redis = settings.redis ?? own?.redis ?? RedisAddress()
    }

    static func read() throws -> Servers { try Servers(Settings.read()) }

    /// Does something with the registry, on a connection of its own.
    static func withRegistry<Answer>(_ work: (Registry) throws -> Answer) throws -> Answer {
        let redis = try RedisConnection(read().redis)
        defer { redis.close() }
        return try work(Registry(redis, author: author))
    }

    /// Who is written into the audit log.
    private static var author: String { ProcessInfo.processInfo.environment["USER"] ?? "user \(getuid())" }
}

/// Where `leadline up` keeps what is its own: `.leadline` in the present folder, or the folder LEADLINE_HOME names.
struct Home {
    let folder: String

    init() { folder = ProcessInfo.processInfo.environment["LEADLINE_HOME"] ?? ".leadline" }

    struct Endpoints {
        var broker: RabbitAddress
        var redis: RedisAddress
    }

    private struct Written: Codable {
        var broker: String
        var redis: String
        var process: Int32
    }

    private var path: String { folder + "/endpoints.json" }

    /// Those of an `up` that runs; nothing if none does.
    func endpoints() -> Endpoints? {
        guard let data = FileManager.default.contents(atPath: path),
            let written = try? JSONDecoder().decode(Written.self, from: data), kill(written.process, 0) == 0,
            let broker = try? RabbitAddress(written.broker), let redis = try? RedisAddress(written.redis)
        else { return nil }
        return Endpoints(broker: broker, redis: redis)
    }

    func write(broker: String, redis: String) throws {
        let written = Written(broker: broker, redis: redis, process: getpid())
        try JSONEncoder().encode(written).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    func removeEndpoints() { try? FileManager.default.removeItem(atPath: path) }
}
