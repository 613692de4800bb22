import GRDB
import LeadModel

/// Records that ended and were deleted so long ago that the registry has forgotten them, while the ledger keeps them: only
/// a former ledger knows how they ended. For the connection to which that is attached.
struct ForgottenRecords {
    static let table = "CREATE TEMP TABLE IF NOT EXISTS forgotten (former INTEGER PRIMARY KEY)"

    private let former: [Int64]

    /// Finds them among a step's.
    ///
    /// - Throws: `RedisError`; `DatabaseError`.
    init(after place: Int64, through last: Int64, of ledger: LedgerWriter, _ walk: RegistryScan) throws {
        let rows = try ledger.writeWithoutTransaction { db in
            try Row.fetchAll(db.cachedStatement(sql: Self.lacking), arguments: [place, last])
        }
        let records = rows.compactMap { row in
            Entity(rawValue: row[2]).map { entity in
                (row[0] as Int64, RegistryScan.Shown(row[1], entity, id: row[3], revision: row[4]))
            }
        }
        let forgotten = Set(try walk.forgotten(of: records.map(\.1)))
        former = records.filter { forgotten.contains($0.1) }.map(\.0)
    }

    /// What came meanwhile goes first.
    func insert(_ db: Database) throws {
        guard !former.isEmpty else { return }
        try db.execute(sql: "DELETE FROM temp.forgotten")
        let note = try db.cachedStatement(sql: "INSERT INTO temp.forgotten VALUES (?)")
        for record in former { try note.execute(arguments: [record]) }
        for statement in Self.statements { try db.cachedStatement(sql: statement).execute() }
    }

    private static let lacking = """
        SELECT f.record, fs.organization, fs.entity, f.id, f.revision FROM former.records f
        CROSS JOIN former.scopes fs ON fs.scope = f.scope
        LEFT JOIN main.scopes s ON s.organization = fs.organization AND s.entity = fs.entity
        LEFT JOIN main.records r ON r.scope = s.scope AND r.id = f.id
        WHERE f.record > ? AND f.record <= ? AND f.revision > 0 AND f.isOpen = 0 AND f.status NOT IN ('open', 'erased')
            AND ifnull(r.revision, 0) = 0
        """

    private static let statements = [
        """
        INSERT OR IGNORE INTO main.scopes (organization, entity)
        SELECT fs.organization, fs.entity FROM temp.forgotten t CROSS JOIN former.records f ON f.record = t.former
        CROSS JOIN former.scopes fs ON fs.scope = f.scope
        """,
        """
        INSERT OR IGNORE INTO main.phrases (text)
        SELECT fp.text FROM temp.forgotten t CROSS JOIN former.records f ON f.record = t.former
        CROSS JOIN former.phrases fp ON fp.phrase = f.phrase
        """,
        // In place of a stub, which knows no more than that a contact of it was erased.
        """
        INSERT INTO main.records (scope, id, revision, status, isOpen, name, owner, process, stage, nameKey, ownerKey,
            createdAt, closedAt, outcome, endedAt, toldRevision, scoringRevision, rank, scoredAt, grade, trend,
            previousScore, version, phrase, contribution, lowEvidence, clearedThrough)
        SELECT s.scope, f.id, f.revision, f.status, 0, f.name, f.owner, f.process, f.stage, f.nameKey, f.ownerKey,
            f.createdAt, f.closedAt, f.outcome, f.endedAt, f.toldRevision, f.scoringRevision, f.rank, f.scoredAt, f.grade,
            f.trend, f.previousScore, v.version, p.phrase, f.contribution, f.lowEvidence, f.clearedThrough
        FROM temp.forgotten t CROSS JOIN former.records f ON f.record = t.former
        CROSS JOIN former.scopes fs ON fs.scope = f.scope
        CROSS JOIN main.scopes s ON s.organization = fs.organization AND s.entity = fs.entity
        LEFT JOIN former.versions fv ON fv.version = f.version
        LEFT JOIN main.versions v ON v.model = fv.model AND v.number = fv.number
        LEFT JOIN former.phrases fp ON fp.phrase = f.phrase
        LEFT JOIN main.phrases p ON p.text = fp.text
        WHERE true
        ON CONFLICT (scope, id) DO UPDATE SET revision = excluded.revision, status = excluded.status, name = excluded.name,
            owner = excluded.owner, process = excluded.process, stage = excluded.stage, nameKey = excluded.nameKey,
            ownerKey = excluded.ownerKey, createdAt = excluded.createdAt, closedAt = excluded.closedAt,
            outcome = excluded.outcome, endedAt = excluded.endedAt, toldRevision = excluded.toldRevision,
            scoringRevision = excluded.scoringRevision, rank = excluded.rank, scoredAt = excluded.scoredAt,
            grade = excluded.grade, trend = excluded.trend, previousScore = excluded.previousScore,
            version = excluded.version, phrase = excluded.phrase, contribution = excluded.contribution,
            lowEvidence = excluded.lowEvidence, clearedThrough = max(records.clearedThrough, excluded.clearedThrough)
        WHERE records.revision = 0
        """,
    ]
}
