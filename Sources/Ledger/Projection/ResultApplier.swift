import Contract
import GRDB
import LeadModel

/// Applies results to the ledger's tables, each by its revision: any order, and any number of repeats, give the same tables.
///
/// It caches numbers that it inserted, so use it on one thread, and discard it after a transaction that failed.
final class ResultApplier {
    /// What one result changed.
    enum Effect: Equatable {
        case applied(isNewScoring: Bool)
        /// It is a repeat, or older than the record's erasure.
        case unchanged
        /// Values left the ledger: `mergeWords` is due, and a scrub once the transaction is committed.
        case erased
    }

    /// What the results of a transaction changed.
    struct Sum: Equatable {
        var newScorings = 0
        var erasures = 0
    }

    /// Whether erasures that have expired are stored too, as a rebuild needs.
    let keepsExpiredErasures: Bool
    private let numbers = RowNumbers()
    /// Since the last transaction.
    private var (hasErasedWords, hasCleared) = (false, false)

    init(keepsExpiredErasures: Bool = false) { self.keepsExpiredErasures = keepsExpiredErasures }

    /// Applies the results of a transaction.
    ///
    /// - Parameter now: decides which erasures have expired (`ErasedContacts`).
    func apply(
        _ results: [ReadResult], from source: ResultSource = .stream, now: Moment = .present, _ db: Database
    ) throws -> Sum {
        var sum = Sum()
        for result in results {
            switch try apply(result, from: source, now: now, db) {
            case .applied(let isNewScoring): if isNewScoring { sum.newScorings += 1 }
            case .unchanged: break
            case .erased: sum.erasures += 1
            }
        }
        // A result with a new scoring may have cleared others.
        if hasCleared { sum.erasures = max(1, sum.erasures) }
        hasCleared = false
        try mergeWords(db)
        return sum
    }

    /// A segment of the index keeps the words of deleted rows until it is merged.
    func mergeWords(_ db: Database) throws {
        guard hasErasedWords else { return }
        try db.execute(sql: "INSERT INTO words (words) VALUES ('optimize')")
        hasErasedWords = false
    }

    func apply(
        _ result: ReadResult, from source: ResultSource = .stream, now: Moment = .present, _ db: Database
    ) throws -> Effect {
        switch result {
        case .ofRecord(let result): try apply(result, db)
        case .contactErased(let erased): try clear(erased, from: source, now: now, db)
        }
    }

    func apply(_ result: RecordResult, _ db: Database) throws -> Effect {
        let scope = try scope(result.organization, result.entity, db)
        let existing = try ExistingRecord(scope, result.id.text, db)
        if existing?.status == RemovedStatus.erased { return .unchanged }
        if result.what == .notice(.erased) {
            try erase(result, scope, existing, db)
            return existing == nil ? .applied(isNewScoring: false) : .erased
        }
        let isNewer = result.revision > existing?.revision ?? 0
        let record = try store(result, scope, existing, db)
        var clearedThrough = existing?.clearedThrough ?? 0
        if let contact = result.state?.contact {
            clearedThrough = max(clearedThrough, try addReferrer(record, of: contact, in: scope, db))
        }
        guard let scoring = result.scoring else { return isNewer ? .applied(isNewScoring: false) : .unchanged }
        let isNew = try insert(scoring, of: record, clearedThrough: clearedThrough, db)
        var isCleared = false
        if !isNew { isCleared = try update(scoring, from: result, of: record, db) }
        if clearedThrough > 0, try clearRacing(record, clearedThrough, db) { isCleared = true }
        if isCleared { hasCleared = true }
        if isCleared, !isNew { return .erased }
        return isNew || isNewer ? .applied(isNewScoring: isNew) : .unchanged
    }

    // MARK: The latest result

    /// - Returns: the record's number.
    private func store(
        _ result: RecordResult, _ scope: Int64, _ existing: ExistingRecord?, _ db: Database
    ) throws -> Int64 {
        guard let existing else { return try insert(result, scope, db) }
        if result.revision > existing.revision {
            try update(result, existing, db)
        } else if existing.status == RemovedStatus.deleted {
            try learnEnd(result, existing, db)
        }
        return existing.record
    }

    private func row(_ result: RecordResult, _ db: Database) throws -> RecordRow {
        RecordRow(
            result, phrase: try numbers.phrase(result.reason?.phrase, db),
            version: try numbers.version(result.scoring?.model, db))
    }

    private static let insertion = RecordColumn.insert([.scope, .id] + RecordColumn.ofResult)
    private static let replacement =
        "UPDATE records SET \(RecordColumn.assignments(RecordColumn.ofResult)) WHERE record = ?"

    private func insert(_ result: RecordResult, _ scope: Int64, _ db: Database) throws -> Int64 {
        let row = try row(result, db)
        try db.cachedStatement(sql: Self.insertion).execute(arguments: [scope, result.id.text] + row.arguments)
        let record = db.lastInsertedRowID
        if row.isOpen { try addWords(record, result.id.text, row.name, row.owner, db) }
        return record
    }

