import Foundation
import GRDB
import LeadModel
import Rabbit

/// How a ledger stands, without comparing it with anything.
public struct LedgerState: Sendable {
    /// Whether a process keeps it now.
    public var isKept: Bool
    /// The offset of the last message that was taken; nothing before the first.
    public var offset: Int64?
    /// That of the last one in the stream; nothing where that is empty.
    public var endOffset: Int64?
    /// What it is yet to do, in words.
    public var waiting: [String]

    /// - Throws: `LedgerError`; `RabbitError`; `DatabaseError`.
    public init(of path: String, broker: RabbitAddress) throws {
        isKept = Ledger.isKept(path)
        let ledger = try Ledger(reading: path)
        defer { try? ledger.close() }
        let end = try StreamEnd.read(broker)
        let position = try ledger.database.read(Position.read)
        (offset, endOffset) = (position?.offset, end?.offset)
        waiting = try ledger.asks().keys.map(\.words).sorted()
    }

    /// Messages of the stream that are not taken yet, at most: offsets have gaps.
    public var behind: Int64 {
        guard let endOffset else { return 0 }
        return max(0, endOffset - (offset ?? -1))
    }
}

extension Asks {
    /// For a person.
    var words: String {
        switch self {
        case .catchUp: "reads the registry"
        case .rebuild: "is made anew"
        case .scrub: "empties its log of what was erased"
        }
    }
}

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
        let row = try ledger.database.read { db in
            try Row.fetchOne(
                db, sql: "SELECT (SELECT count(*) FROM records WHERE revision > 0), count(*), min(at) FROM scorings")
        }
        (records, scorings) = (row?[0] ?? 0, row?[1] ?? 0)
        oldest = (row?[2] as Int64?).map { Moment(microseconds: $0) }
        for suffix in ["", "-wal"] {
            bytes += (try? FileManager.default.attributesOfItem(atPath: path + suffix)[.size] as? Int) ?? 0
        }
    }
}
