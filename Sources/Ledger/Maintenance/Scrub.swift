import GRDB

extension LedgerWriter {
    /// Rewrites the file without the free space between its rows. SQLite overwrites what it deletes with zeros
    /// (`secure_delete`), but a row that it moved to another page can leave its bytes in free space (seen with 3.40).
    ///
    /// It takes seconds a gigabyte, in which nothing else is written. Needs free space for the file once more, on its disk
    /// and where SQLite has its temporary files (`SQLITE_TMPDIR`, else `TMPDIR`, else /var/tmp).
    func compact() throws {
        try writeWithoutTransaction { db in
            // In memory it would take as much as the file. Erased values are not copied there.
            try db.execute(sql: "PRAGMA temp_store = FILE")
            defer { try? db.execute(sql: "PRAGMA temp_store = MEMORY") }
            try db.execute(sql: "VACUUM")
        }
    }

    /// Moves the write-ahead log into the file and truncates it, so that no erased value is left in it.
    ///
    /// - Returns: whether the log is empty. It can't be emptied while a reader still sees an older state: try again later.
    func emptyLog() throws -> Bool {
        try writeWithoutTransaction { db in
            // The writer has other work than to wait for readers.
            try db.execute(sql: "PRAGMA busy_timeout = 100")
            defer { try? db.execute(sql: "PRAGMA busy_timeout = 30000") }
            do {
                _ = try db.checkpoint(.truncate)
                return true
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                return false
            }
        }
    }
}
