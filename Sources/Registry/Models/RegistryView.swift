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
        /// Why its settings can't be used; nil if they can. Nothing of a damaged organization is worked on.
        public var damage: String?

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
    /// What was reported, so that each fault is reported once until the organization's registry changes.
    private var reported: [String: Set<String>] = [:]

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
        for (name, reply) in zip(names, try redis.runUnlessDamaged(pipeline)) {
            let former = organizations[name]
            let isSame = Self.epoch(reply) == former?.epoch
            if isSame, former?.damage == nil { continue }
            if try load(name) != nil, !isSame { moved.append(name) }
        }
        return moved
    }

    /// The scorecard of a version, or nil if it is missing or can't be read, which is reported once.
    public func readableScorecard(
        _ version: ModelVersion, organization: String, entity: Entity
    ) throws -> Scorecard? {
        do {
            if let scorecard = try scorecard(version, organization: organization, entity: entity) { return scorecard }
            reportOnce(
                organization,
                "\(entity.rawValue) model \(version) is missing from the registry: its reasons are left out")
        } catch let error as Scorecard.ArtifactError {
            reportOnce(organization, "\(entity.rawValue) model \(version) cannot be read: \(error)")
        }
        return nil
    }

    private func reportOnce(_ organization: String, _ fault: String) {
        if reported[organization, default: []].insert(fault).inserted { report("\(organization): \(fault)") }
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
        let replies = try redis.runUnlessDamaged(pipeline)
        let unreadable = replies.lazy.compactMap(\.error).first
        guard let settings = OrganizationSettings(hash: replies[1]) ?? (unreadable.map { _ in .init() }) else {
            organizations[name] = nil
            return nil
        }
        if let former = organizations[name], former.settings.created != settings.created {
            // Created again, as after Redis was emptied: the same version numbers mean other scorecards.
            scorecards = scorecards.filter { $0.key.organization != name }
            organizations[name] = nil
        }
        if organizations[name]?.epoch != Self.epoch(replies[0]) { reported[name] = nil }
        var organization = Organization(settings: settings, epoch: Self.epoch(replies[0]))
        organization.damage = unreadable ?? settings.damage
        if let damage = organization.damage { reportOnce(name, "its settings can't be used: \(damage)") }
        for (entity, reply) in zip(Entity.allCases, replies.dropFirst(2)) {
            organization.catalogs[entity] = try catalog(of: LineUp(reply), name, entity)
        }
        organizations[name] = organization
        return organization
    }

    private func catalog(of lineUp: LineUp, _ organization: String, _ entity: Entity) throws -> ModelCatalog {
        let former = organizations[organization]?.models(entity)
        if lineUp.isDamaged {
            reportOnce(organization, "what is published for \(entity.plural) can't be read")
            return ModelCatalog(lineUp, former?.slots ?? [])
        }
        return ModelCatalog(
            lineUp,
            try lineUp.entries.map { entry in
                let scorecard = try publishedScorecard(entry.version, organization, entity)
                let model = scorecard.map { PublishedModel(version: entry.version, scorecard: $0) }
                return .init(scope: PreparedScope(entry.scope), model: model ?? former?.model(entry.version.name))
            })
    }

    /// Nil if this process can't read it, which is reported once.
    private func publishedScorecard(
        _ version: ModelVersion, _ organization: String, _ entity: Entity
    ) throws -> Scorecard? {
        do {
            if let scorecard = try scorecard(version, organization: organization, entity: entity) { return scorecard }
            reportOnce(
                organization, "\(entity.rawValue) model \(version) is not in the registry; publish another")
        } catch let error as Scorecard.ArtifactError {
            reportOnce(
                organization,
                "\(entity.rawValue) model \(version) cannot be used: \(error); retrain it to score in real time")
        }
        return nil
    }

    private static func epoch(_ reply: Reply) -> Int64 { reply.text.flatMap { Int64($0) } ?? 0 }
}
