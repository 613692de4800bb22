import GRDB

extension Ledger {
    /// What SQLite finds wrong with a ledger's file; nothing where all is well.
    ///
    /// - Parameter whole: whether indexes are compared with their tables, too.
    /// - Throws: `LedgerError`; `DatabaseError` where it can't be read at all.
    public static func faults(of path: String, whole: Bool) throws -> [String] {
        let ledger = try Ledger(reading: path)
        defer { try? ledger.close() }
        let lines = try ledger.database.read {
            try String.fetchAll($0, sql: whole ? "PRAGMA integrity_check(5)" : "PRAGMA quick_check(5)")
        }
        return lines == ["ok"] ? [] : lines
    }
}
