import GRDB

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
    public init(_ options: LedgerOptions) throws {
        let path = options.path
        isKept = Ledger.isKept(path)
        let ledger = try Ledger(reading: path)
        defer { try? ledger.close() }
        let position = try ledger.database.read(StreamPosition.read)
        let end = try StreamEnd.read(options, knowing: position)
        (offset, endOffset) = (position?.offset, end?.offset)
        waiting = try ledger.asks().keys.map(\.words).sorted()
    }

    /// Messages of the stream that are not taken yet, at most: offsets have gaps.
    public var behind: Int64 {
        guard let endOffset else { return 0 }
        return max(0, endOffset - (offset ?? -1))
    }
}
