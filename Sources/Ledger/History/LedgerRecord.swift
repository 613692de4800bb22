import GRDB
import LeadModel

/// What the ledger knows of a record besides its scorings: how it stands, and what became of it.
public struct LedgerRecord: Equatable, Sendable {
    public var id: Exact
    /// open, an outcome, deleted or erased.
    public var status: String
    public var name, owner: String?
    public var createdAt: Moment?
    /// How it ended and when; also of one that was deleted afterwards.
    public var outcome: Status?
    public var endedAt: Moment?
    /// The grade that stands, which other ranges may have moved since its scoring; nothing without a score.
    public var grade: Grade?
}

extension LedgerReader {
    /// Nothing of one of which no result came.
    ///
    /// - Throws: `LedgerError`, also where nothing of the organization came; `DatabaseError`.
    public func record(_ id: Exact, organization: String, entity: Entity) throws -> LedgerRecord? {
        try read { db in
            guard let scope = try RecordScope.find(organization, entity, db) else { return nil }
            let row = try Row.fetchOne(db.cachedStatement(sql: LedgerRecord.statement), arguments: [scope, id.text])
            return row.map { LedgerRecord($0, id) }
        }
    }
}

extension LedgerRecord {
    static let statement = """
        SELECT status, name, owner, createdAt, outcome, endedAt, grade FROM records
        WHERE scope = ? AND id = ? AND revision > 0
        """

    fileprivate init(_ row: Row, _ id: Exact) {
        let createdAt: Int64 = row[3]
        self.init(
            id: id, status: row[0], name: row[1], owner: row[2],
            createdAt: createdAt == RecordRow.unknownCreation ? nil : Moment(microseconds: createdAt),
            outcome: (row[4] as String?).flatMap(Status.init),
            endedAt: (row[5] as Int64?).map(Moment.init(microseconds:)),
            grade: (row[6] as String?).flatMap(Grade.init))
    }
}
