import Contract
import LeadModel
import Registry

/// What `org show --json` prints.
struct OrgShown: Encodable {
    var organization: String
    @OrNull var limit: Int?
    var sweep, zone, updates: String
    var partitions, names, window, steady, deletedDays, erasedDays, marksDays: Int
    /// By entity.
    var grades: [String: GradesShown]
    var created: String
    var audit: [Line]

    struct Line: Encodable { var at, by, action, entity, what: String }

    init(name: String, _ settings: OrganizationSettings, _ audit: [AuditLine]) {
        organization = name
        limit = settings.limit
        (sweep, zone, updates) = (settings.sweepTime, settings.zone, settings.updates.rawValue)
        (partitions, names, created) = (settings.partitions, settings.names, settings.created.text)
        (window, steady) = (settings.window, settings.steady)
        (deletedDays, erasedDays, marksDays) = (settings.deletedDays, settings.erasedDays, settings.marksDays)
        grades = Dictionary(
            uniqueKeysWithValues: Entity.allCases.map { ($0.rawValue, GradesShown(settings.ranges($0))) })
        self.audit = audit.map {
            Line(at: $0.at.text, by: $0.author, action: $0.action, entity: $0.entity, what: $0.detail)
        }
    }
}

/// The scores of each grade, as JSON: `{"A": {"from": 75, "to": 100}, …}`.
struct GradesShown: Encodable {
    struct Span: Encodable { var from, to: Int }

    var spans: [String: Span]

    init(_ ranges: GradeRanges) {
        spans = Dictionary(
            uniqueKeysWithValues: Grade.allCases.map { grade in
                let span = ranges.span(of: grade)
                return (grade.rawValue, Span(from: span.lowerBound, to: span.upperBound))
            })
    }

    func encode(to encoder: any Encoder) throws { try spans.encode(to: encoder) }
}
