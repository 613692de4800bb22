import Foundation
import GRDB
import LeadModel

/// Everything that a ledger holds about one record.
public struct LedgerExport: Sendable {
    public struct Scoring: Sendable {
        public var revision: Int64
        public var at: Moment
        public var model: ModelVersion
        public var isSweep: Bool
        /// 0…1.
        public var probability: Double
        public var grade: String
        /// Nothing where it was cleared, because a contact was erased.
        public var evidence: Evidence?
        public var formerModel: ModelVersion?
        public var formerEvidence: Evidence?
    }

    public var revision: Int64
    public var status: String
    public var name, owner, outcome: String?
    public var endedAt: Moment?
    /// The oldest first.
    public var scorings: [Scoring]

    /// Nothing where the ledger holds nothing about it, or there is no ledger.
    ///
    /// - Throws: `LedgerError`; `DatabaseError`.
    public init?(_ id: Exact, of organization: String, _ entity: Entity, in path: String) throws {
        guard LedgerFile.exists(path) else { return nil }
        let ledger = try LedgerReader(path)
        defer { ledger.close() }
        let (row, rows) = try ledger.read { db -> (Row?, [Row]) in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT record, revision, status, name, owner, outcome, endedAt FROM records JOIN scopes USING (scope)
                    WHERE organization = ? AND entity = ? AND id = ?
                    """, arguments: [organization, entity.rawValue, id.text])
            guard let row else { return (nil, []) }
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT s.revision, s.at, v.model, v.number, s.isSweep, s.probability, s.grade, s.evidence, f.model,
                        f.number, s.formerEvidence
                    FROM scorings s JOIN versions v ON v.version = s.version
                    LEFT JOIN versions f ON f.version = s.formerVersion
                    WHERE s.record = ? ORDER BY s.revision
                    """, arguments: [row[0] as Int64])
            return (row, rows)
        }
        guard let row else { return nil }
        (revision, status, name, owner) = (row[1], row[2], row[3], row[4])
        outcome = row[5]
        endedAt = (row[6] as Int64?).map { Moment(microseconds: $0) }
        scorings = rows.map(Scoring.init)
    }
}

extension LedgerExport.Scoring {
    fileprivate init(_ row: Row) {
        (revision, isSweep, probability, grade) = (row[0], row[4], row[5], row[6])
        at = Moment(microseconds: row[1])
        model = ModelVersion(name: row[2], version: row[3])
        evidence = (row[7] as Data?).map(PackedEvidence.unpack)
        if let name: String = row[8] { formerModel = ModelVersion(name: name, version: row[9]) }
        formerEvidence = (row[10] as Data?).map(PackedEvidence.unpack)
    }
}
