import GRDB

/// How far a ledger is, without comparing it with anything but the stream's end.
public struct LedgerState: Sendable {
    /// Whether a projector, or another process, writes it now.
    public var hasWriter: Bool
    /// The stream offset of the last message that was applied; nil before the first.
    public var offset: Int64?
    /// The stream offset of the last message in the stream; nil if the stream is empty.
    public var endOffset: Int64?
    /// Pending maintenance, in words that follow "the ledger".
    public var waiting: [String]

    /// - Throws: `LedgerError`; `RabbitError`; `LedgerFileError`.
    public init(_ options: LedgerOptions) throws {
        let path = options.path
        hasWriter = LedgerFile.hasWriter(path)
        let ledger = try LedgerReader(path)
        defer { ledger.close() }
        let position = try ledger.read(StreamPosition.read)
        let end = try StreamEnd.read(options, knowing: position)
        (offset, endOffset) = (position?.offset, end?.offset)
        waiting = try ledger.read(MaintenanceTask.pending).keys.map(\.words).sorted()
    }

    /// An upper bound of the messages that are not applied yet: offsets have gaps.
    public var behind: Int64 {
        guard let endOffset else { return 0 }
        return max(0, endOffset - (offset ?? -1))
    }
}
