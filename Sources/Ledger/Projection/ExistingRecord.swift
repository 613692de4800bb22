import GRDB

/// What the ledger has of a record before a result is applied.
struct ExistingRecord {
    var record: Int64
    var revision: UInt64
    var status: String
    var isOpen: Bool
    var name, owner: String?
    var outcome: String?
    var endedAt: Int64?
    var stateRevision: Int64
    var clearedThrough: Int64

    private static let columns: [RecordColumn] = [
        .record, .revision, .status, .isOpen, .name, .owner, .outcome, .endedAt, .stateRevision, .clearedThrough,
    ]
    private static let statement = "SELECT \(RecordColumn.list(columns)) FROM records WHERE scope = ? AND id = ?"

    init?(_ scope: Int64, _ id: String, _ db: Database) throws {
        let statement = try db.cachedStatement(sql: Self.statement)
        guard let row = try Row.fetchOne(statement, arguments: [scope, id]) else { return nil }
        // By place: this is read for every result.
        (record, revision, status) = (row[0], UInt64(clamping: row[1] as Int64), row[2])
        (isOpen, name, owner, outcome, endedAt) = (row[3], row[4], row[5], row[6], row[7])
        (stateRevision, clearedThrough) = (row[8], row[9])
    }
}
