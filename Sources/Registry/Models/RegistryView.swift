import LeadModel
import Redis

/// The registry as one lane knows it: for each organization that it met, the settings and what is published.
///
/// It is read anew when someone tells of a change and at every poll; only what moved is loaded. A version that cannot
/// be loaded whole is never used.
public final class RegistryView {
    public struct Organization: Sendable {
        public var settings: OrganizationSettings
        public var epoch: Int64
        var published: [Entity: Published]
        /// What the registry says is published, readable or not.
        var pointed: [Entity: ModelVersion] = [:]

        public func published(_ entity: Entity) -> Published? { published[entity] }

        /// Whether nothing is published: not even something that this process cannot read.
        public func isUnpublished(_ entity: Entity) -> Bool { pointed[entity] == nil }

        /// Whether it is scored by what is published, not by a former version, as where that cannot be read.
        public func isUpToDate(_ entity: Entity) -> Bool { published[entity]?.version == pointed[entity] }
    }

    /// A version with its scorecard, ready for scoring.
    public struct Published: Sendable {
        public var version: ModelVersion
        public var scorecard: Scorecard
    }

    private struct Key: Hashable {
        var organization: String
        var entity: Entity
        var version: ModelVersion
    }

    private let redis: RedisConnection
    /// Is told of a published version that this worker cannot read, as one of a newer format.
    private let report: (String) -> Void
    private var organizations: [String: Organization] = [:]
    private var scorecards: [Key: Scorecard] = [:]

    public init(_ redis: RedisConnection, report: @escaping (String) -> Void) {
        (self.redis, self.report) = (redis, report)
    }

    /// The organization as it is known, after a look at the registry if it is not. Nothing if there is none.
    public func organization(_ name: String) throws -> Organization? {
        try organizations[name] ?? load(name)
    }

    /// Reads the epochs of all organizations that it knows, and loads those that moved.
    ///
    /// - Returns: the names of those that moved.
    @discardableResult
    public func refresh() throws -> [String] {
        let names = organizations.keys.sorted()
        var pipeline = Pipeline()
        for name in names { pipeline.add("GET", Keyspace.OrganizationKeys(name).epoch) }
        var moved: [String] = []
        for (name, reply) in zip(names, try redis.runAll(pipeline))
        where Self.epoch(reply) != organizations[name]?.epoch {
            if try load(name) != nil { moved.append(name) }
        }
        return moved
    }

    /// The scorecard of a version, of a former or deleted model too; nothing if the registry does not have it.
    public func scorecard(_ version: ModelVersion, organization: String, entity: Entity) throws -> Scorecard? {
        if let published = organizations[organization]?.published(entity), published.version == version {
            return published.scorecard
        }
        let key = Key(organization: organization, entity: entity, version: version)
        if let known = scorecards[key] { return known }
        let loaded = try RegistryReader(redis).scorecard(version, organization: organization, entity: entity)
        // Versions never change, so what was read stays true; old ones are asked for seldom and need not stay.
        if scorecards.count > 64 { scorecards.removeAll() }
        scorecards[key] = loaded
        return loaded
    }

    private func load(_ name: String) throws -> Organization? {
        let keys = Keyspace.OrganizationKeys(name)
        var pipeline = Pipeline()
        // The epoch first: a change that comes between is seen again at the next look, never missed.
        pipeline.add("GET", keys.epoch)
        pipeline.add("HGETALL", keys.settings)
        for entity in Entity.allCases { pipeline.add("GET", keys.published(entity)) }
        let replies = try redis.runAll(pipeline)
        guard let settings = OrganizationSettings(hash: replies[1]) else {
            organizations[name] = nil
            return nil
        }
        if let former = organizations[name], former.settings.created != settings.created {
            // Made anew, as after Redis was emptied: its versions are others under the same numbers.
            scorecards = scorecards.filter { $0.key.organization != name }
            organizations[name] = nil
        }
        var organization = Organization(settings: settings, epoch: Self.epoch(replies[0]), published: [:])
        for (entity, pointer) in zip(Entity.allCases, replies.dropFirst(2)) {
            guard let version = pointer.text.flatMap(Keyspace.version(pointer:)) else { continue }
            organization.pointed[entity] = version
            do {
                if let scorecard = try scorecard(version, organization: name, entity: entity) {
                    organization.published[entity] = Published(version: version, scorecard: scorecard)
                    continue
                }
                report("\(name): \(entity.rawValue) model \(version) is not in the registry; publish another")
            } catch let error as Scorecard.ArtifactError {
                report("\(name): \(entity.rawValue) model \(version) cannot be used: \(error)")
            }
            // What scored before goes on.
            organization.published[entity] = organizations[name]?.published[entity]
        }
        organizations[name] = organization
        return organization
    }

    private static func epoch(_ reply: Reply) -> Int64 { reply.text.flatMap { Int64($0) } ?? 0 }
}
