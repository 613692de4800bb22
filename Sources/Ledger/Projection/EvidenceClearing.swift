import Contract
import GRDB
import LeadModel

// What was read from a contact that was erased goes from the scorings of those that named it.

extension ResultApplier {
    /// Milliseconds in which a lane that had read the contact before may still commit a scoring of it.
    private static let race: Int64 = 60_000

    /// Clears the scorings, up to the erasure, of all that are told to have named it or are known to have; and what comes
    /// later of those is kept without evidence.
    func clear(_ erased: ContactErased, _ db: Database) throws -> Effect {
        let through = Int64(erased.revision)
        var isCleared = false
        for (entity, ids) in [(Entity.lead, erased.leads), (.opportunity, erased.opportunities)] {
            let scope = try scope(erased.organization, entity, db)
            try note(erased: erased.id, through, in: scope, db)
            var records = try Int64.fetchSet(
                db.cachedStatement(sql: "SELECT record FROM named WHERE scope = ? AND contact = ?"),
                arguments: [scope, erased.id.text])
            for id in ids {
                // Nothing need be known of the record yet.
                try db.cachedStatement(
                    sql: """
                        INSERT OR IGNORE INTO records (scope, id, revision, status, isOpen, nameKey, ownerKey, createdAt, rank,
                            scoredAt)
                        VALUES (?, ?, 0, '', 0, '', '', 0, -1, 0)
                        """
                ).execute(arguments: [scope, id.text])
                guard let known = try ExistingRecord(scope, id.text, db), known.status != RemovedStatus.erased else {
                    continue
                }
                records.insert(known.record)
            }
            for record in records where try clear(record, through: through, db) { isCleared = true }
        }
        return isCleared ? .erased : .unchanged
    }

    /// - Returns: whether there was anything.
    private func clear(_ record: Int64, through: Int64, _ db: Database) throws -> Bool {
        try db.cachedStatement(sql: "UPDATE records SET clearedThrough = max(clearedThrough, ?) WHERE record = ?")
            .execute(arguments: [through, record])
        let isCleared = try clear(record, 0...through, db)
        return try clearRacing(record, through, db) || isCleared
    }

    // MARK: Who named whom

    /// Notes that a record names a contact, also for the time when it names it no more.
    ///
    /// - Returns: the revision of that contact's erasure, up to which the record is cleared; 0 if it was not erased.
    func note(_ contact: Exact, of record: Int64, in scope: Int64, _ db: Database) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO named (scope, contact, record) VALUES (?, ?, ?)")
            .execute(arguments: [scope, contact.text, record])
        guard let through = try erasedContacts(db)[Contact(scope: scope, id: contact)] else { return 0 }
        _ = try clear(record, through: through, db)
        return through
    }

    func forgetContacts(of record: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM named WHERE record = ?").execute(arguments: [record])
    }

    private func note(erased contact: Exact, _ revision: Int64, in scope: Int64, _ db: Database) throws {
        let key = Contact(scope: scope, id: contact)
        guard revision > (try erasedContacts(db)[key] ?? 0) else { return }
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO erasedContacts (scope, contact, revision) VALUES (?, ?, ?)")
            .execute(arguments: [scope, contact.text, revision])
        knownErased?[key] = revision
    }

    /// Few, and asked for with each result.
    private func erasedContacts(_ db: Database) throws -> [Contact: Int64] {
        if let knownErased { return knownErased }
        let rows = try Row.fetchAll(db, sql: "SELECT scope, contact, revision FROM erasedContacts")
        let all = Dictionary(
            uniqueKeysWithValues: rows.map { (Contact(scope: $0[0], id: Exact($0[1])), $0[2] as Int64) })
        knownErased = all
        return all
    }

    /// Clears what scorings of these revisions were read from.
    ///
    /// - Returns: whether there was anything.
    @discardableResult
    func clear(_ record: Int64, _ revisions: ClosedRange<Int64>, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                UPDATE scorings SET evidence = NULL, formerVersion = NULL, formerEvidence = NULL
                WHERE record = ? AND revision BETWEEN ? AND ? AND evidence IS NOT NULL
                """
        ).execute(arguments: [record, revisions.lowerBound, revisions.upperBound])
        let hadEvidence = db.changesCount > 0
        try db.cachedStatement(
            sql: """
                UPDATE records SET phrase = NULL, contribution = NULL, lowEvidence = NULL
                WHERE record = ? AND scoringRevision BETWEEN ? AND ? AND phrase IS NOT NULL
                """
        ).execute(arguments: [record, revisions.lowerBound, revisions.upperBound])
        return hadEvidence || db.changesCount > 0
    }

    /// Of a scoring that stands without evidence.
    func clearReason(of revision: Int64, _ record: Int64, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                UPDATE records SET phrase = NULL, contribution = NULL, lowEvidence = NULL
                WHERE record = ?1 AND scoringRevision = ?2 AND phrase IS NOT NULL
                    AND EXISTS (SELECT 1 FROM scorings WHERE record = ?1 AND revision = ?2 AND evidence IS NULL)
                """
        ).execute(arguments: [record, revision])
        return db.changesCount > 0
    }

    /// A scoring that was committed just after the erasure may have read the contact before. If it stands, a result tells
    /// that its evidence is cleared; if another took its place meanwhile, none does.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    func clearRacing(_ record: Int64, _ clearedThrough: Int64, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                UPDATE scorings SET evidence = NULL, formerVersion = NULL, formerEvidence = NULL
                WHERE record = ?1 AND revision > ?2 AND revision <= ?3 AND evidence IS NOT NULL
                    AND revision < (SELECT max(revision) FROM scorings WHERE record = ?1)
                """
        ).execute(arguments: [record, clearedThrough, clearedThrough + Self.race])
        return db.changesCount > 0
    }
}

/// A contact by who may have named it.
struct Contact: Hashable {
    var scope: Int64
    var id: Exact
}
