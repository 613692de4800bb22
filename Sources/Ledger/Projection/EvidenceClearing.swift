import Contract
import GRDB
import LeadModel

// When a contact is erased, what was read from it leaves the scorings of the records that refer or referred to it.

extension ResultApplier {
    /// For so many milliseconds after the erasure a lane that had read the contact before may still commit a scoring of it.
    private static let race: Int64 = 60_000

    /// A record of which only an erased contact is known.
    private static let stub: [RecordColumn] = [
        .scope, .id, .revision, .status, .isOpen, .nameKey, .ownerKey, .createdAt, .rank, .scoredAt,
    ]
    private static let stubInsertion = RecordColumn.insert(stub, verb: "INSERT OR IGNORE")

    /// Clears the scorings, up to the erasure, of all records that the message or the ledger knows as referrers; of results
    /// that arrive later, evidence up to the erasure is not stored.
    func clear(_ erased: ContactErased, from source: ResultSource, now: Moment, _ db: Database) throws -> Effect {
        let through = Int64(erased.revision)
        let expiry = ErasedContacts.expiry(of: erased.revision, from: source, now: now)
        var isCleared = false
        for (entity, ids) in [(Entity.lead, erased.leads), (.opportunity, erased.opportunities)] {
            let scope = try scope(erased.organization, entity, db)
            if keepsExpiredErasures || expiry > now.milliseconds {
                try ErasedContacts.add(erased.id, through, expiry: expiry, in: scope, db)
            }
            var records = try Int64.fetchSet(
                db.cachedStatement(sql: "SELECT record FROM referrers WHERE scope = ? AND contact = ?"),
                arguments: [scope, erased.id.text])
            for id in ids {
                // The ledger may have no result of the record yet.
                try db.cachedStatement(sql: Self.stubInsertion).execute(arguments: [
                    scope, id.text, 0, "", false, "", "", 0, RecordRow.unranked, 0,
                ])
                guard let existing = try ExistingRecord(scope, id.text, db), existing.status != RemovedStatus.erased
                else { continue }
                records.insert(existing.record)
            }
            for record in records where try clear(record, through: through, db) { isCleared = true }
        }
        return isCleared ? .erased : .unchanged
    }

    /// - Returns: whether values left the ledger.
    private func clear(_ record: Int64, through: Int64, _ db: Database) throws -> Bool {
        try db.cachedStatement(sql: "UPDATE records SET clearedThrough = max(clearedThrough, ?) WHERE record = ?")
            .execute(arguments: [through, record])
        let isCleared = try clear(record, 0...through, db)
        return try clearRacing(record, through, db) || isCleared
    }

    /// Stores that a record refers to a contact, also for the time when it no longer does.
    ///
    /// - Returns: the revision of that contact's erasure, up to which the record is cleared; 0 if it was not erased.
    func addReferrer(_ record: Int64, of contact: Exact, in scope: Int64, _ db: Database) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO referrers (scope, contact, record) VALUES (?, ?, ?)")
            .execute(arguments: [scope, contact.text, record])
        guard let through = try ErasedContacts.revision(of: contact, in: scope, db) else { return 0 }
        _ = try clear(record, through: through, db)
        return through
    }

    /// Clears the evidence of scorings of these revisions.
    ///
    /// - Returns: whether values left the ledger.
    @discardableResult
    func clear(_ record: Int64, _ revisions: ClosedRange<Int64>, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                UPDATE scorings SET \(ScoringColumn.cleared)
                WHERE record = ? AND revision BETWEEN ? AND ? AND evidence IS NOT NULL
                """
        ).execute(arguments: [record, revisions.lowerBound, revisions.upperBound])
        let hadEvidence = db.changesCount > 0
        try db.cachedStatement(
            sql: """
                UPDATE records SET \(RecordColumn.cleared)
                WHERE record = ? AND scoringRevision BETWEEN ? AND ? AND phrase IS NOT NULL
                """
        ).execute(arguments: [record, revisions.lowerBound, revisions.upperBound])
        return hadEvidence || db.changesCount > 0
    }

    /// Clears the top reason of a record whose current scoring has no evidence.
    ///
    /// - Returns: whether there was one.
    func clearReason(of revision: Int64, _ record: Int64, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                UPDATE records SET \(RecordColumn.cleared)
                WHERE record = ?1 AND scoringRevision = ?2 AND phrase IS NOT NULL
                    AND EXISTS (SELECT 1 FROM scorings WHERE record = ?1 AND revision = ?2 AND evidence IS NULL)
                """
        ).execute(arguments: [record, revision])
        return db.changesCount > 0
    }

    /// A scoring that was committed just after the erasure may have read the contact before. As long as it is the current
    /// one, a later result says whether its evidence was cleared; once another replaced it, no result does.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    func clearRacing(_ record: Int64, _ clearedThrough: Int64, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                UPDATE scorings SET \(ScoringColumn.cleared)
                WHERE record = ?1 AND revision > ?2 AND revision <= ?3 AND evidence IS NOT NULL
                    AND revision < (SELECT max(revision) FROM scorings WHERE record = ?1)
                """
        ).execute(arguments: [record, clearedThrough, clearedThrough + Self.race])
        return db.changesCount > 0
    }
}
