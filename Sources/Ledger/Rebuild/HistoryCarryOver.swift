import GRDB

/// Copies into a new ledger what only a former one holds: records that the registry has forgotten (`ForgottenRecords`),
/// scorings that are older than the stream, and how and when a record ended that was deleted since. Nothing of those that
/// are erased; evidence only where no contact was erased since.
struct HistoryCarryOver {
    /// Scorings that the new one did not have.
    private(set) var count = 0
    /// Some of the former file could not be read.
    private(set) var isPartly = false

    private static let recordsPerStep: Int64 = 500

    /// - Parameters:
    ///   - path: of the former ledger, of the present schema.
    ///   - walk: says whom the registry has forgotten.
    ///   - between: is called between steps, with the records that are done.
    /// - Throws: what `between` throws; `RedisError`; `DatabaseError`, but for damage.
    init(from path: String, into ledger: LedgerWriter, _ walk: RegistryScan, between: (Int64) throws -> Void) throws {
        func alone(_ sql: String, _ arguments: StatementArguments = []) throws {
            try ledger.writeWithoutTransaction { try $0.execute(sql: sql, arguments: arguments) }
        }
        try alone("ATTACH ? AS former", [path])
        defer { try? alone("DETACH former") }
        do {
            try alone(
                "INSERT OR IGNORE INTO main.versions (model, number) SELECT model, number FROM former.versions")
            try alone("CREATE TEMP TABLE IF NOT EXISTS pairs (former INTEGER PRIMARY KEY, record INTEGER NOT NULL)")
            try alone(ForgottenRecords.table)
        } catch let error as LedgerFileError where error.isDamage {
            isPartly = true
            return
        }
        var place: Int64 = 0
        while let next = try nextPlace(after: place, ledger) {
            do {
                let records = try ForgottenRecords(after: place, through: next, of: ledger, walk)
                count += try ledger.write { db in
                    try records.insert(db)
                    return try Self.carry(after: place, through: next, db)
                }
            } catch let error as LedgerFileError where error.isDamage {
                isPartly = true
            }
            place = next
            try between(place)
        }
    }

    /// The last record of the next step.
    private mutating func nextPlace(after place: Int64, _ ledger: LedgerWriter) throws -> Int64? {
        do {
            return try ledger.writeWithoutTransaction { db in
                try Int64.fetchOne(
                    db,
                    sql: """
                        SELECT max(record) FROM (
                            SELECT record FROM former.records WHERE record > ? ORDER BY record LIMIT \(Self.recordsPerStep))
                        """, arguments: [place])
            }
        } catch let error as LedgerFileError where error.isDamage {
            isPartly = true
            return nil
        }
    }

    private static func carry(after place: Int64, through last: Int64, _ db: Database) throws -> Int {
        try db.execute(sql: "DELETE FROM temp.pairs")
        // Crossed in this order, so that each is found by its id.
        try db.cachedStatement(
            sql: """
                INSERT INTO temp.pairs
                SELECT f.record, r.record FROM former.records f
                CROSS JOIN former.scopes fs ON fs.scope = f.scope
                CROSS JOIN main.scopes s ON s.organization = fs.organization AND s.entity = fs.entity
                CROSS JOIN main.records r ON r.scope = s.scope AND r.id = f.id
                WHERE f.record > ? AND f.record <= ? AND r.revision > 0 AND r.status <> 'erased' AND f.status <> 'erased'
                """
        ).execute(arguments: [place, last])
        for statement in records { try db.cachedStatement(sql: statement).execute() }
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO main.scorings (record, revision, at, version, isSweep, probability, grade, evidence,
                    formerVersion, formerEvidence)
                SELECT p.record, s.revision, s.at, v.version, s.isSweep, s.probability, s.grade, s.evidence, o.version,
                    s.formerEvidence
                FROM temp.pairs p
                CROSS JOIN former.scorings s ON s.record = p.former
                CROSS JOIN former.versions fv ON fv.version = s.version
                CROSS JOIN main.versions v ON v.model = fv.model AND v.number = fv.number
                LEFT JOIN former.versions fo ON fo.version = s.formerVersion
                LEFT JOIN main.versions o ON o.model = fo.model AND o.number = fo.number
                """
        ).execute()
        let count = db.changesCount
        for statement in afterwards { try db.cachedStatement(sql: statement).execute() }
        return count
    }

    private static let records = [
        """
        INSERT OR IGNORE INTO main.named (scope, contact, record)
        SELECT r.scope, n.contact, p.record FROM temp.pairs p CROSS JOIN former.named n ON n.record = p.former
        CROSS JOIN main.records r ON r.record = p.record
        """,
        """
        UPDATE main.records SET clearedThrough = max(records.clearedThrough, e.revision)
        FROM temp.pairs p CROSS JOIN main.named n ON n.record = p.record
        CROSS JOIN main.erasedContacts e ON e.scope = n.scope AND e.contact = n.contact
        WHERE records.record = p.record
        """,
        """
        UPDATE main.records SET clearedThrough = max(records.clearedThrough, f.clearedThrough)
        FROM temp.pairs p CROSS JOIN former.records f ON f.record = p.former
        WHERE records.record = p.record AND f.clearedThrough > 0
        """,
        // A deleted record does not tell how it ended, nor a closed one without a date when that was first told.
        """
        UPDATE main.records SET outcome = f.outcome, endedAt = f.endedAt,
            toldRevision = max(records.toldRevision, f.toldRevision)
        FROM temp.pairs p CROSS JOIN former.records f ON f.record = p.former
        WHERE records.record = p.record AND f.outcome IS NOT NULL
            AND ((records.outcome IS NULL AND records.status = 'deleted')
                OR (records.outcome = f.outcome AND records.closedAt IS NULL))
        """,
    ]

    private static let afterwards = [
        // The registry tells the grade that stands, not the one of that scoring.
        """
        UPDATE main.scorings SET grade = s.grade
        FROM temp.pairs p CROSS JOIN former.scorings s ON s.record = p.former
        WHERE scorings.record = p.record AND scorings.revision = s.revision AND scorings.grade <> s.grade
        """,
        """
        UPDATE main.scorings SET evidence = NULL, formerVersion = NULL, formerEvidence = NULL
        FROM temp.pairs p CROSS JOIN main.records r ON r.record = p.record
        WHERE scorings.record = p.record AND scorings.revision <= r.clearedThrough AND scorings.evidence IS NOT NULL
        """,
        """
        UPDATE main.records SET phrase = NULL, contribution = NULL, lowEvidence = NULL
        FROM temp.pairs p WHERE records.record = p.record AND scoringRevision <= clearedThrough AND phrase IS NOT NULL
        """,
    ]
}
