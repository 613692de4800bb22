import LeadModel
import Redis

/// One lane's cache of the registry: the settings and the published models of each organization that it has worked for.
///
/// `refresh` reloads the organizations whose epoch has changed. A version that can't be loaded completely is never
/// used.
public final class RegistryView {
    public struct Organization: Sendable {
        public var settings: OrganizationSettings
        public var epoch: Int64
        var catalogs: [Entity: ModelCatalog] = [:]

        public func models(_ entity: Entity) -> ModelCatalog { catalogs[entity] ?? .init() }
    }

    private struct Key: Hashable {
        var organization: String
        var entity: Entity
        var version: ModelVersion
    }

    private let redis: RedisConnection
    /// Reports a published version that this process can't read, such as one of a newer format.
    private let report: (String) -> Void
    private var organizations: [String: Organization] = [:]
    private var scorecards: [Key: Scorecard] = [:]

    public init(_ redis: RedisConnection, report: @escaping (String) -> Void) {
        (self.redis, self.report) = (redis, report)
    }

    /// The organization, from the cache if it is there; nil if it does not exist.
    public func organization(_ name: String) throws -> Organization? {
        try organizations[name] ?? load(name)
    }

    /// Reads the epochs of all cached organizations, and loads those whose epoch has moved.
    ///
    /// - Returns: their names.
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

    /// The scorecard of a version, also of a former or deleted model; nil if the registry does not have it.
    public func scorecard(_ version: ModelVersion, organization: String, entity: Entity) throws -> Scorecard? {
        if let published = organizations[organization]?.models(entity).scorecard(version) { return published }
        let key = Key(organization: organization, entity: entity, version: version)
        if let known = scorecards[key] { return known }
        let loaded = try RegistryReader(redis).scorecard(version, organization: organization, entity: entity)
        // Versions never change, so the cache is never stale. Old ones are seldom needed, so it may be emptied.
        if scorecards.count > 64 { scorecards.removeAll() }
        scorecards[key] = loaded
        return loaded
    }

    private func load(_ name: String) throws -> Organization? {
        let keys = Keyspace.OrganizationKeys(name)
        var pipeline = Pipeline()
        // The epoch is read first: a change in between then causes another load at the next refresh, and is never
        // missed.
        pipeline.add("GET", keys.epoch)
        pipeline.add("HGETALL", keys.settings)
        for entity in Entity.allCases { pipeline.add("GET", keys.published(entity)) }
        let replies = try redis.runAll(pipeline)
        guard let settings = OrganizationSettings(hash: replies[1]) else {
            organizations[name] = nil
            return nil
        }
        if let former = organizations[name], former.settings.created != settings.created {
            // Created again, as after Redis was emptied: the same version numbers mean other scorecards.
            scorecards = scorecards.filter { $0.key.organization != name }
            organizations[name] = nil
        }
        var organization = Organization(settings: settings, epoch: Self.epoch(replies[0]))
        for (entity, reply) in zip(Entity.allCases, replies.dropFirst(2)) {
            organization.catalogs[entity] = try catalog(of: LineUp(reply), name, entity)
        }
        organizations[name] = organization
        return organization
    }

    private func catalog(of lineUp: LineUp, _ organization: String, _ entity: Entity) throws -> ModelCatalog {
        var models: [PublishedModel] = []
        for version in lineUp.versions {
            do {
                if let scorecard = try scorecard(version, organization: organization, entity: entity) {
                    models.append(PublishedModel(version: version, scorecard: scorecard))
                } else {
                    report(
                        "\(organization): \(entity.rawValue) model \(version) is not in the registry; publish another")
                }
            } catch let error as Scorecard.ArtifactError {
                report("\(organization): \(entity.rawValue) model \(version) cannot be used: \(error)")
            }
        }
        if models.count < lineUp.versions.count {
            models = organizations[organization]?.models(entity).models ?? []
        }
        return ModelCatalog(lineUp, models)
    }

    private static func epoch(_ reply: Reply) -> Int64 { reply.text.flatMap { Int64($0) } ?? 0 }
}
