import LeadModel
import Redis

/// Changes the registry: organizations here, models in `ModelChanges.swift`.
///
/// Each change is one script. It raises the organization's epoch, adds a line to the audit log and notifies the workers.
public final class RegistryWriter: RegistryReader {
    /// The audit log's author of every change that is made through this writer.
    let author: String

    public init(_ redis: RedisConnection, author: String) {
        self.author = author
        super.init(redis)
    }

    /// Creates an organization. One that exists stays as it is.
    ///
    /// - Returns: true if it did not exist before.
    public func create(_ name: String, _ settings: OrganizationSettings = .init()) throws -> Bool {
        var settings = settings
        settings.created = try now()
        try redis.call("SADD", Keyspace.organizations, name)
        let made = try change(
            "org create", of: name, script: .createOrganization, settings.fields.flatMap { [$0, $1] })
        return made.int == 1
    }

    /// Changes the settings of an organization that exists. The number of partitions never changes.
    ///
    /// - Parameter former: the settings as they were read. What is equal in both is not written, so that two people who
    ///   change different settings at the same time do not undo each other's change.
    public func set(
        _ settings: OrganizationSettings, from former: OrganizationSettings, of name: String, detail: String
    ) throws {
        let changed = zip(settings.fields, former.fields).filter { $0.0.1 != $0.1.1 && $0.0.0 != "partitions" }
        guard !changed.isEmpty else { return }
        _ = try change(
            "org set", of: name, detail: detail, script: .setOrganization, changed.flatMap { [$0.0.0, $0.0.1] })
    }

    /// Sets the ranges of an entity's grades. The same step requests a full sweep, which regrades the stored scores.
    public func setRanges(_ ranges: GradeRanges, of entity: Entity, organization: String) throws {
        _ = try change(
            "grades set", of: organization, entity: entity, detail: ranges.words, script: .setOrganization,
            [OrganizationSettings.gradesField(entity), ranges.text])
    }

    /// Adds a line to the audit log about an action that changes neither settings nor models, such as an erasure.
    ///
    /// - Parameter detail: without personal data, since the line outlives the record.
    public func note(_ action: String, of name: String, kind: RecordKind, detail: String) throws {
        try redis.call(
            "XADD", Keyspace.OrganizationKeys(name).audit, "MAXLEN", "~", AuditLine.most, "*", "action", action,
            "entity",
            kind.rawValue, "by", AuditLine.shortened(author), "what", detail)
    }

    /// Runs one of the scripts of `RegistryScripts.swift`.
    func change(
        _ action: String, of name: String, entity: Entity? = nil, detail: String = "", script: Script,
        _ arguments: [String]
    ) throws -> Reply {
        let keys = Keyspace.OrganizationKeys(name)
        let entityOrLead = entity ?? .lead
        var pipeline = Pipeline()
        pipeline.begin(
            script,
            keys: [
                keys.settings, keys.epoch, keys.audit, keys.published(entityOrLead),
                keys.formerlyPublished(entityOrLead), keys.newestVersions(entityOrLead), keys.artifacts(entityOrLead),
                keys.deletedModels(entityOrLead), keys.requests(.lead), keys.requests(.opportunity),
            ], arguments: 6 + arguments.count)
        for common in [Keyspace.changes, name, action, entity?.rawValue ?? "", author, detail] {
            pipeline.append(AuditLine.shortened(common))
        }
        for argument in arguments { pipeline.append(argument) }
        return try redis.runAll(pipeline)[0]
    }
}
