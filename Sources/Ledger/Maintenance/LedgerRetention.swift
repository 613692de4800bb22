import GRDB
import LeadModel

/// What is older than the ledger keeps it goes: a pass over all records a day, in steps that are short whatever there is to
/// remove.
///
/// Its place is kept in memory alone: who starts anew begins the pass anew, which finds nothing where it was.
struct LedgerRetention {
    /// Records looked at in a step at most, and rows removed.
    static let (recordsPerStep, rowsPerStep) = (500, 2000)
    /// At least 13 months, as in the registry: longer than any replay, so that nothing brings back who was erased.
    static let erasedDays = 400

    struct Counts: Equatable {
        var records = 0
        var scorings = 0
        /// Nothing is left to look at.
        var isPassDone = false
    }

    let days: Int
    /// The last record that is done with.
    private var place: Int64 = 0

    init(days: Int) { self.days = days }

    /// The first revision that is kept: a revision is not less than the milliseconds of its commit.
    static func firstKept(days: Int, now: Moment) -> Int64 { now.adding(days: -days).milliseconds }

    /// One step; after the last of a pass the next one begins anew.
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
                // What of it is left is the next step's.
                if removed == room { break }
                if isOver {
                    try db.cachedStatement(sql: "DELETE FROM records WHERE record = ?").execute(arguments: [record])
                    try db.cachedStatement(sql: "DELETE FROM named WHERE record = ?").execute(arguments: [record])
                    counts.records += 1
                }
                place = record
            }
            counts.isPassDone = rows.isEmpty
            return (counts, place)
        }
        place = counts.isPassDone ? 0 : reached
        return counts
    }

    /// - Parameter standing: the scoring that stands, which is never too old.
    private static func remove(
        from record: Int64, before first: Int64, but standing: Int64, atMost count: Int, _ db: Database
    ) throws -> Int {
        try db.cachedStatement(
            sql: """
                DELETE FROM scorings WHERE record = ?1 AND revision IN (
                    SELECT revision FROM scorings WHERE record = ?1 AND revision < ?2 AND revision <> ?3 LIMIT ?4)
                """
        ).execute(arguments: [record, first, standing, count])
        return db.changesCount
    }
}
