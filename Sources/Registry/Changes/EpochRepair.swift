import LeadModel
import Redis

/// Raises an organization's epoch that went back, as after its keys were restored from an older copy or were edited.
///
/// A partition notes the epoch with which its sweep started, and refuses scorings of an older registry. If the
/// organization's epoch is below that, every lane's registry would be refused for ever.
public struct EpochRepair {
    /// The first number that no epoch reaches: Lua's numbers are exact below it.
    static let bound: Int64 = 9_000_000_000_000_000
    /// A lane may still have cached an epoch from before it went back, a little above what the partitions noted.
    private static let margin = 1000

    /// What is logged about a repair.
    public static func words(_ organization: String, _ from: String, _ to: Int64) -> String {
        "\(organization): the epoch of its registry had gone back to \(from), as after an older copy was restored; it is "
            + "\(to) now, and all workers read the registry again"
    }

    private let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    /// Raises the epoch above what these partitions of the organization noted, if it is lower, and notifies all
    /// workers.
    ///
    /// - Returns: the epoch as it was, and as it is now; nil if it wasn't lower.
    public func repair(_ organization: String, _ partitions: [Partition]) throws -> (from: String, to: Int64)? {
        var pipeline = Pipeline()
        for partition in partitions { pipeline.add("HGET", partition.sweep, "epoch") }
        let noted = try redis.runUnlessDamaged(pipeline).compactMap(\.int).filter { $0 < Self.bound }.max()
        guard let noted else { return nil }
        let reply = try redis.call(
            .raiseEpoch, keys: [Keyspace.OrganizationKeys(organization).epoch], noted, Self.margin, Keyspace.changes,
            organization)
        guard let parts = reply.array, parts.count == 2, let to = parts[1].int else { return nil }
        return (parts[0].text ?? "no number", to)
    }
}

extension Script {
    /// Keys: epoch. Arguments: what a partition noted, how far above it to go, the channel, organization. Answer: the
    /// epoch as it was and as it is, or nil if it is not lower.
    fileprivate static let raiseEpoch = Script(
        "epoch repair",
        """
        local stored = redis.pcall('GET', KEYS[1])
        local epoch = type(stored) == 'string' and tonumber(stored) or 0
        if epoch >= tonumber(ARGV[1]) and epoch < \(EpochRepair.bound) then return false end
        local raised = string.format('%.0f', ARGV[1] + ARGV[2])
        redis.call('SET', KEYS[1], raised)
        redis.call('PUBLISH', ARGV[3], ARGV[4])
        return { type(stored) == 'string' and string.match(string.sub(stored, 1, 20), '^%-?%d+$') or 'no number', raised }
        """)
}
