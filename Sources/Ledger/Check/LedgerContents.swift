import GRDB
import LeadModel

/// How much a ledger holds.
public struct LedgerContents: Sendable {
    /// Records with at least one result.
    public var records = 0
    public var scorings = 0
    /// The time of the oldest scoring.
    public var oldest: Moment?
    /// The size of the file and its write-ahead log; 0 if it was not asked for.
    public var bytes = 0

    /// Counts; ten million scorings take seconds.
    ///
    /// - Throws: `LedgerError`; `LedgerFileError`.
    public init(of path: String) throws {
        let ledger = try LedgerReader(path)
        defer { ledger.close() }
        self = try ledger.read { try LedgerContents($0) }
        bytes = LedgerFile.size(path) + LedgerFile.size(path + "-wal")
    }

    init(_ db: Database) throws {
        let row = try Row.fetchOne(
            db, sql: "SELECT (SELECT count(*) FROM records WHERE revision > 0), count(*), min(at) FROM scorings")
        guard let row else { return }
        (records, scorings) = (row[0], row[1])
        oldest = (row[2] as Int64?).map { Moment(microseconds: $0) }
    }
}
