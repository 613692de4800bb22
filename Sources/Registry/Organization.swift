import LeadModel
import Redis

/// One tenant's settings. How many partitions it has is settled when it is made.
public struct OrganizationSettings: Equatable, Sendable {
    /// Per entity; 16 are enough for a million records.
    public var partitions = 16
    /// Records scored a month before the limit counts as passed; nothing: no limit. Passing it stops nothing.
    public var limit: Int? = 1500
    /// When the daily sweep is due, "HH:MM" of the zone.
    public var sweepTime = "03:00"
    /// An IANA name, as "Europe/Berlin".
    public var zone = "UTC"
    public var updates = Updates.daily
    /// How many attribute names a partition may know.
    public var names = 2000
    public var created = Moment(microseconds: 0)

    /// When a change of a record is scored: in the daily sweep, or in its turn.
    public enum Updates: String, CaseIterable, Sendable { case daily, realtime }

    public init() {}

    /// Reads what Redis holds; what it does not hold is as it is by default.
    init(fields: [String: String]) {
        partitions = fields["partitions"].flatMap { Int($0) } ?? partitions
        limit = fields["limit"].map { Int($0) } ?? limit
        sweepTime = fields["sweepTime"] ?? sweepTime
        zone = fields["zone"] ?? zone
        updates = fields["updates"].flatMap(Updates.init(rawValue:)) ?? updates
        names = fields["names"].flatMap { Int($0) } ?? names
        created = fields["created"].flatMap { Int64($0) }.map(Moment.init(microseconds:)) ?? created
    }

    /// As the fields of a hash; `limit` is "none" where there is none.
    var fields: [(String, String)] {
        [
            ("partitions", "\(partitions)"), ("limit", limit.map { "\($0)" } ?? "none"), ("sweepTime", sweepTime),
            ("zone", zone), ("updates", updates.rawValue), ("names", "\(names)"),
            ("created", "\(created.microseconds)"),
        ]
    }

    /// The name of the first setting that cannot be, and what it can be; nothing if all is well.
    public var fault: String? {
        if !(1...1024).contains(partitions) { return "partitions must be 1 to 1024" }
        if let limit, limit < 1 { return "limit must be at least 1, or none" }
        if !(1...65_535).contains(names) { return "names must be 1 to 65535" }
        let clock = sweepTime.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard sweepTime.utf8.count == 5, clock.count == 2, let hour = clock[0], let minute = clock[1],
            (0..<24).contains(hour), (0..<60).contains(minute)
        else { return "sweep time must be HH:MM, from 00:00 to 23:59" }
        return nil
    }
}

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
        let reply = try redis.call("HGETALL", Keyspace.Organization(name).settings)
        return OrganizationSettings(hash: reply)
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
        let keys = Keyspace.Organization(name)
        let entityOrLead = entity ?? .lead
        let arguments = arguments()
        var pipeline = Pipeline()
        pipeline.begin(
            script,
            keys: [
                keys.settings, keys.epoch, keys.audit, keys.published(entityOrLead),
                keys.formerlyPublished(entityOrLead), keys.newestVersions(entityOrLead), keys.artifacts(entityOrLead),
                keys.deletedModels(entityOrLead), keys.asks(.lead), keys.asks(.opportunity),
            ], arguments: 6 + arguments.count)
        for common in [Keyspace.changes, name, action, entity?.rawValue ?? "", author, detail] {
            pipeline.append(common)
        }
        for argument in arguments { pipeline.append(argument) }
        return try redis.runAll(pipeline)[0]
    }

    /// The newest lines of the audit log, the last first.
    public func audit(of name: String, count: Int = 20) throws -> [AuditLine] {
        let reply = try redis.call("XREVRANGE", Keyspace.Organization(name).audit, "+", "-", "COUNT", count)
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

extension OrganizationSettings {
    /// Nothing for the empty hash of an organization that is not there.
    init?(hash: Reply) {
        let texts = (hash.array ?? []).compactMap(\.text)
        guard !texts.isEmpty else { return nil }
        self.init(
            fields: Dictionary(
                stride(from: 0, to: texts.count - 1, by: 2).map { (texts[$0], texts[$0 + 1]) },
                uniquingKeysWith: { first, _ in first }))
    }
}
