import GRDB
import LeadModel

/// The state of a record in the ledger, without its scorings.
public struct LedgerRecord: Equatable, Sendable {
    public var id: Exact
    /// "open", an outcome, "deleted" or "erased".
    public var status: String
    public var name, owner: String?
    public var createdAt: Moment?
    /// How the record ended and when, also if it was deleted afterwards.
    public var outcome: Status?
    public var endedAt: Moment?
    /// The current grade, which may have changed with the grade ranges since the scoring; nil without a score.
    public var grade: Grade?
}

extension LedgerReader {
    /// nil if the ledger has no result of the record.
    ///
    /// - Throws: `LedgerError`, also if it has none of the organization; `LedgerFileError`.
    public func record(_ id: Exact, organization: String, entity: Entity) throws -> LedgerRecord? {
        try read { db in
            guard let scope = try RecordScope.find(organization, entity, db) else { return nil }
            let row = try Row.fetchOne(db.cachedStatement(sql: LedgerRecord.statement), arguments: [scope, id.text])
            return row.map { LedgerRecord($0, id) }
        }
    }
}

extension LedgerRecord {
    private static let columns: [RecordColumn] = [.status, .name, .owner, .createdAt, .outcome, .endedAt, .grade]
    fileprivate static let statement =
        "SELECT \(RecordColumn.list(columns)) FROM records WHERE scope = ? AND id = ? AND revision > 0"

    fileprivate init(_ row: Row, _ id: Exact) {
        let createdAt: Int64 = row[RecordColumn.createdAt.rawValue]
        self.init(
            id: id, status: row[RecordColumn.status.rawValue], name: row[RecordColumn.name.rawValue],
            owner: row[RecordColumn.owner.rawValue],
            createdAt: createdAt == RecordRow.unknownCreation ? nil : Moment(microseconds: createdAt),
            outcome: (row[RecordColumn.outcome.rawValue] as String?).flatMap(Status.init),
            endedAt: (row[RecordColumn.endedAt.rawValue] as Int64?).map(Moment.init(microseconds:)),
            grade: (row[RecordColumn.grade.rawValue] as String?).flatMap(Grade.init))
    }
}
