import Contract
import GRDB
import LeadModel

/// The fields of a record in the ledger that are compared with the registry.
struct ComparedRow {
    private var revision: Int64
    private var status: String
    private var name, owner, stage: String?
    private var rank: Double
    private var grade: String?
    private var scoringRevision: Int64?
    private var version: ModelVersion?
    private var isInHistory, hasEvidence: Bool

    private static let columns: [RecordColumn] = [
        .revision, .status, .name, .owner, .stage, .rank, .grade, .scoringRevision,
    ]

    /// nil if the ledger has no result of the record.
    static func read(_ organization: String, _ entity: Entity, _ id: Exact, _ db: Database) throws -> ComparedRow? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(RecordColumn.list(columns, prefix: "r.")), v.model, v.number,
                    s.revision IS NOT NULL, s.evidence IS NOT NULL
                FROM scopes CROSS JOIN records r USING (scope)
                LEFT JOIN versions v ON v.version = r.version
                LEFT JOIN scorings s ON s.record = r.record AND s.revision = r.scoringRevision
                WHERE organization = ? AND entity = ? AND r.id = ? AND r.revision > 0
                """)
        return try Row.fetchOne(statement, arguments: [organization, entity.rawValue, id.text]).map(Self.init)
    }

    private init(_ row: Row) {
        (revision, status, name, owner, stage) = (row[0], row[1], row[2], row[3], row[4])
        (rank, grade, scoringRevision) = (row[5], row[6], row[7])
        if let model: String = row[8] { version = ModelVersion(name: model, version: row[9]) }
        (isInHistory, hasEvidence) = (row[10], row[11])
    }

    /// What differs from the registry's latest result.
    func differences(from result: RecordResult) -> [RecordDifference.Field] {
        let expected = RecordRow(result, phrase: nil, version: nil)
        let scoring = expected.scoring
        let isSame: [(RecordDifference.Field, Bool)] = [
            (.revision, revision == expected.revision),
            (.status, status == expected.status),
            (.name, name == expected.name),
            (.owner, owner == expected.owner),
            (.stage, stage == expected.stage),
            (
                .score,
                scoringRevision == scoring.map { Int64($0.revision) }
                    && rank == scoring?.probability ?? RecordRow.unranked
            ),
            (.grade, grade == scoring?.grade.rawValue),
            (.version, version == scoring?.model),
            (.history, scoringRevision == nil || isInHistory),
            (.evidence, !hasEvidence || scoring.map { !$0.evidence.bins.isEmpty } ?? true),
        ]
        return isSame.filter { !$0.1 }.map(\.0)
    }

    // MARK: Erased contacts

    /// The records that refer or referred to a contact, as far as the ledger knows.
    static func referrers(of contact: Exact, _ organization: String, _ entity: Entity, _ db: Database) throws -> [Exact]
    {
        let statement = try db.cachedStatement(
            sql: """
                SELECT r.id FROM scopes CROSS JOIN referrers n USING (scope) CROSS JOIN records r ON r.record = n.record
                WHERE organization = ? AND entity = ? AND n.contact = ?
                """)
        return try String.fetchAll(statement, arguments: [organization, entity.rawValue, contact.text]).map {
            Exact($0)
        }
    }

    /// Whether a scoring up to a revision still has its evidence.
    static func hasEvidence(
        through revision: Int64, _ organization: String, _ entity: Entity, _ id: Exact, _ db: Database
    ) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM scopes CROSS JOIN records r USING (scope) CROSS JOIN scorings s ON s.record = r.record
                    WHERE organization = ? AND entity = ? AND r.id = ? AND s.revision <= ? AND s.evidence IS NOT NULL)
                """)
        return try Bool.fetchOne(statement, arguments: [organization, entity.rawValue, id.text, revision]) ?? false
    }

    static func isOpen(_ organization: String, _ entity: Entity, _ id: Exact, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT isOpen FROM records JOIN scopes USING (scope) WHERE organization = ? AND entity = ? AND id = ?
                """, arguments: [organization, entity.rawValue, id.text]) ?? false
    }
}
