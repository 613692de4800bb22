import Foundation
import GRDB
import LeadModel

/// What a listing of open records is to show, and in which order.
public struct ListingQuery: Equatable, Sendable {
    public enum Order: String, CaseIterable, Sendable {
        /// The best first; those without a score last.
        case score
        /// The newest first; those of unknown creation last.
        case age
        /// By owner, those without one first, and of each the best first.
        case owner
        /// By name, those without one first.
        case name
        /// The last scored first.
        case scored
    }

    public var organization: String
    public var entity: Entity
    public var order = Order.score
    public var isReversed = false
    /// All of them hold for a listed record. At most one of each kind.
    public var filters: [ListingFilter] = []

    public init(organization: String, entity: Entity) { (self.organization, self.entity) = (organization, entity) }
}

/// An open record as a listing shows it.
public struct ListedRecord: Equatable, Sendable {
    public var id: Exact
    public var name, owner: String?
    public var status: Status
    public var process, stage: String?
    public var createdAt: Moment?
    public var scoring: CurrentScoring?

    /// The scoring that stands.
    public struct CurrentScoring: Equatable, Sendable {
        /// 0…1.
        public var probability: Double
        public var grade: Grade
        public var trend: Trend
        public var previousScore: Int?
        public var model: ModelVersion
        public var at: Moment
        /// The largest share; nothing where it was cleared because a contact was erased.
        public var reason: Reason?
        public var lowEvidence: Bool?

        /// 1…100.
        public var score: Int { LeadModel.score(probability: probability) }
    }

    public struct Reason: Equatable, Sendable {
        public var phrase: String
        /// In log-odds.
        public var contribution: Double
    }
}

/// A page of a listing.
public struct ListingPage: Equatable, Sendable {
    public var rows: [ListedRecord]
    /// How many rows stood before, as far as they were the same then.
    public var before: Int
    /// Where the next page begins; nothing if this is the last.
    public var next: String?
}

extension LedgerReader {
    /// Open records of one organization and entity. A page takes the same time wherever it stands: it is found by the keys
    /// of the row before it.
    ///
    /// - Parameters:
    ///   - limit: rows of a page, at least 1.
    ///   - cursor: the `next` of the page before.
    ///   - now: what ages are taken of; a later page keeps to that of the first.
    /// - Throws: `LedgerError`; `DatabaseError`.
    public func list(
        _ query: ListingQuery, limit: Int, after cursor: String? = nil, now: Moment
    ) throws -> ListingPage {
        try list(query, limit: limit, after: cursor, now: now, few: ListingPlan.few(of: limit))
    }

    /// - Parameter few: so many rows are gathered and sorted at most.
    func list(
        _ query: ListingQuery, limit: Int, after cursor: String?, now: Moment, few: Int
    ) throws -> ListingPage {
        let place = try cursor.map { try ListingCursor($0, of: query) }
        return try read { db in
            guard let scope = try RecordScope.find(query.organization, query.entity, db) else {
                return ListingPage(rows: [], before: 0)
            }
            let asOf = place?.asOf ?? now
            let filters = try ListingConditions(query, asOf: asOf, db)
            let plan = try ListingPlan(query, filters, scope: scope, few: few, db)
            let reading = ListingReader(plan, filters, scope: scope)
            var rows = try reading.rows(after: place?.keys, atMost: limit + 1, db)
            let hasMore = rows.count > limit
            if hasMore { rows.removeLast() }
            let before = place?.seen ?? 0
            var next: String?
            if hasMore, let last = rows.last {
                let place = ListingCursor(asOf: asOf, seen: before + rows.count, keys: plan.keys(of: last))
                next = try place.text(of: query)
            }
            return ListingPage(rows: try listed(rows, db), before: before, next: next)
        }
    }

    private func listed(_ rows: [Row], _ db: Database) throws -> [ListedRecord] {
        let versions = rows.isEmpty ? [:] : try ModelVersion.all(db)
        var phrases: [Int64: String] = [:]
        let phraseText = try db.cachedStatement(sql: "SELECT text FROM phrases WHERE phrase = ?")
        for case let phrase? in rows.map({ $0["phrase"] as Int64? }) where phrases[phrase] == nil {
            phrases[phrase] = try String.fetchOne(phraseText, arguments: [phrase])
        }
        return try rows.map { try ListedRecord($0, versions, phrases) }
    }
}

extension ListedRecord {
    /// The columns that it is made from, besides those that are sorted by.
    static let columns =
        "id, name, owner, status, process, stage, grade, trend, previousScore, version, phrase, contribution, lowEvidence"

    fileprivate init(_ row: Row, _ versions: [Int64: ModelVersion], _ phrases: [Int64: String]) throws {
        guard let status = Status(rawValue: row["status"]) else { throw LedgerError.damaged }
        let createdAt: Int64 = row["createdAt"]
        self.init(
            id: Exact(row["id"]), name: row["name"], owner: row["owner"], status: status, process: row["process"],
            stage: row["stage"],
            createdAt: createdAt == RecordRow.unknownCreation ? nil : Moment(microseconds: createdAt))
        let probability: Double = row["rank"]
        guard probability >= 0 else { return }
        guard let grade = Grade(rawValue: row["grade"] ?? ""), let trend = Trend(rawValue: row["trend"] ?? ""),
            let model = versions[row["version"] ?? 0]
        else { throw LedgerError.damaged }
        scoring = CurrentScoring(
            probability: probability, grade: grade, trend: trend, previousScore: row["previousScore"], model: model,
            at: Moment(microseconds: row["scoredAt"]), lowEvidence: row["lowEvidence"])
        if let phrase = phrases[row["phrase"] ?? 0], let contribution = row["contribution"] as Double? {
            scoring?.reason = Reason(phrase: phrase, contribution: contribution)
        }
    }
}
