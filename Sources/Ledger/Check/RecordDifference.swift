import Contract
import GRDB
import LeadModel

/// What of a record is not the same in the ledger as in the registry: names of fields, never what they hold.
public struct RecordDifference: Hashable, Sendable {
    public enum Field: String, Sendable, CaseIterable {
        /// The registry has it, the ledger does not.
        case missing
        /// It is open in the ledger, and the registry does not have it.
        case unknown
        case revision, status, name, owner, stage, score, grade, version
        /// The scoring that stands is not in the history.
        case history
        /// It holds what was read from an erased contact.
        case evidence
    }

    public var organization: String
    public var entity: Entity
    public var id: Exact
    public var fields: [Field]
}

/// A record as the ledger has it, as far as it is compared.
struct ComparedRow {
    var revision: Int64
    private var status: String
    private var name, owner, stage: String?
    private var rank: Double
    private var grade: String?
    private var scoringRevision: Int64?
    private var version: ModelVersion?
    private var isInHistory, hasEvidence: Bool

    /// Nothing where the ledger has no such record.
    static func read(_ organization: String, _ entity: Entity, _ id: Exact, _ db: Database) throws -> ComparedRow? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT r.revision, r.status, r.name, r.owner, r.stage, r.rank, r.grade, r.scoringRevision, v.model, v.number,
                    s.revision IS NOT NULL, s.evidence IS NOT NULL
                FROM scopes CROSS JOIN records r USING (scope)
                LEFT JOIN versions v ON v.version = r.version
                LEFT JOIN scorings s ON s.record = r.record AND s.revision = r.scoringRevision
                WHERE organization = ? AND entity = ? AND r.id = ? AND r.revision > 0
                """)
        return try Row.fetchOne(statement, arguments: [organization, entity.rawValue, id.text]).map(Self.init)
    }

    /// Those that are known to have named a contact.
    static func naming(_ contact: Exact, _ organization: String, _ entity: Entity, _ db: Database) throws -> [Exact] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT r.id FROM scopes CROSS JOIN named n USING (scope) CROSS JOIN records r ON r.record = n.record
                WHERE organization = ? AND entity = ? AND n.contact = ?
                """)
        return try String.fetchAll(statement, arguments: [organization, entity.rawValue, contact.text]).map {
            Exact($0)
        }
    }

    /// Whether a scoring up to a revision stands with what it was read from.
    static func hasEvidence(
        through revision: Int64, _ organization: String, _ entity: Entity, _ id: Exact, _ db: Database
    ) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM scopes CROSS JOIN records r USING (scope) CROSS JOIN scorings s ON s.record = r.record
                    WHERE organization = ? AND entity = ? AND r.id = ? AND s.revision <= ? AND s.evidence IS NOT NULL)
                """)
        return try Bool.fetchOne(statement, arguments: [organization, entity.rawValue, id.text, revision]) ?? false
    }

    private init(_ row: Row) {
        (revision, status, name, owner, stage) = (row[0], row[1], row[2], row[3], row[4])
        (rank, grade, scoringRevision) = (row[5], row[6], row[7])
        if let model: String = row[8] { version = ModelVersion(name: model, version: row[9]) }
        (isInHistory, hasEvidence) = (row[10], row[11])
    }

    /// What differs from the registry's latest result.
    func differences(from result: RecordResult) -> [RecordDifference.Field] {
        let there = RecordRow(result, phrase: nil, version: nil)
        var fields: [RecordDifference.Field] = []
        func compare(_ field: RecordDifference.Field, _ isSame: Bool) {
            if !isSame { fields.append(field) }
        }
        compare(.revision, revision == there.revision)
        compare(.status, status == there.status)
        compare(.name, name == there.name)
        compare(.owner, owner == there.owner)
        compare(.stage, stage == there.stage)
        compare(
            .score,
            scoringRevision == there.scoring.map { Int64($0.revision) }
                && rank == there.scoring?.probability ?? RecordRow.unranked)
        compare(.grade, grade == there.scoring?.grade.rawValue)
        compare(.version, version == there.scoring?.model)
        compare(.history, scoringRevision == nil || isInHistory)
        compare(.evidence, !hasEvidence || there.scoring.map { !$0.evidence.bins.isEmpty } ?? true)
        return fields
    }
}
