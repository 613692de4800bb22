import LeadModel

/// One data row of a file of records: its values by the roles of their columns.
public struct FileRecord: Sendable {
    public enum Outcome: Sendable { case open, positive, negative }

    /// From 0, the first data row. An evaluation's fold is this modulo the number of folds.
    public var row: Int
    /// From 1, the header included, as an editor shows it.
    public var line: Int
    public var id: String?
    public var outcome = Outcome.open
    public var createdAt: Moment?
    public var closedAt: Moment?
    public var modifiedAt: Moment?
    public var owner: String?
    public var name: String?
    public var process: String?
    public var stage: String?
    public var stageSince: Moment?
    /// The evaluation's fold, as a category: case and surrounding blanks make no difference.
    public var fold: String?
    /// In the order of the columns (JSON lines: by name), without missing values.
    public var attributes: [(name: Exact, value: Value)] = []
    /// Whether the stage of this record is its outcome, as "Closed Won" is.
    public internal(set) var stageIsOutcome = false
    /// The cells of the columns that the outcome's rule reads.
    var outcomeCells: [OutcomeCell] = []
    /// Attributes without a value in this row. An import must use their prefixes too.
    public var emptied: [Exact] = []

    init(row: Int, line: Int) { (self.row, self.line) = (row, line) }
}

extension FileRecord.Outcome {
    public func status(of entity: Entity) -> Status {
        switch self {
        case .open: .open
        case .positive: entity.outcomes.positive
        case .negative: entity.outcomes.negative
        }
    }
}

extension FileRecord {
    /// What a scorecard reads of it: its attributes, and the fields that are read like attributes, unless an attribute has
    /// the same name. A stage that is the outcome is never read.
    public var values: [(name: Exact, value: Value)] {
        guard process != nil || (!stageIsOutcome && (stage != nil || stageSince != nil)) else { return attributes }
        return attributes
            + CoreAttribute.allCases.compactMap { core in
                guard !attributes.contains(where: { $0.name == core.name }) else { return nil }
                return value(core).map { (core.name, $0) }
            }
    }

    /// The stage as a scorecard reads it.
    public var stageValue: Value? {
        attributes.last { $0.name == CoreAttribute.stage.name }?.value ?? value(.stage)
    }

    private func value(_ core: CoreAttribute) -> Value? {
        switch core {
        case .process: process.map { .text($0) }
        case .stage: stageIsOutcome ? nil : stage.map { .text($0) }
        case .stageSince: stageIsOutcome ? nil : stageSince.map { .text($0.text) }
        }
    }

    /// A snapshot replaces all values under the prefixes that it uses. If a row leaves all columns of a prefix empty, one
    /// null uses the prefix, so that values of an older export there are removed.
    var nulls: [Exact] {
        let prefixed = emptied.filter { $0.text.utf8.contains(UInt8(ascii: ".")) && ImportCheck.allows($0) }
        guard !prefixed.isEmpty else { return [] }
        var used: Set<Exact> = ["", "account", "contact"]
        for (name, _) in attributes { used.insert(name.prefix) }
        return prefixed.filter { used.insert($0.prefix).inserted }
    }
}
