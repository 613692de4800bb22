import LeadModel
import Rabbit
import Redis
import Registry

/// The servers of the fleet that operations act on, and the author of the changes.
public struct Deployment: Sendable {
    public var broker: RabbitAddress
    public var redis: RedisAddress
    /// The audit log's author of changes to the registry.
    public var author: String
    /// Seconds added to Redis's clock, to try out months and time zones.
    public var clockOffset: Int64

    public init(broker: RabbitAddress, redis: RedisAddress, author: String, clockOffset: Int64 = 0) {
        (self.broker, self.redis, self.author, self.clockOffset) = (broker, redis, author, clockOffset)
    }

    /// Does something with Redis on a connection of its own.
    func withRedis<Answer>(_ work: (RedisConnection) throws -> Answer) throws -> Answer {
        let redis = try RedisConnection(redis)
        defer { redis.close() }
        return try work(redis)
    }

    /// Does something with the registry on a connection of its own.
    func withRegistry<Answer>(_ work: (RegistryWriter) throws -> Answer) throws -> Answer {
        try withRedis { try work(RegistryWriter($0, author: author)) }
    }
}
