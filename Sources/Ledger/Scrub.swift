import GRDB

extension Ledger {
    /// Empties the write-ahead log into the file, so that nothing of what was erased is left in it. What was freed in the
    /// file itself is zeroed at once.
    ///
    /// - Throws: `DatabaseError`, `SQLITE_BUSY` where somebody reads for longer than the ledger waits.
    func scrub() throws {
        _ = try database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }
}