    private func update(_ result: RecordResult, _ existing: ExistingRecord, _ db: Database) throws {
        var row = try row(result, db)
        if result.state == nil {
            (row.outcome, row.endedAt, row.stateRevision) = (existing.outcome, existing.endedAt, existing.stateRevision)
        }
        if let scoring = result.scoring, scoring.revision <= existing.clearedThrough { row.clear() }
        try db.cachedStatement(sql: Self.replacement).execute(arguments: row.arguments + [existing.record])
        guard
            existing.isOpen != row.isOpen || !Self.areSame(existing.name, row.name)
                || !Self.areSame(existing.owner, row.owner)
        else { return }
        if existing.isOpen { try removeWords(existing, result.id.text, db) }
        if row.isOpen { try addWords(existing.record, result.id.text, row.name, row.owner, db) }
    }

    /// How a deleted record had ended, from a result that arrives after its deletion.
    private func learnEnd(_ result: RecordResult, _ existing: ExistingRecord, _ db: Database) throws {
        guard result.state != nil, Int64(result.revision) > existing.stateRevision else { return }
        let row = RecordRow(result, phrase: nil, version: nil)
        try db.cachedStatement(sql: "UPDATE records SET outcome = ?, endedAt = ?, stateRevision = ? WHERE record = ?")
            .execute(arguments: [row.outcome, row.endedAt, row.stateRevision, existing.record])
    }

    /// Leaves only the id, so that a late result does not bring the record back.
    private func erase(_ result: RecordResult, _ scope: Int64, _ existing: ExistingRecord?, _ db: Database) throws {
        if let existing {
            if existing.isOpen { try removeWords(existing, result.id.text, db) }
            hasErasedWords = true
            for table in ["scorings", "records", "referrers"] {
                try db.cachedStatement(sql: "DELETE FROM \(table) WHERE record = ?").execute(
                    arguments: [existing.record])
            }
        }
        _ = try insert(result, scope, db)
    }

    /// Marks a record deleted that the registry has forgotten: the ledger missed its deletion or erasure.
    func markDeleted(_ id: String, of organization: String, _ entity: Entity, _ db: Database) throws {
        guard let existing = try ExistingRecord(scope(organization, entity, db), id, db), existing.isOpen else {
            return
        }
        try removeWords(existing, id, db)
        hasErasedWords = true
        try db.cachedStatement(
            sql: """
                UPDATE records SET status = ?, isOpen = 0, name = NULL, owner = NULL, process = NULL, stage = NULL,
                    nameKey = '', ownerKey = ''
                WHERE record = ?
                """
        ).execute(arguments: [RemovedStatus.deleted, existing.record])
    }

    // MARK: Words

    /// Compares bytes: Swift's `==` treats texts as equal that the index distinguishes.
    private static func areSame(_ a: String?, _ b: String?) -> Bool {
        guard let a, let b else { return a == nil && b == nil }
        return a.utf8.elementsEqual(b.utf8)
    }

    private func addWords(_ record: Int64, _ id: String, _ name: String?, _ owner: String?, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO words (rowid, name, owner, id) VALUES (?, ?, ?, ?)")
            .execute(arguments: [record, name, owner, id])
    }

    /// An index without content deletes by the former texts.
    private func removeWords(_ existing: ExistingRecord, _ id: String, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO words (words, rowid, name, owner, id) VALUES ('delete', ?, ?, ?, ?)"
        ).execute(arguments: [existing.record, existing.name, existing.owner, id])
    }

    // MARK: Scorings

    /// - Returns: whether it is new.
    private func insert(
        _ scoring: Scoring, of record: Int64, clearedThrough: Int64, _ db: Database
    ) throws -> Bool {
        let isCleared = scoring.evidence.bins.isEmpty || Int64(scoring.revision) <= clearedThrough
        let row = ScoringRow(
            record: record, scoring: scoring, version: try numbers.version(scoring.model, db),
            formerVersion: isCleared ? nil : try numbers.version(scoring.former?.model, db), isCleared: isCleared)
        try db.cachedStatement(sql: ScoringRow.insert).execute(arguments: row.arguments)
        return db.changesCount > 0
    }

    /// Updates a stored scoring from a further result.
    ///
    /// - Returns: whether values left the ledger.
    private func update(
        _ scoring: Scoring, from result: RecordResult, of record: Int64, _ db: Database
    ) throws -> Bool {
        let revision = Int64(scoring.revision)
        if result.what == .scored {
            // A notice that arrived first has the grade of its own time.
            try db.cachedStatement(
                sql: "UPDATE scorings SET grade = ?3 WHERE record = ?1 AND revision = ?2 AND grade <> ?3"
            ).execute(arguments: [record, revision, scoring.grade.rawValue])
        }
        if scoring.evidence.bins.isEmpty { return try clear(record, revision...revision, db) }
        // The result may be older than the one that cleared the evidence.
        return try clearReason(of: revision, record, db)
    }

    func scope(_ organization: String, _ entity: Entity, _ db: Database) throws -> Int64 {
        try numbers.scope(organization, entity, db)
    }
}
