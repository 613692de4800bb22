import Contract
import Foundation
import GRDB
import LeadModel

/// Takes results into the ledger, each by its revision, so that any order and any number of times end the same.
///
/// It remembers the numbers that it gave out, so it belongs to one thread, and ends with a transaction that failed.
final class ResultApplier {
    /// What came of one.
    enum Effect: Equatable {
        /// With a scoring that was not there before, or without one.
        case applied(isNewScoring: Bool)
        /// It says nothing new, or is older than the record's erasure.
        case unchanged
        /// Values left the ledger: `mergeWords` is due, and `ProjectorRun.scrub` once the transaction stands.
        case erased
    }

    private var scopes: [String: Int64] = [:]
    private var versions: [ModelVersion: Int64] = [:]
    private var phrases: [String: Int64] = [:]
    /// Erased contacts, once they were asked for.
    var knownErased: [Contact: Int64]?
    /// Since the last transaction.
    private var (hasErasedWords, hasCleared) = (false, false)

    /// What came of a transaction's results.
    struct Sum: Equatable {
        var newScorings = 0
        var erasures = 0
    }

    /// Takes all results of a transaction.
    func apply(_ results: [ReadResult], _ db: Database) throws -> Sum {
        var sum = Sum()
        for result in results {
            switch try apply(result, db) {
            case .applied(let isNewScoring): if isNewScoring { sum.newScorings += 1 }
            case .unchanged: break
            case .erased: sum.erasures += 1
            }
        }
        // Beside a new scoring values can have left, too.
        if hasCleared { sum.erasures = max(1, sum.erasures) }
        hasCleared = false
        try mergeWords(db)
        return sum
    }

    /// Segments of the index hold the words of what was deleted from them, until they are merged.
    func mergeWords(_ db: Database) throws {
        guard hasErasedWords else { return }
        try db.execute(sql: "INSERT INTO words (words) VALUES ('optimize')")
        hasErasedWords = false
    }

    func apply(_ result: ReadResult, _ db: Database) throws -> Effect {
        switch result {
        case .ofRecord(let result): try apply(result, db)
        case .contactErased(let erased): try clear(erased, db)
        }
    }

    func apply(_ result: RecordResult, _ db: Database) throws -> Effect {
        let scope = try scope(result.organization, result.entity, db)
        let known = try ExistingRecord(scope, result.id.text, db)
        if known?.status == RemovedStatus.erased { return .unchanged }
        if result.what == .notice(.erased) {
            try erase(result, scope, known, db)
            return known == nil ? .applied(isNewScoring: false) : .erased
        }
        let record: Int64
        let isNews = result.revision > known?.revision ?? 0
        if let known {
            record = known.record
            if isNews {
                try update(result, known, db)
            } else if known.status == RemovedStatus.deleted {
                try learnEnd(result, known, db)
            }
        } else {
            record = try insert(result, scope, db)
        }
        var clearedThrough = known?.clearedThrough ?? 0
        if let contact = result.state?.contact {
            clearedThrough = max(clearedThrough, try note(contact, of: record, in: scope, db))
        }
        guard let scoring = result.scoring else { return isNews ? .applied(isNewScoring: false) : .unchanged }
        let isNew = try insert(scoring, of: record, clearedThrough: clearedThrough, db)
        var isCleared = false
        if !isNew { isCleared = try add(result, to: scoring, of: record, db) }
        if clearedThrough > 0, try clearRacing(record, clearedThrough, db) { isCleared = true }
        if isCleared { hasCleared = true }
        if isCleared, !isNew { return .erased }
        return isNew || isNews ? .applied(isNewScoring: isNew) : .unchanged
    }

    // MARK: The latest result

