import Foundation
import GRDB
import LeadModel

/// Everything that a ledger has about one record.
public struct LedgerExport: Sendable {
    public struct Scoring: Sendable {
        public var revision: Int64
        public var at: Moment
        public var model: ModelVersion
        public var isSweep: Bool
        /// 0…1.
        public var probability: Double
        public var grade: String
        /// nil if it was cleared because a contact was erased.
        public var evidence: Evidence?
        public var formerModel: ModelVersion?
        public var formerEvidence: Evidence?
    }

    private static let columns: [RecordColumn] = [.record, .revision, .status, .name, .owner, .outcome, .endedAt]

    public var revision: Int64
    public var status: String
    public var name, owner, outcome: String?
    public var endedAt: Moment?
    /// Oldest first.
    public var scorings: [Scoring]

    /// nil if the ledger has nothing about the record, or there is no ledger.
    ///
    /// - Throws: `LedgerError`; `LedgerFileError`.
    public init?(_ id: Exact, of organization: String, _ entity: Entity, in path: String) throws {
        guard LedgerFile.exists(path) else { return nil }
        let ledger = try LedgerReader(path)
        defer { ledger.close() }
        let (row, rows) = try ledger.read { db -> (Row?, [Row]) in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT \(RecordColumn.list(Self.columns)) FROM records JOIN scopes USING (scope)
                    WHERE organization = ? AND entity = ? AND id = ?
                    """, arguments: [organization, entity.rawValue, id.text])
            guard let row else { return (nil, []) }
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT \(ScoringColumn.list(ScoringColumn.allCases, prefix: "s.")), v.model, v.number,
                        f.model AS formerModel, f.number AS formerNumber
                    FROM scorings s JOIN versions v ON v.version = s.version
                    LEFT JOIN versions f ON f.version = s.formerVersion
                    WHERE s.record = ? ORDER BY s.revision
                    """, arguments: [row[RecordColumn.record.rawValue] as Int64])
            return (row, rows)
        }
        guard let row else { return nil }
        (revision, status) = (row[RecordColumn.revision.rawValue], row[RecordColumn.status.rawValue])
        (name, owner, outcome) = (
            row[RecordColumn.name.rawValue], row[RecordColumn.owner.rawValue], row[RecordColumn.outcome.rawValue]
        )
        endedAt = (row[RecordColumn.endedAt.rawValue] as Int64?).map { Moment(microseconds: $0) }
        scorings = rows.map(Scoring.init)
    }
}

extension LedgerExport.Scoring {
    fileprivate init(_ row: Row) {
        typealias Column = ScoringColumn
        (revision, isSweep) = (row[Column.revision.rawValue], row[Column.isSweep.rawValue])
        (probability, grade) = (row[Column.probability.rawValue], row[Column.grade.rawValue])
        at = Moment(microseconds: row[Column.at.rawValue])
        model = ModelVersion(name: row["model"], version: row["number"])
        evidence = (row[Column.evidence.rawValue] as Data?).map(PackedEvidence.unpack)
        if let name: String = row["formerModel"] {
            formerModel = ModelVersion(name: name, version: row["formerNumber"])
        }
        formerEvidence = (row[Column.formerEvidence.rawValue] as Data?).map(PackedEvidence.unpack)
    }
}
