import LeadModel
import Redis

/// Reads the registry: organizations here, models in `PublishedModels.swift`, usage in `UsageReading.swift`.
///
/// It has no method that writes; `RegistryWriter` adds those. It belongs to the thread of its connection.
public class RegistryReader {
    let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    /// The time by Redis's clock.
    public func now() throws -> Moment { try RedisClock(redis).now() }

    /// The names of all organizations, sorted.
    public func organizations() throws -> [String] {
        (try redis.call("SMEMBERS", Keyspace.organizations).array ?? []).compactMap(\.text).sorted()
    }

    /// The settings of an organization; nil if there is no such organization.
    ///
    /// - Throws: `RedisError`; `OrganizationSettings.Damaged`.
    public func settings(of name: String) throws -> OrganizationSettings? {
        let reply = try redis.call("HGETALL", Keyspace.OrganizationKeys(name).settings)
        guard let settings = OrganizationSettings(hash: reply) else { return nil }
        if let damage = settings.damage { throw OrganizationSettings.Damaged(name, damage) }
        return settings
    }

    /// How often the published version of an entity changed. It is stored in the hash of the settings.
    public func publications(organization: String, entity: Entity) throws -> Int64 {
        try redis.call("HGET", Keyspace.OrganizationKeys(organization).settings, "publications:\(entity.rawValue)").int
            ?? 0
    }

    /// A number that rises with each change of the organization's registry.
    public func epoch(of name: String) throws -> Int64 {
        try redis.call("GET", Keyspace.OrganizationKeys(name).epoch).int ?? 0
    }

    /// The newest lines of the audit log, the last first.
    public func audit(of name: String, count: Int = 20) throws -> [AuditLine] {
        let reply = try redis.call("XREVRANGE", Keyspace.OrganizationKeys(name).audit, "+", "-", "COUNT", count)
        return (reply.array ?? []).compactMap(AuditLine.init)
    }
}
