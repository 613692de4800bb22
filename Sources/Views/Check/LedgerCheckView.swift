import Contract
import LeadModel
import Ledger

/// How the ledger compares with the score stream and with the registry.
public struct LedgerCheckView: Encodable, Sendable {
    public struct Difference: Encodable, Sendable {
        public let organization: String
        public let entity: Entity
        public let id: Exact
        /// Names only, no values.
        public let fields: [String]

        init(_ difference: RecordDifference) {
            (organization, entity, id) = (difference.organization, difference.entity, difference.id)
            fields = difference.fields.map(\.rawValue)
        }
    }

    /// Nothing differs, and the file is intact.
    public let ok: Bool
    public let file: String
    /// Whether a process updates the ledger now.
    public let isKept: Bool
    @OrNull public private(set) var offset: Int64?
    @OrNull public private(set) var endOffset: Int64?
    public let behind: Int64
    /// Pending maintenance, in words that follow "the ledger".
    public let waiting: [String]
    public let records, scorings, bytes: Int
    @OrNull public private(set) var oldestScoring: Moment?
    /// What SQLite finds wrong with the file.
    public let faults: [String]
    public let compared, differing: Int
    /// The first ones.
    public let differences: [Difference]

    /// - Parameters:
    ///   - whole: compare SQLite's indexes with their tables, too.
    ///   - progress: is called with the number of records compared so far.
    /// - Throws: `LedgerError`; `LedgerFileError`, also if the file is too damaged to be read; `RabbitError`; `RedisError`.
    public init(_ options: LedgerOptions, whole: Bool, progress: @escaping (Int) -> Void = { _ in }) throws {
        faults = try LedgerFile.faults(of: options.path, whole: whole)
        let state = try LedgerState(options)
        let comparison = try RegistryComparison(options, report: progress)
        let contents = try LedgerContents(of: options.path)
        (file, isKept, behind, waiting) = (options.path, state.hasWriter, state.behind, state.waiting)
        (records, scorings, bytes) = (contents.records, contents.scorings, contents.bytes)
        (compared, differing) = (comparison.compared, comparison.count)
        differences = comparison.differences.map(Difference.init)
        ok = comparison.count == 0 && faults.isEmpty
        (offset, endOffset, oldestScoring) = (state.offset, state.endOffset, contents.oldest)
    }
}
