import GRDB

extension LedgerFile {
    /// What SQLite finds wrong with a ledger's file: at most five lines, none if it is intact.
    ///
    /// - Parameter whole: whether to compare indexes with their tables, too.
    /// - Throws: `LedgerError`; `LedgerFileError` if the file can't be read at all.
    public static func faults(of path: String, whole: Bool) throws -> [String] {
        let ledger = try LedgerReader(path)
        defer { ledger.close() }
        let lines = try ledger.read {
            try String.fetchAll($0, sql: whole ? "PRAGMA integrity_check(5)" : "PRAGMA quick_check(5)")
        }
        return lines == ["ok"] ? [] : lines
    }
}
