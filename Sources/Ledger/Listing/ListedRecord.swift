import GRDB
import LeadModel

/// An open record as a listing shows it.
public struct ListedRecord: Equatable, Sendable {
    public var id: Exact
    public var name, owner: String?
    public var status: Status
    public var process, stage: String?
    public var createdAt: Moment?
    /// nil without a score.
    public var scoring: CurrentScoring?

    public struct CurrentScoring: Equatable, Sendable {
        /// 0…1.
        public var probability: Double
        public var grade: Grade
        public var trend: Trend
        public var previousScore: Int?
        public var model: ModelVersion
        public var at: Moment
        /// The largest share; nil if it was cleared because a contact was erased.
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

extension ListedRecord {
    /// The columns that it is made from, and those that listings are sorted by.
    static let columns: [RecordColumn] = [
        .record, .rank, .scoredAt, .createdAt, .nameKey, .ownerKey, .id, .name, .owner, .status, .process, .stage,
        .grade,
        .trend, .previousScore, .version, .phrase, .contribution, .lowEvidence,
    ]

    /// - Throws: `LedgerError.damaged`; `DatabaseError`.
    static func all(_ rows: [Row], _ db: Database) throws -> [ListedRecord] {
        let versions = rows.isEmpty ? [:] : try ModelVersion.all(db)
        var phrases: [Int64: String] = [:]
        let statement = try db.cachedStatement(sql: "SELECT text FROM phrases WHERE phrase = ?")
        for case let phrase? in rows.map({ $0[RecordColumn.phrase.rawValue] as Int64? }) where phrases[phrase] == nil {
            phrases[phrase] = try String.fetchOne(statement, arguments: [phrase])
        }
        return try rows.map { try ListedRecord($0, versions, phrases) }
    }

    private init(_ row: Row, _ versions: [Int64: ModelVersion], _ phrases: [Int64: String]) throws {
        guard let status = Status(rawValue: row[RecordColumn.status.rawValue]) else { throw LedgerError.damaged }
        let createdAt: Int64 = row[RecordColumn.createdAt.rawValue]
        self.init(
            id: Exact(row[RecordColumn.id.rawValue]), name: row[RecordColumn.name.rawValue],
            owner: row[RecordColumn.owner.rawValue],
            status: status, process: row[RecordColumn.process.rawValue], stage: row[RecordColumn.stage.rawValue],
            createdAt: createdAt == RecordRow.unknownCreation ? nil : Moment(microseconds: createdAt))
        let probability: Double = row[RecordColumn.rank.rawValue]
        guard probability >= 0 else { return }
        guard let grade = Grade(rawValue: row[RecordColumn.grade.rawValue] ?? ""),
            let trend = Trend(rawValue: row[RecordColumn.trend.rawValue] ?? ""),
            let model = versions[row[RecordColumn.version.rawValue] ?? 0]
        else { throw LedgerError.damaged }
        scoring = CurrentScoring(
            probability: probability, grade: grade, trend: trend,
            previousScore: row[RecordColumn.previousScore.rawValue],
            model: model, at: Moment(microseconds: row[RecordColumn.scoredAt.rawValue]),
            lowEvidence: row[RecordColumn.lowEvidence.rawValue])
        if let phrase = phrases[row[RecordColumn.phrase.rawValue] ?? 0],
            let contribution = row[RecordColumn.contribution.rawValue] as Double?
        {
            scoring?.reason = Reason(phrase: phrase, contribution: contribution)
        }
    }
}
