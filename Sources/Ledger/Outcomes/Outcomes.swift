import GRDB
import LeadModel

/// How an organization's scored leads or opportunities turned out.
public struct Outcomes: Equatable, Sendable {
    /// Which closed records are counted.
    public struct Question: Sendable {
        public var organization: String
        public var entity: Entity
        /// When they ended: the first moment and the last.
        public var from, through: Moment?
        /// The model and version that scored them.
        public var model: String?
        public var version: Int?

        public init(
            organization: String, entity: Entity, from: Moment? = nil, through: Moment? = nil, model: String? = nil,
            version: Int? = nil
        ) {
            (self.organization, self.entity, self.from, self.through) = (organization, entity, from, through)
            (self.model, self.version) = (model, version)
        }
    }

    public struct OfMonth: Equatable, Sendable {
        /// The month in which they ended, in UTC.
        public var month: Month
        public var group: OutcomeGroup
    }

    public struct OfVersion: Equatable, Sendable {
        public var model: ModelVersion
        public var group: OutcomeGroup
    }

    public var all: OutcomeGroup
    /// Months in which records ended, the earliest first.
    public var months: [OfMonth]
    /// By name and number.
    public var versions: [OfVersion]
    /// Records that had no score when they ended: imported as closed, or their score was withdrawn with its model. They are
    /// counted nowhere else.
    public var withoutScore: Int
}

extension LedgerReader {
    /// How closed records turned out, each by its score when its end was received. Deleted records count; of erased ones
    /// nothing is stored.
    ///
    /// - Throws: `LedgerError.unknownOrganization`, `DatabaseError`.
    public func outcomes(_ question: Outcomes.Question) throws -> Outcomes {
        try read { db in
            let versions = try ModelVersion.all(db)
            var count = OutcomeCount(
                asked: Set(
                    versions.filter { _, model in
                        question.model ?? model.name == model.name && question.version ?? model.version == model.version
                    }.keys))
            guard let scope = try RecordScope.find(question.organization, question.entity, db) else {
                return count.outcomes(versions)
            }
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: OutcomeCount.statement),
                arguments: [
                    question.entity.outcomes.positive.rawValue, scope,
                    question.from?.microseconds ?? .min, question.through?.microseconds ?? .max,
                ])
            while let row = try rows.next() {
                count.add(
                    endedAt: row[0], isPositive: row[1], probability: row[2], grade: row[3], version: row[4])
            }
            return count.outcomes(versions)
        }
    }
}

/// Counts closed records in the order in which they ended.
struct OutcomeCount {
    /// The grade as its place in the alphabet, from 1, so that no text is made of it.
    static let statement = """
        SELECT endedAt, outcome = ?1, rank, unicode(grade) - 64, version FROM records
        WHERE scope = ?2 AND outcome IS NOT NULL AND endedAt BETWEEN ?3 AND ?4
        ORDER BY endedAt
        """

    /// The numbers of the versions that count.
    let asked: Set<Int64>
    private var months: [(month: Month, tallies: [Int64: OutcomeTally])] = []
    private var monthEnd = Int64.min
    private var withoutScore = 0

    init(asked: Set<Int64>) { self.asked = asked }

    mutating func add(endedAt: Int64, isPositive: Bool, probability: Double, grade: Int?, version: Int64?) {
        guard probability >= 0, let version else {
            withoutScore += 1
            return
        }
        guard asked.contains(version) else { return }
        if endedAt >= monthEnd {
            let month = Moment(microseconds: endedAt).month
            months.append((month, [:]))
            monthEnd = month.end.microseconds
        }
        let place = grade.flatMap { (1...4).contains($0) ? $0 - 1 : nil }
        months[months.count - 1].tallies[version, default: OutcomeTally()]
            .add(probability, grade: place, isPositive: isPositive)
    }

    func outcomes(_ versions: [Int64: ModelVersion]) -> Outcomes {
        var byVersion: [Int64: [OutcomeTally]] = [:]
        for (_, tallies) in months { for (version, tally) in tallies { byVersion[version, default: []].append(tally) } }
        return Outcomes(
            all: OutcomeGroup(byVersion.values.flatMap(\.self)),
            months: months.map { .init(month: $0.month, group: OutcomeGroup(Array($0.tallies.values))) },
            versions: byVersion.compactMap { number, tallies in
                versions[number].map { .init(model: $0, group: OutcomeGroup(tallies)) }
            }.sorted { ($0.model.name, $0.model.version) < ($1.model.name, $1.model.version) },
            withoutScore: withoutScore)
    }
}
