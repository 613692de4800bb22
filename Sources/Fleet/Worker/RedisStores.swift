import LeadModel
import Logging
import Redis
import Registry

/// A connection to Redis with the record store and the cached registry that use it.
///
/// It belongs to one thread. A lane's outlives the lane's connections to the broker, so that a broker that comes and goes
/// doesn't make every lane read the registry from scratch. After an outage of Redis the caches are rebuilt, since a
/// restored Redis may have other content under the same versions.
struct RedisStores {
    let redis: RedisConnection
    let records: RecordStore
    let view: RegistryView
    /// Redis's time when it was opened, or found open.
    let clock: LaneClock

    /// Connects, and makes sure that Redis takes writes.
    ///
    /// - Parameter isProved: a whole commit is tried too: so this client has the rights that a lane needs.
    init(_ address: RedisAddress, isProved: Bool, log: Logger) throws {
        redis = try RedisConnection(address)
        let now = isProved ? try RecordStore.prove(redis) : try RedisClock(redis).nowOnceWritable()
        clock = LaneClock(now, at: .now)
        (records, view) = (RecordStore(redis), RegistryView(redis) { log.error("\($0)") })
    }

    /// Reuses the connection after the lane was restarted; nil if the connection is no longer usable, or Redis refuses what
    /// a lane needs.
    init?(reusing former: RedisStores) {
        guard former.redis.isOpen, (try? former.redis.setTimeout(.seconds(10))) != nil,
            let now = try? RecordStore.prove(former.redis)
        else { return nil }
        (redis, records, view) = (former.redis, former.records, former.view)
        clock = LaneClock(now, at: .now)
    }
}
