import Redis

/// Counts the crashes of workers while they processed one piece of work in isolation: a message or an element, keyed by
/// the hash of its bytes, or a swept record, keyed by the hash of its partition and id. A count expires after a day.
public struct CrashCounter {
    private static let day = 86_400
    private let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    public func count(of work: UInt64) throws -> Int {
        let count = Int(try redis.call("GET", Keyspace.crashes(work)).text ?? "") ?? 0
        return min(max(0, count), 1000)
    }

    public func set(_ count: Int, of work: UInt64) throws {
        try redis.call("SET", Keyspace.crashes(work), count, "EX", Self.day)
    }

    public func clear(_ work: UInt64) throws { try redis.call("DEL", Keyspace.crashes(work)) }
}
