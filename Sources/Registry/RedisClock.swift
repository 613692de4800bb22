import LeadModel
import Redis

/// Redis's clock: the one clock of all processes that share a registry.
public struct RedisClock {
    private let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    public func now() throws -> Moment {
        let reply = try redis.call("TIME")
        guard let now = Moment(timeReply: reply) else {
            throw redis.unexpected(reply, to: "TIME")
        }
        return now
    }

    /// The time, once Redis has accepted a write: a server that answers `TIME` may still refuse to serve. The key that it
    /// writes belongs to no organization and expires after a minute.
    public func nowOnceWritable() throws -> Moment {
        try redis.call("SET", Keyspace.probe, "1", "EX", 60)
        return try now()
    }
}

extension Moment {
    /// The answer to TIME: seconds and microseconds.
    init?(timeReply reply: Reply) {
        guard let parts = reply.array?.compactMap(\.text).compactMap(Int64.init), parts.count == 2,
            (0..<1 << 40).contains(parts[0]), (0..<1_000_000).contains(parts[1])
        else { return nil }
        self.init(microseconds: parts[0] * 1_000_000 + parts[1])
    }
}
