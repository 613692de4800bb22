import GRDB
import LeadModel

/// Removes what is older than the ledger keeps it: a pass over all records a day, in steps of bounded length.
///
/// Its place is only in memory: after a restart the pass begins again, and finds nothing in the part that was done.
struct LedgerRetention {
    /// Records read in a step at most, and rows removed.
    static let (recordsPerStep, rowsPerStep) = (500, 2000)
    /// At least 13 months, as in the registry: longer than any replay, so that no late result brings an erased record back.
    static let erasedDays = 400

    struct Counts: Equatable {
        var records = 0
        var scorings = 0
        /// The pass is complete.
        var isPassDone = false
    }

    let days: Int
    /// The last record that is done.
    private var place: Int64 = 0

    init(days: Int) { self.days = days }

    /// The first revision that is kept: a revision is at least the time of its commit in milliseconds.
    static func firstKept(days: Int, now: Moment) -> Int64 { now.adding(days: -days).milliseconds }

    /// Does one step; after the last step of a pass the next one begins a new pass.
    mutating func step(_ ledger: LedgerWriter, now: Moment) throws -> Counts {
        let (first, firstErased) = (
            Self.firstKept(days: days, now: now), Self.firstKept(days: max(days, Self.erasedDays), now: now)
        )
        let from = place
        let (counts, reached) = try ledger.write { db in
            var (counts, place) = (Counts(), from)
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT record, status, isOpen, max(revision, clearedThrough), ifnull(scoringRevision, 0) FROM records
                        WHERE record > ? ORDER BY record LIMIT ?
                        """), arguments: [from, Self.recordsPerStep])
            for row in rows {
                let (record, status, isOpen): (Int64, String, Bool) = (row[0], row[1], row[2])
                let isOver = !isOpen && row[3] < (status == RemovedStatus.erased ? firstErased : first)
                let room = Self.rowsPerStep - counts.records - counts.scorings
                let removed = try Self.remove(
                    from: record, before: isOver ? Int64.max : first, but: isOver ? -1 : row[4], atMost: room, db)
                counts.scorings += removed
                // The next step removes the rest.
                if removed == room { break }
                if isOver {
                    try db.cachedStatement(sql: "DELETE FROM records WHERE record = ?").execute(arguments: [record])
                    try db.cachedStatement(sql: "DELETE FROM referrers WHERE record = ?").execute(arguments: [record])
                    counts.records += 1
                }
                place = record
            }
            let room = Self.rowsPerStep - counts.records - counts.scorings
            let removed = try ErasedContacts.removeExpired(at: now, atMost: room, db)
            counts.isPassDone = rows.isEmpty && removed < room
            return (counts, place)
        }
        place = counts.isPassDone ? 0 : reached
        return counts
    }

    /// - Parameter current: the revision of the current scoring, which is kept however old it is.
    private static func remove(
        from record: Int64, before first: Int64, but current: Int64, atMost count: Int, _ db: Database
    ) throws -> Int {
        try db.cachedStatement(
            sql: """
                DELETE FROM scorings WHERE record = ?1 AND revision IN (
                    SELECT revision FROM scorings WHERE record = ?1 AND revision < ?2 AND revision <> ?3 LIMIT ?4)
                """
        ).execute(arguments: [record, first, current, count])
        return db.changesCount
    }
}
