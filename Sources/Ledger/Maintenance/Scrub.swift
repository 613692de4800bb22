import GRDB

extension Ledger {
    /// Writes the file anew, without what lies between its rows. SQLite zeroes what it deletes (`secure_delete`), but where it
    /// moves rows between pages their former bytes can stay in what is then free: seen with 3.40.
    ///
    /// It takes seconds a gigabyte, in which nothing else is written, and room on the disk for the file once more.
    func compact() throws {
        try database.writeWithoutTransaction { db in
            // In memory it would take as much as the file. What is erased does not come there.
            try db.execute(sql: "PRAGMA temp_store = FILE")
            defer { try? db.execute(sql: "PRAGMA temp_store = MEMORY") }
            try db.execute(sql: "VACUUM")
        }
    }

    /// Empties the write-ahead log into the file, so that nothing of what was erased is left in it.
    ///
    /// - Returns: whether it is empty. Not while somebody else reads what stood there before: try again.
    func emptyLog() throws -> Bool {
        try database.writeWithoutTransaction { db in
            // Who writes has better to do than to wait for who reads.
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
