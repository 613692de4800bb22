import Contract
import GRDB
import LeadModel

// What was read from a contact that was erased goes from the scorings of those that named it.

extension Projection {
    /// Milliseconds in which a lane that had read the contact before may still commit a scoring of it.
    private static let race: Int64 = 60_000

    /// Clears the scorings up to the erasure; and what comes later of those is kept without evidence.
    func clear(_ erased: ContactErased, _ db: Database) throws -> Taken {
        let through = Int64(erased.revision)
        for (entity, ids) in [(Entity.lead, erased.leads), (.opportunity, erased.opportunities)] {
            let scope = try scope(erased.organization, entity, db)
            for id in ids {
                // Nothing need be known of the record yet.
                try db.cachedStatement(
                    sql: """
                        INSERT INTO records (scope, id, revision, status, isOpen, nameKey, ownerKey, createdAt, rank, scoredAt,
                            clearedThrough)
                        VALUES (?, ?, 0, '', 0, '', '', 0, -1, 0, ?)
                        ON CONFLICT (scope, id) DO UPDATE SET clearedThrough = max(clearedThrough, excluded.clearedThrough)
                        WHERE status <> 'erased'
                        """
                ).execute(arguments: [scope, id.text, through])
                guard let known = try Known(scope, id.text, db) else { continue }
                try clear(known.record, 0...through, db)
                try clearRacing(known.record, known.clearedThrough, db)
            }
        }
        return .erased
    }

    /// Clears what scorings of these revisions were read from.
    func clear(_ record: Int64, _ revisions: ClosedRange<Int64>, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                UPDATE scorings SET evidence = NULL, formerVersion = NULL, formerEvidence = NULL
                WHERE record = ? AND revision BETWEEN ? AND ? AND evidence IS NOT NULL
                """
        ).execute(arguments: [record, revisions.lowerBound, revisions.upperBound])
        try db.cachedStatement(
            sql: """
                UPDATE records SET phrase = NULL, contribution = NULL, lowEvidence = NULL
                WHERE record = ? AND scoringRevision BETWEEN ? AND ?
                """
        ).execute(arguments: [record, revisions.lowerBound, revisions.upperBound])
    }

    /// A scoring that was committed just after the erasure may have read the contact before. If it stands, a result tells
    /// that its evidence is cleared; if another took its place meanwhile, none does.
    func clearRacing(_ record: Int64, _ clearedThrough: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                UPDATE scorings SET evidence = NULL, formerVersion = NULL, formerEvidence = NULL
                WHERE record = ?1 AND revision > ?2 AND revision <= ?3 AND evidence IS NOT NULL
                    AND revision < (SELECT max(revision) FROM scorings WHERE record = ?1)
                """
        ).execute(arguments: [record, clearedThrough, clearedThrough + Self.race])
    }
}
