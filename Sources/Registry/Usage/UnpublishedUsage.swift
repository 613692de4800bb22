import LeadModel
import Redis

/// The usage totals that differ from those published last, and the lease of the one process that publishes them.
///
/// A process that dies with the lease has published nothing, or published without noting it. The next one to get the
/// lease then publishes every total that differs from the noted one: no change is lost, and one may be published twice.
public struct UnpublishedUsage {
    /// A month's totals of one entity.
    public struct Total: Equatable, Sendable {
        public var entity: Entity
        public var month: Month
        public var count: UsageCount
    }

    private let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    /// Takes an organization's lease.
    ///
    /// - Parameter time: the lease expires after it.
    /// - Returns: false if another process has it.
    public func takeLease(of organization: String, for time: Duration) throws -> Bool {
        let (seconds, attoseconds) = time.components
        let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        let reply = try redis.call(
            "SET", Keyspace.OrganizationKeys(organization).usageLease, "taken", "NX", "PX", milliseconds)
        return !reply.isNull
    }

    /// The totals that differ from those published last, the oldest month first: of the present month, and of the six
    /// before it, which may have changed after their last publication.
    public func totals(of organization: String, settings: OrganizationSettings, now: Moment) throws -> [Total] {
        var totals: [Total] = []
        for entity in Entity.allCases {
            let counts = try RegistryReader(redis).usage(
                of: organization, entity, partitions: settings.partitions, upTo: now.month)
            for (month, count) in counts { totals.append(Total(entity: entity, month: month, count: count)) }
        }
        guard !totals.isEmpty else { return [] }
        totals.sort { $0.month < $1.month }
        var pipeline = Pipeline()
        pipeline.begin("HMGET", parts: 2 + totals.count)
        pipeline.append(Keyspace.OrganizationKeys(organization).usagePublished)
        for total in totals { pipeline.append(total.field) }
        let published = try redis.runAll(pipeline)[0].array ?? []
        return zip(totals, published).filter { $0.0.text != $0.1.text }.map(\.0)
    }

    /// Notes totals as published.
    public func notePublished(_ totals: [Total], of organization: String) throws {
        var pipeline = Pipeline()
        for total in totals {
            pipeline.add("HSET", Keyspace.OrganizationKeys(organization).usagePublished, total.field, total.text)
        }
        _ = try redis.runAll(pipeline)
    }
}

extension UnpublishedUsage.Total {
    fileprivate var field: String { "\(entity.rawValue):\(month.text)" }
    fileprivate var text: String { "\(count.records) \(count.scorings)" }
}