    private func insert(_ result: RecordResult, _ scope: Int64, _ db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO records (scope, id, revision, status, isOpen, name, owner, process, stage, nameKey, ownerKey,
                    createdAt, closedAt, outcome, endedAt, toldRevision, scoringRevision, rank, scoredAt, grade, trend,
                    previousScore, version, phrase, contribution, lowEvidence)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        let row = try RecordRow(result, phrase: phrase(result, db), version: version(result.scoring?.model, db))
        try statement.execute(arguments: [scope, result.id.text] + row.arguments)
        let record = db.lastInsertedRowID
        if row.isOpen { try addWords(record, result.id.text, row.name, row.owner, db) }
        return record
    }

    private func update(_ result: RecordResult, _ known: ExistingRecord, _ db: Database) throws {
        var row = try RecordRow(result, phrase: phrase(result, db), version: version(result.scoring?.model, db))
        if result.state == nil {
            (row.outcome, row.endedAt, row.toldRevision) = (known.outcome, known.endedAt, known.toldRevision)
        }
        if let scoring = result.scoring, scoring.revision <= known.clearedThrough { row.clear() }
        try db.cachedStatement(
            sql: """
                UPDATE records SET revision = ?, status = ?, isOpen = ?, name = ?, owner = ?, process = ?, stage = ?,
                    nameKey = ?, ownerKey = ?, createdAt = ?, closedAt = ?, outcome = ?, endedAt = ?, toldRevision = ?,
                    scoringRevision = ?, rank = ?, scoredAt = ?, grade = ?, trend = ?, previousScore = ?, version = ?, phrase = ?,
                    contribution = ?, lowEvidence = ?
                WHERE record = ?
                """
        ).execute(arguments: row.arguments + [known.record])
        guard known.isOpen != row.isOpen || !Self.areSame(known.name, row.name) || !Self.areSame(known.owner, row.owner)
        else { return }
        if known.isOpen { try removeWords(known, result.id.text, db) }
        if row.isOpen { try addWords(known.record, result.id.text, row.name, row.owner, db) }
    }

    /// How a deleted record had ended, from a result that comes after word of the deletion.
    private func learnEnd(_ result: RecordResult, _ known: ExistingRecord, _ db: Database) throws {
        guard result.state != nil, Int64(result.revision) > known.toldRevision else { return }
        let row = RecordRow(result, phrase: nil, version: nil)
        try db.cachedStatement(sql: "UPDATE records SET outcome = ?, endedAt = ?, toldRevision = ? WHERE record = ?")
            .execute(arguments: [row.outcome, row.endedAt, row.toldRevision, known.record])
    }

    /// Nothing is left but the id, so that no late result brings it back.
    private func erase(_ result: RecordResult, _ scope: Int64, _ known: ExistingRecord?, _ db: Database) throws {
        if let known {
            if known.isOpen { try removeWords(known, result.id.text, db) }
            hasErasedWords = true
            try db.cachedStatement(sql: "DELETE FROM scorings WHERE record = ?").execute(arguments: [known.record])
            try db.cachedStatement(sql: "DELETE FROM records WHERE record = ?").execute(arguments: [known.record])
            try forgetContacts(of: known.record, db)
        }
        _ = try insert(result, scope, db)
    }

    /// What the registry has forgotten: it was deleted or erased, and word of that was missed.
    func leave(_ id: String, of organization: String, _ entity: Entity, _ db: Database) throws {
        guard let known = try ExistingRecord(scope(organization, entity, db), id, db), known.isOpen else { return }
        try removeWords(known, id, db)
        hasErasedWords = true
        try db.cachedStatement(
            sql: """
                UPDATE records SET status = ?, isOpen = 0, name = NULL, owner = NULL, process = NULL, stage = NULL,
                    nameKey = '', ownerKey = ''
                WHERE record = ?
                """
        ).execute(arguments: [RemovedStatus.deleted, known.record])
    }

    // MARK: Words

    /// By their bytes: Swift holds texts equal that the index does not.
    private static func areSame(_ a: String?, _ b: String?) -> Bool {
        guard let a, let b else { return a == nil && b == nil }
        return a.utf8.elementsEqual(b.utf8)
    }

