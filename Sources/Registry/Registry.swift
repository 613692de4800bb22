import LeadModel
import Redis

/// The registry as the command line changes and reads it: organizations here, models in `Models.swift`.
///
/// Every change is one script: it raises the organization's epoch, leaves a line in the audit log and tells the workers.
public struct Registry {
    let redis: RedisConnection
    /// Who is written down as having made a change.
    let author: String

    public init(_ redis: RedisConnection, author: String) { (self.redis, self.author) = (redis, author) }

    /// What Redis's clock says.
    public func now() throws -> Moment {
        let reply = try redis.call("TIME")
        guard let now = Moment(timeReply: reply) else {
            throw RedisError.unexpected(command: "TIME", reply: reply.shape)
        }
        return now
    }

    /// What Redis's clock says, once Redis takes a write: an answer alone does not mean that it can serve.
    public func probe() throws -> Moment {
        try redis.call("SET", Keyspace.probe, "1", "EX", 60)
        return try now()
    }

    /// Makes an organization, unless it is there already: then it stays as it is.
    ///
    /// - Returns: whether it was made now.
    public func create(_ name: String, _ settings: OrganizationSettings = .init()) throws -> Bool {
        var settings = settings
        settings.created = try now()
        try redis.call("SADD", Keyspace.organizations, name)
        let made = try change("org create", of: name, entity: nil, detail: "", script: .createOrganization) {
            settings.fields.flatMap { [$0, $1] }
        }
        return made.int == 1
    }

    public func organizations() throws -> [String] {
        (try redis.call("SMEMBERS", Keyspace.organizations).array ?? []).compactMap(\.text).sorted()
    }

    /// Nothing if there is no such organization.
    public func settings(of name: String) throws -> OrganizationSettings? {
        let reply = try redis.call("HGETALL", Keyspace.OrganizationKeys(name).settings)
        return OrganizationSettings(hash: reply)
    }

    /// How often another version of an entity was published, or none. It stands beside the settings.
    public func publications(organization: String, entity: Entity) throws -> Int64 {
        try redis.call("HGET", Keyspace.OrganizationKeys(organization).settings, "publications:\(entity.rawValue)").int
            ?? 0
    }

    /// How often the organization's registry changed, and so how new somebody's view of it is.
    public func epoch(of name: String) throws -> Int64 {
        try redis.call("GET", Keyspace.OrganizationKeys(name).epoch).int ?? 0
    }

    /// Changes the settings of an organization that is there. The number of partitions stays.
    ///
    /// - Parameter former: as they were read. What is the same in both is not written, so that two who change different
    ///   settings at once do not undo each other.
    public func set(
        _ settings: OrganizationSettings, from former: OrganizationSettings, of name: String, detail: String
    ) throws {
        let changed = zip(settings.fields, former.fields).filter { $0.0.1 != $0.1.1 && $0.0.0 != "partitions" }
        guard !changed.isEmpty else { return }
        _ = try change("org set", of: name, entity: nil, detail: detail, script: .setOrganization) {
            changed.flatMap { [$0.0.0, $0.0.1] }
        }
    }

    /// One change of the registry.
    func change(
        _ action: String, of name: String, entity: Entity?, detail: String, script: Script,
        arguments: () -> [String]
    ) throws -> Reply {
        let keys = Keyspace.OrganizationKeys(name)
        let entityOrLead = entity ?? .lead
        let arguments = arguments()
        var pipeline = Pipeline()
        pipeline.begin(
            script,
            keys: [
                keys.settings, keys.epoch, keys.audit, keys.published(entityOrLead),
                keys.formerlyPublished(entityOrLead), keys.newestVersions(entityOrLead), keys.artifacts(entityOrLead),
                keys.deletedModels(entityOrLead), keys.requests(.lead), keys.requests(.opportunity),
            ], arguments: 6 + arguments.count)
        for common in [Keyspace.changes, name, action, entity?.rawValue ?? "", author, detail] {
            pipeline.append(common)
        }
        for argument in arguments { pipeline.append(argument) }
        return try redis.runAll(pipeline)[0]
    }

    /// The newest lines of the audit log, the last first.
    public func audit(of name: String, count: Int = 20) throws -> [AuditLine] {
        let reply = try redis.call("XREVRANGE", Keyspace.OrganizationKeys(name).audit, "+", "-", "COUNT", count)
        return (reply.array ?? []).compactMap(AuditLine.init)
    }
}

/// Who changed what of the registry, and when.
public struct AuditLine: Equatable, Sendable {
    public var at: Moment
    public var action: String
    public var entity: String
    public var author: String
    public var detail: String

    init?(_ entry: Reply) {
        guard let parts = entry.array, parts.count == 2, let id = parts[0].text,
            let time = id.split(separator: "-").first.flatMap({ Int64($0) }),
            let texts = parts[1].array?.compactMap(\.text), texts.count == 8
        else { return nil }
        at = Moment(milliseconds: time)
        (action, entity, author, detail) = (texts[1], texts[3], texts[5], texts[7])
    }
}
