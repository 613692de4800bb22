import LeadModel
import Redis

/// A month's totals that were not told yet.
public struct UnpublishedUsage: Equatable, Sendable {
    public var entity: Entity
    public var month: Month
    public var count: UsageCount
}

/// Whose turn it is to tell an organization's totals, and what was told.
///
/// Who takes a turn and dies has told nothing, or told it without writing that down: what differs from the totals that were
/// written down is told by whoever has the next turn. So no change is lost, and one may be told twice.
extension Registry {
    /// Takes the turn of an organization for so long.
    ///
    /// - Returns: whether it was free.
    public func takeUsageLease(of organization: String, for time: Duration) throws -> Bool {
        let (seconds, attoseconds) = time.components
        let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        let reply = try redis.call(
            "SET", Keyspace.OrganizationKeys(organization).usageLease, "taken", "NX", "PX", milliseconds)
        return !reply.isNull
    }

    /// The totals that differ from those that were told last, the oldest month first: of the present month, and of the six
    /// before it, which can have changed after the last telling.
    public func unpublishedUsage(
        of organization: String, settings: OrganizationSettings, now: Moment
    ) throws -> [UnpublishedUsage] {
        var unpublished: [UnpublishedUsage] = []
        for entity in Entity.allCases {
            let counts = try usage(
                of: organization, entity, partitions: settings.partitions, upTo: now.month)
            for (month, count) in counts {
                unpublished.append(UnpublishedUsage(entity: entity, month: month, count: count))
            }
        }
        guard !unpublished.isEmpty else { return [] }
        unpublished.sort { $0.month < $1.month }
        var pipeline = Pipeline()
        pipeline.begin("HMGET", parts: 2 + unpublished.count)
        pipeline.append(Keyspace.OrganizationKeys(organization).usagePublished)
        for usage in unpublished { pipeline.append(usage.field) }
        let told = try redis.runAll(pipeline)[0].array ?? []
        return zip(unpublished, told).filter { $0.0.text != $0.1.text }.map(\.0)
    }

    /// Writes down what was told.
    public func notePublished(_ told: [UnpublishedUsage], of organization: String) throws {
        var pipeline = Pipeline()
        for usage in told {
            pipeline.add("HSET", Keyspace.OrganizationKeys(organization).usagePublished, usage.field, usage.text)
        }
        _ = try redis.runAll(pipeline)
    }
}

extension UnpublishedUsage {
    fileprivate var field: String { "\(entity.rawValue):\(month.text)" }
    fileprivate var text: String { "\(count.records) \(count.scorings)" }
}
