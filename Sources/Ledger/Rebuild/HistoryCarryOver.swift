import GRDB

/// Copies into a new ledger what only the former one has: records that the registry has forgotten (`ForgottenRecords`),
/// scorings that are older than the stream, and how and when a deleted record ended. Nothing of erased records, and evidence
/// only if no contact of the record was erased since.
struct HistoryCarryOver {
    /// Scorings that the new ledger did not have.
    private(set) var count = 0
    /// Part of the former file could not be read.
    private(set) var isPartial = false

    private static let recordsPerStep: Int64 = 500

    /// - Parameters:
    ///   - path: of the former ledger, of the current schema.
    ///   - scan: says which records the registry has forgotten.
    ///   - between: called between steps, with the number of the last record that is done.
    /// - Throws: what `between` throws; `RedisError`; `LedgerFileError`, unless the former file is damaged.
    init(from path: String, into ledger: LedgerWriter, _ scan: RegistryScan, between: (Int64) throws -> Void) throws {
        func execute(_ sql: String, _ arguments: StatementArguments = []) throws {
            try ledger.writeWithoutTransaction { try $0.execute(sql: sql, arguments: arguments) }
        }
        try execute("ATTACH ? AS former", [path])
        defer { try? execute("DETACH former") }
        do {
            try execute(
                "INSERT OR IGNORE INTO main.versions (model, number) SELECT model, number FROM former.versions")
            try execute("CREATE TEMP TABLE IF NOT EXISTS pairs (former INTEGER PRIMARY KEY, record INTEGER NOT NULL)")
            try execute(ForgottenRecords.table)
        } catch let error as LedgerFileError where error.isDamage {
            isPartial = true
            return
        }
        var number: Int64 = 0
        while let next = try lastOfStep(after: number, ledger) {
            do {
                let records = try ForgottenRecords(after: number, through: next, of: ledger, scan)
                count += try ledger.write { db in
                    try records.insert(db)
                    return try Self.carry(after: number, through: next, db)
                }
            } catch let error as LedgerFileError where error.isDamage {
                isPartial = true
            }
            number = next
            try between(number)
        }
    }

    /// The last record of the next step; nil if there is none.
    private mutating func lastOfStep(after number: Int64, _ ledger: LedgerWriter) throws -> Int64? {
        do {
            return try ledger.writeWithoutTransaction { db in
                try Int64.fetchOne(
                    db,
                    sql: """
                        SELECT max(record) FROM (
                            SELECT record FROM former.records WHERE record > ? ORDER BY record LIMIT \(Self.recordsPerStep))
                        """, arguments: [number])
            }
        } catch let error as LedgerFileError where error.isDamage {
            isPartial = true
            return nil
        }
    }

    private static func carry(after number: Int64, through last: Int64, _ db: Database) throws -> Int {
        try db.execute(sql: "DELETE FROM temp.pairs")
        // CROSS JOIN keeps SQLite to this order, in which each is found by its key.
        try db.cachedStatement(
            sql: """
                INSERT INTO temp.pairs
                SELECT f.record, r.record FROM former.records f
                CROSS JOIN former.scopes fs ON fs.scope = f.scope
                CROSS JOIN main.scopes s ON s.organization = fs.organization AND s.entity = fs.entity
                CROSS JOIN main.records r ON r.scope = s.scope AND r.id = f.id
                WHERE f.record > ? AND f.record <= ? AND r.revision > 0 AND r.status <> 'erased' AND f.status <> 'erased'
                """
        ).execute(arguments: [number, last])
        for statement in beforeScorings { try db.cachedStatement(sql: statement).execute() }
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO main.scorings (\(ScoringColumn.list(ScoringColumn.allCases)))
                SELECT \(ScoringColumn.allCases.map(carriedValue).joined(separator: ", "))
                FROM temp.pairs p
                CROSS JOIN former.scorings s ON s.record = p.former
                CROSS JOIN former.versions fv ON fv.version = s.version
                CROSS JOIN main.versions v ON v.model = fv.model AND v.number = fv.number
                LEFT JOIN former.versions fo ON fo.version = s.formerVersion
                LEFT JOIN main.versions o ON o.model = fo.model AND o.number = fo.number
                """
        ).execute()
        let count = db.changesCount
        for statement in afterScorings { try db.cachedStatement(sql: statement).execute() }
        return count
    }

    /// A column's value for the new ledger, which has its own numbers of records and versions.
    private static func carriedValue(_ column: ScoringColumn) -> String {
        switch column {
        case .record: "p.record"
        case .version: "v.version"
        case .formerVersion: "o.version"
        default: "s.\(column.rawValue)"
        }
    }

    private static let beforeScorings = [
        """
        INSERT OR IGNORE INTO main.referrers (scope, contact, record)
        SELECT r.scope, n.contact, p.record FROM temp.pairs p CROSS JOIN former.referrers n ON n.record = p.former
        CROSS JOIN main.records r ON r.record = p.record
        """,
        """
        UPDATE main.records SET clearedThrough = max(records.clearedThrough, e.revision)
        FROM temp.pairs p CROSS JOIN main.referrers n ON n.record = p.record
        CROSS JOIN main.erasedContacts e ON e.scope = n.scope AND e.contact = n.contact
        WHERE records.record = p.record
        """,
        """
        UPDATE main.records SET clearedThrough = max(records.clearedThrough, f.clearedThrough)
        FROM temp.pairs p CROSS JOIN former.records f ON f.record = p.former
        WHERE records.record = p.record AND f.clearedThrough > 0
        """,
        // The result of a deletion does not say how the record ended, nor one of an undated end when it was first published.
        """
        UPDATE main.records SET outcome = f.outcome, endedAt = f.endedAt,
            stateRevision = max(records.stateRevision, f.stateRevision)
        FROM temp.pairs p CROSS JOIN former.records f ON f.record = p.former
        WHERE records.record = p.record AND f.outcome IS NOT NULL
            AND ((records.outcome IS NULL AND records.status = 'deleted')
                OR (records.outcome = f.outcome AND records.closedAt IS NULL))
        """,
    ]

    private static let afterScorings = [
        // The registry has the current grade, not the one at the time of the scoring.
        """
        UPDATE main.scorings SET grade = s.grade
        FROM temp.pairs p CROSS JOIN former.scorings s ON s.record = p.former
        WHERE scorings.record = p.record AND scorings.revision = s.revision AND scorings.grade <> s.grade
        """,
        """
        UPDATE main.scorings SET \(ScoringColumn.cleared)
        FROM temp.pairs p CROSS JOIN main.records r ON r.record = p.record
        WHERE scorings.record = p.record AND scorings.revision <= r.clearedThrough AND scorings.evidence IS NOT NULL
        """,
        """
        UPDATE main.records SET \(RecordColumn.cleared)
        FROM temp.pairs p WHERE records.record = p.record AND scoringRevision <= clearedThrough AND phrase IS NOT NULL
        """,
    ]
}
