import Contract
import LeadModel
import Redis
import Registry

/// An organization's settings and the newest changes of its registry.
public struct OrganizationView: Encodable, Sendable {
    public let name: String
    public let settings: OrganizationSettings
    /// The newest first.
    public let changes: [AuditLine]

    /// - Throws: `UnknownOrganization`; `RedisError`.
    public init(_ name: String, from redis: RedisConnection) throws {
        let registry = RegistryReader(redis)
        self.name = name
        (settings, changes) = (try registry.requiredSettings(of: name), try registry.audit(of: name))
    }

    public func encode(to encoder: any Encoder) throws { try Shape(self).encode(to: encoder) }

    private struct Shape: Encodable {
        var organization: String
        @OrNull var limit: Int?
        var sweep, zone, updates, process: String
        var partitions, names, window, steady, deletedDays, erasedDays, marksDays: Int
        var strict, barSensitive: Bool
        /// By entity.
        var grades: [String: GradeSpans]
        var created: Moment
        var audit: [Change]

        init(_ view: OrganizationView) {
            let settings = view.settings
            (organization, limit) = (view.name, settings.limit)
            (sweep, zone, updates) = (settings.sweepTime, settings.zone, settings.updates.rawValue)
            process = settings.process.rawValue
            (partitions, names, created) = (settings.partitions, settings.names, settings.created)
            (window, steady) = (settings.window, settings.steady)
            (deletedDays, erasedDays, marksDays) = (settings.deletedDays, settings.erasedDays, settings.marksDays)
            (strict, barSensitive) = (settings.isStrict, settings.barsSensitive)
            grades = Dictionary(
                uniqueKeysWithValues: Entity.allCases.map { ($0.rawValue, GradeSpans(settings.ranges($0))) })
            audit = view.changes.map(Change.init)
        }
    }

    private struct Change: Encodable {
        var at: Moment
        var by, action, entity, what: String

        init(_ line: AuditLine) {
            (at, by, action) = (line.at, line.author, line.action)
            (entity, what) = (line.entity, line.detail)
        }
    }
}
