import GRDB
import LeadModel

/// Records that were deleted so long ago that the registry has forgotten them, while the former ledger still has them: only
/// it knows how they ended. For a connection that has the former ledger attached as `former`.
struct ForgottenRecords {
    static let table = "CREATE TEMP TABLE IF NOT EXISTS forgotten (former INTEGER PRIMARY KEY)"

    private let former: [Int64]

    /// Finds those of a step, by their numbers in the former ledger.
    ///
    /// - Throws: `RedisError`; `LedgerFileError`.
    init(after number: Int64, through last: Int64, of ledger: LedgerWriter, _ scan: RegistryScan) throws {
        let rows = try ledger.writeWithoutTransaction { db in
            try Row.fetchAll(db.cachedStatement(sql: Self.missing), arguments: [number, last])
        }
        let records = rows.compactMap { row in
            Entity(rawValue: row[2]).map { entity in
                (row[0] as Int64, RegistryScan.Shown(row[1], entity, id: row[3], revision: row[4]))
            }
        }
        let forgotten = Set(try scan.forgotten(of: records.map(\.1)))
        former = records.filter { forgotten.contains($0.1) }.map(\.0)
    }

    /// Inserts them, except those of which the new ledger has a result meanwhile.
    func insert(_ db: Database) throws {
        guard !former.isEmpty else { return }
        try db.execute(sql: "DELETE FROM temp.forgotten")
        let insertion = try db.cachedStatement(sql: "INSERT INTO temp.forgotten VALUES (?)")
        for record in former { try insertion.execute(arguments: [record]) }
        for statement in Self.statements { try db.cachedStatement(sql: statement).execute() }
    }

    private static let missing = """
        SELECT f.record, fs.organization, fs.entity, f.id, f.revision FROM former.records f
        CROSS JOIN former.scopes fs ON fs.scope = f.scope
        LEFT JOIN main.scopes s ON s.organization = fs.organization AND s.entity = fs.entity
        LEFT JOIN main.records r ON r.scope = s.scope AND r.id = f.id
        WHERE f.record > ? AND f.record <= ? AND f.revision > 0 AND f.isOpen = 0 AND f.status NOT IN ('open', 'erased')
            AND ifnull(r.revision, 0) = 0
        """

    /// The new ledger gives records their numbers.
    private static let carried = RecordColumn.allCases.filter { $0 != .record }
    /// What replaces the columns of a stub, which says no more than that a contact of the record was erased.
    private static let replaced = carried.filter { ![.scope, .id].contains($0) }

    /// A column's value for the new ledger, which has its own numbers of scopes, versions and phrases.
    private static func carriedValue(_ column: RecordColumn) -> String {
        switch column {
        case .scope: "s.scope"
        case .version: "v.version"
        case .phrase: "p.phrase"
        default: "f.\(column.rawValue)"
        }
    }

    private static func replacingValue(_ column: RecordColumn) -> String {
        let value = "excluded.\(column.rawValue)"
        return column == .clearedThrough ? "max(records.clearedThrough, \(value))" : value
    }

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
        """
        INSERT INTO main.records (\(RecordColumn.list(carried)))
        SELECT \(carried.map(carriedValue).joined(separator: ", "))
        FROM temp.forgotten t CROSS JOIN former.records f ON f.record = t.former
        CROSS JOIN former.scopes fs ON fs.scope = f.scope
        CROSS JOIN main.scopes s ON s.organization = fs.organization AND s.entity = fs.entity
        LEFT JOIN former.versions fv ON fv.version = f.version
        LEFT JOIN main.versions v ON v.model = fv.model AND v.number = fv.number
        LEFT JOIN former.phrases fp ON fp.phrase = f.phrase
        LEFT JOIN main.phrases p ON p.text = fp.text
        WHERE true
        ON CONFLICT (scope, id) DO UPDATE SET \(RecordColumn.assignments(replaced, to: replacingValue))
        WHERE records.revision = 0
        """,
    ]
}
