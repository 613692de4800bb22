import LeadModel
import Redis

/// A month's totals that were not told yet.
public struct UntoldUsage: Equatable, Sendable {
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
    public func takeUsageTurn(of organization: String, for time: Duration) throws -> Bool {
        let (seconds, attoseconds) = time.components
        let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        let reply = try redis.call(
            "SET", Keyspace.Organization(organization).usageTurn, "taken", "NX", "PX", milliseconds)
        return !reply.isNull
    }

    /// The totals that differ from those that were told last, the oldest month first: of the present month, and of the six
    /// before it, which can have changed after the last telling.
    public func untoldUsage(
        of organization: String, settings: OrganizationSettings, now: Moment
    ) throws -> [UntoldUsage] {
        var untold: [UntoldUsage] = []
        for entity in Entity.allCases {
            let counts = try usage(
                of: organization, entity, partitions: settings.partitions, upTo: now.month)
            for (month, count) in counts { untold.append(UntoldUsage(entity: entity, month: month, count: count)) }
        }
        guard !untold.isEmpty else { return [] }
        untold.sort { $0.month < $1.month }
        var pipeline = Pipeline()
        pipeline.begin("HMGET", parts: 2 + untold.count)
        pipeline.append(Keyspace.Organization(organization).usageTold)
        for usage in untold { pipeline.append(usage.field) }
        let told = try redis.runAll(pipeline)[0].array ?? []
        return zip(untold, told).filter { $0.0.text != $0.1.text }.map(\.0)
    }

    /// Writes down what was told.
    public func noteTold(_ told: [UntoldUsage], of organization: String) throws {
        var pipeline = Pipeline()
        for usage in told {
            pipeline.add("HSET", Keyspace.Organization(organization).usageTold, usage.field, usage.text)
        }
        _ = try redis.runAll(pipeline)
    }
}

extension UntoldUsage {
    fileprivate var field: String { "\(entity.rawValue):\(month.text)" }
    fileprivate var text: String { "\(count.records) \(count.scorings)" }
}
