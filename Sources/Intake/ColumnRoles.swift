import LeadModel

/// The roles of a file's columns. Columns without a role that are not excluded are attributes.
public struct ColumnRoles: Equatable, Sendable {
    public var entity: Entity
    public var id: String?
    /// Which records are positive, negative and open.
    public var outcomes = OutcomeRule()
    public var created: String?
    public var closed: String?
    public var modified: String?
    public var owner: String?
    public var name: String?
    /// The fields that a scorecard reads like attributes. `exclude` and `only` apply to their columns.
    public var stage: String?
    public var stageSince: String?
    public var process: String?
    /// The fold of an evaluation that a record is held out in.
    public var fold: String?
    /// Texts that mean "no value", in addition to empty ones, in every column but `id`.
    public var missing: [String] = []
    /// Null words (`NullWord`) that are values.
    public var keep: [String] = []
    /// The order of day and month in dates that don't say it themselves: 03/04/2026.
    public var dateOrder: DateOrder?
    public var exclude: [String] = []
    /// If it is not empty, no other column is an attribute.
    public var only: [String] = []

    public init(entity: Entity = .lead) { self.entity = entity }

    /// The column of `outcomes`.
    public var outcome: String? {
        get { outcomes.column }
        set { outcomes.column = newValue }
    }

    /// The first positive value of `outcomes`; most files have one.
    public var positive: String? {
        get { outcomes.positive.first }
        set { outcomes.positive = newValue.map { [$0] } ?? [] }
    }

    public func column(of role: ColumnRole) -> String? {
        switch role {
        case .id: id
        case .outcome: outcome
        case .created: created
        case .closed: closed
        case .modified: modified
        case .owner: owner
        case .name: name
        case .stage: stage
        case .stageSince: stageSince
        case .process: process
        case .fold: fold
        }
    }

    /// The columns that have a role.
    var assigned: [(role: ColumnRole, column: String)] {
        ColumnRole.allCases.compactMap { role in column(of: role).map { (role, $0) } }
    }

    /// The name under which a scorecard reads a column.
    public func attribute(ofColumn column: String) -> String {
        assigned.first { $0.role.coreAttribute != nil && Exact($0.column) == Exact(column) }?
            .role.coreAttribute?.rawValue ?? column
    }

    /// The same columns by their normal names; see `ColumnName`.
    public var normalized: ColumnRoles {
        var roles = self
        for path in [
            \ColumnRoles.id, \.created, \.closed, \.modified, \.owner, \.name, \.stage, \.stageSince, \.process, \.fold,
        ] {
            roles[keyPath: path] = self[keyPath: path].map(ColumnName.normal)
        }
        roles.outcomes.column = outcomes.column.map(ColumnName.normal)
        for path in [\OutcomeRule.positiveWhen, \.negativeWhen, \.openWhen] {
            roles.outcomes[keyPath: path] = outcomes[keyPath: path].map {
                OutcomeRule.Condition(column: ColumnName.normal($0.column), value: $0.value)
            }
        }
        (roles.exclude, roles.only) = (exclude.map(ColumnName.normal), only.map(ColumnName.normal))
        return roles
    }

    var withoutSelection: ColumnRoles {
        var roles = self
        (roles.exclude, roles.only) = ([], [])
        return roles
    }

    /// All columns that must be in the file.
    var required: [(option: FileOption, column: String)] {
        assigned.map { (.column($0.role), $0.column) } + outcomes.named.map { ($0.option, $0.condition.column) }
            + exclude.map { (.exclude, $0) } + only.map { (.only, $0) }
    }
}

extension ColumnRole {
    /// The attribute that a scorecard reads from the column; nil for most roles.
    var coreAttribute: CoreAttribute? {
        switch self {
        case .stage: .stage
        case .stageSince: .stageSince
        case .process: .process
        default: nil
        }
    }

    /// "the record's id", for errors.
    var title: String {
        switch self {
        case .id: "the record's id"
        case .outcome: "the outcome"
        case .created: "the date of creation"
        case .closed: "the date of closing"
        case .modified: "the date of the last change"
        case .owner: "the owner"
        case .name: "the record's name"
        case .stage: "the stage"
        case .stageSince: "the date of entering the stage"
        case .process: "the process"
        case .fold: "the fold"
        }
    }
}

extension FileOption {
    /// "the column of the owner", for errors.
    fileprivate var title: String {
        switch self {
        case .column(let role): "the column of \(role.title)"
        case .exclude: "a column to exclude"
        case .only: "a column to use"
        case .positiveWhen, .negativeWhen, .openWhen: "a column of the outcome"
        case .positive, .negative, .open, .missing, .asOf, .encoding, .delimiter: "an option"
        }
    }
}

extension ColumnRoles {
    /// Checks whether the roles agree with each other, whatever the file.
    ///
    /// - Throws: `IntakeError` of kind usage.
    public func check() throws(IntakeError) {
        try outcomes.check(missing: MissingTexts(missing))
        // In some CRMs a stage is the outcome too: "Closed Won".
        for (role, column) in assigned where role != .outcome && role != .stage && isOutcome(column) {
            throw IntakeError(
                .usage, column: column, "it is both the outcome and \(role.title)",
                options: [.column(.outcome), .column(role)], advice: "Choose another column.")
        }
        try checkSelection()
    }

    private func checkSelection() throws(IntakeError) {
        let (excluded, withRole) = (Set(exclude.map { Exact($0) }), assigned)
        for column in only.map({ Exact($0) }) {
            if excluded.contains(column) {
                throw IntakeError(
                    .usage, column: column.text, "it is both excluded and selected", options: [.only, .exclude],
                    advice: "Drop one of them.")
            }
            if let (role, _) = withRole.first(where: { Exact($0.column) == column }), role.coreAttribute == nil {
                throw IntakeError(
                    .usage, column: column.text, "it is \(role.title), so it can't be an attribute",
                    options: [.only, .column(role)], advice: "Drop one of them.")
            }
            if isOutcome(column.text), stage.map({ Exact($0) != column }) ?? true {
                throw IntakeError(
                    .usage, column: column.text, "the outcome is read from it, so it can't be an attribute",
                    options: [.only],
                    advice: "Select other columns.")
            }
        }
    }

    /// Checks whether a file has every column that it needs.
    ///
    /// - Throws: `IntakeError` of kind usage with the missing column, and columns with similar names.
    func check(columns: [String], file: String) throws(IntakeError) {
        let existing = Set(columns.map { Exact($0) })
        for (option, column) in required where !existing.contains(Exact(column)) {
            let near = nearMatches(of: column, in: columns)
            let advice =
                near.isEmpty
                ? "Its columns: \(listed(columns))." : "Did you mean \(near.joined(separator: " or "))?"
            throw IntakeError(
                .usage, file: file, "there is no column \(column.isEmpty ? "without a name" : column): \(option.title)",
                options: [option], advice: advice)
        }
    }

    private func isOutcome(_ column: String) -> Bool { outcomes.columns.contains { Exact($0) == Exact(column) } }

    private func listed(_ columns: [String]) -> String {
        let shown = 40
        let more = columns.count > shown ? " and \(columns.count - shown) more" : ""
        return columns.isEmpty ? "none" : columns.prefix(shown).joined(separator: ", ") + more
    }
}
