import Contract
import LeadModel
import Redis
import Registry

/// Records scored a month, compared with the organization's limit.
public struct UsageView: Encodable, Sendable {
    public let organization: String
    /// Nil: all.
    public let entity: Entity?
    public let report: UsageReport

    /// - Throws: `UnknownOrganization`; `RedisError`.
    public init(of organization: String, entity: Entity? = nil, from redis: RedisConnection) throws {
        let registry = RegistryReader(redis)
        let settings = try registry.requiredSettings(of: organization)
        (self.organization, self.entity) = (organization, entity)
        report = try registry.usage(
            of: organization, entities: entity.map { [$0] } ?? Entity.allCases, settings: settings)
    }

    public func encode(to encoder: any Encoder) throws { try Shape(self).encode(to: encoder) }

    private struct Shape: Encodable {
        var org, entity: String
        var month: Month
        var records, scorings: Int
        @OrNull var limit: Int?
        var exceeded: Bool
        @OrNull var average: Double?
        var months: [OfMonth]

        init(_ view: UsageView) {
            let (report, present) = (view.report, view.report.present)
            (org, entity) = (view.organization, view.entity?.rawValue ?? "all")
            (month, exceeded) = (present.month, present.isExceeded)
            (records, scorings) = (present.count.records, present.count.scorings)
            (limit, average, months) = (report.limit, report.average, report.months.map(OfMonth.init))
        }
    }

    private struct OfMonth: Encodable {
        var month: Month
        var records, scorings: Int
        var exceeded: Bool

        init(_ line: UsageReport.MonthLine) {
            (month, records, scorings) = (line.month, line.count.records, line.count.scorings)
            exceeded = line.isExceeded
        }
    }
}
