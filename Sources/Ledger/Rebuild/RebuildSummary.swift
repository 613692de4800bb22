import LeadModel

/// The result of a rebuild.
public struct RebuildSummary: Sendable, CustomStringConvertible {
    public var records, scorings: Int
    /// The time of the oldest scoring.
    public var oldest: Moment?
    /// Scorings that only the former file had; nil if there was none, or it could not be read.
    public var carriedOver: Int?
    /// Whether part of the former file could not be read.
    public var isPartial: Bool

    init(_ ledger: LedgerWriter, _ carryOver: HistoryCarryOver?) throws {
        let contents = try ledger.read { try LedgerContents($0) }
        (records, scorings, oldest) = (contents.records, contents.scorings, contents.oldest)
        (carriedOver, isPartial) = (carryOver?.count, carryOver?.isPartial ?? false)
    }

    /// "was rebuilt: 10 records, 24 scorings since …".
    public var description: String {
        let since = oldest.map { " since \($0.text)" } ?? ""
        let former =
            carriedOver.map { count in
                isPartial
                    ? "; \(count) of them from the former file, part of which could not be read"
                    : "; \(count) of them from the former file"
            } ?? "; the former file could not be read, so older scorings are lost"
        return "was rebuilt: \(records) records, \(scorings) scorings\(since)\(former)"
    }
}
