import Foundation
import GRDB
import LeadModel

/// What a ledger's file holds.
public struct LedgerContents: Sendable {
    public var records = 0
    public var scorings = 0
    /// The time of the oldest scoring.
    public var oldest: Moment?
    /// Of the file and its write-ahead log.
    public var bytes = 0

    /// Counts; of ten million scorings it takes seconds.
    ///
    /// - Throws: `LedgerError`; `DatabaseError`.
    public init(of path: String) throws {
        let ledger = try Ledger(reading: path)
        defer { try? ledger.close() }
        (records, scorings, oldest) = try ledger.counts()
        for suffix in ["", "-wal"] {
            bytes += (try? FileManager.default.attributesOfItem(atPath: path + suffix)[.size] as? Int) ?? 0
        }
    }
}

extension Ledger {
    /// Records of which results came, scorings, and the time of the oldest of these.
    func counts() throws -> (records: Int, scorings: Int, oldest: Moment?) {
        let row = try database.read { db in
            try Row.fetchOne(
                db, sql: "SELECT (SELECT count(*) FROM records WHERE revision > 0), count(*), min(at) FROM scorings")
        }
        return (row?[0] ?? 0, row?[1] ?? 0, (row?[2] as Int64?).map { Moment(microseconds: $0) })
    }
}