    private func addWords(_ record: Int64, _ id: String, _ name: String?, _ owner: String?, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO words (rowid, name, owner, id) VALUES (?, ?, ?, ?)")
            .execute(arguments: [record, name, owner, id])
    }

    /// An index without content must be told what it holds.
    private func removeWords(_ known: ExistingRecord, _ id: String, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO words (words, rowid, name, owner, id) VALUES ('delete', ?, ?, ?, ?)"
        ).execute(arguments: [known.record, known.name, known.owner, id])
    }

    // MARK: Scorings

    /// - Returns: whether it was not there.
    private func insert(
        _ scoring: Scoring, of record: Int64, clearedThrough: Int64, _ db: Database
    ) throws -> Bool {
        let revision = Int64(scoring.revision)
        let isCleared = scoring.evidence.bins.isEmpty || revision <= clearedThrough
        let evidence = isCleared ? nil : PackedEvidence.pack(scoring.evidence)
        let former = isCleared ? nil : scoring.former
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO scorings (record, revision, at, version, isSweep, probability, grade, evidence,
                    formerVersion, formerEvidence)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            record, revision, scoring.at.microseconds, try version(scoring.model, db), scoring.trigger == .sweep,
            scoring.probability, scoring.grade.rawValue, evidence, try version(former?.model, db),
            former.map { PackedEvidence.pack($0.evidence) },
        ])
        return db.changesCount > 0
    }

    /// What a result tells anew of a scoring that is there.
    ///
    /// - Returns: whether values left the ledger.
    private func add(
        _ result: RecordResult, to scoring: Scoring, of record: Int64, _ db: Database
    ) throws -> Bool {
        let revision = Int64(scoring.revision)
        if result.what == .scored {
            // A notice that came before it told the grade that stood then.
            try db.cachedStatement(
                sql: "UPDATE scorings SET grade = ?3 WHERE record = ?1 AND revision = ?2 AND grade <> ?3"
            ).execute(arguments: [record, revision, scoring.grade.rawValue])
        }
        if scoring.evidence.bins.isEmpty { return try clear(record, revision...revision, db) }
        // It may be older than the word that the evidence is cleared.
        return try clearReason(of: revision, record, db)
    }

    // MARK: Numbers

    func scope(_ organization: String, _ entity: Entity, _ db: Database) throws -> Int64 {
        let key = "\(organization)/\(entity.rawValue)"
        if let known = scopes[key] { return known }
        try db.execute(
            sql: "INSERT OR IGNORE INTO scopes (organization, entity) VALUES (?, ?)",
            arguments: [organization, entity.rawValue])
        scopes[key] = try Int64.fetchOne(
            db, sql: "SELECT scope FROM scopes WHERE organization = ? AND entity = ?",
            arguments: [organization, entity.rawValue])
        return scopes[key]!
    }

    private func version(_ model: ModelVersion?, _ db: Database) throws -> Int64? {
        guard let model else { return nil }
        if let known = versions[model] { return known }
        try db.execute(
            sql: "INSERT OR IGNORE INTO versions (model, number) VALUES (?, ?)", arguments: [model.name, model.version])
        versions[model] = try Int64.fetchOne(
            db, sql: "SELECT version FROM versions WHERE model = ? AND number = ?",
            arguments: [model.name, model.version])
        return versions[model]
    }

    private func phrase(_ result: RecordResult, _ db: Database) throws -> Int64? {
        guard let text = result.reason?.phrase else { return nil }
        if let known = phrases[text] { return known }
        try db.execute(sql: "INSERT OR IGNORE INTO phrases (text) VALUES (?)", arguments: [text])
        phrases[text] = try Int64.fetchOne(db, sql: "SELECT phrase FROM phrases WHERE text = ?", arguments: [text])
        return phrases[text]
    }
}
