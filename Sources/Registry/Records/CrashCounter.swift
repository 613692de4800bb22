import Redis

/// How often a worker died over something that it worked with nothing else in hand: by the hash of a message's body, or
/// of one element of it. Forgotten after a day.
public struct CrashCounter {
    private static let day = 86_400
    private let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    public func count(of work: UInt64) throws -> Int {
        Int(try redis.call("GET", Keyspace.crashes(work)).text ?? "") ?? 0
    }

    public func set(_ count: Int, of work: UInt64) throws {
        try redis.call("SET", Keyspace.crashes(work), count, "EX", Self.day)
    }

    public func clear(_ work: UInt64) throws { try redis.call("DEL", Keyspace.crashes(work)) }
}
