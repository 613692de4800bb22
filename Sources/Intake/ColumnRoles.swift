import LeadModel

/// What the flags say of a file's columns. All columns without a role that are not excluded are attributes.
public struct ColumnRoles: Equatable, Sendable {
    public var entity: Entity
    public var id: String?
    public var outcome: String?
    /// The value of `outcome` that means qualified or won, compared as a category: 1, "1.0" and " 1" are one.
    public var positive: String?
    public var created: String?
    public var closed: String?
    public var modified: String?
    public var owner: String?
    public var name: String?
    /// The fields that a scorecard reads like attributes. What `exclude` and `only` say of their columns is said of them.
    public var stage: String?
    public var stageSince: String?
    public var process: String?
    /// Names the fold of an evaluation that a record is held out in.
    public var fold: String?
    /// Texts that mean "no value", besides empty ones, in every column but `id`.
    public var missing: [String] = []
    public var exclude: [String] = []
    /// If there are any, no other column is an attribute.
    public var only: [String] = []

    public init(entity: Entity = .lead) { self.entity = entity }

    /// The columns with a role of their own, by flag.
    var single: [(flag: String, column: String)] {
        [
            ("--id", id), ("--outcome", outcome), ("--created", created), ("--closed", closed),
            ("--modified", modified), ("--owner", owner), ("--title", name), ("--fold-column", fold),
        ].compactMap { flag, column in column.map { (flag, $0) } } + core.map { ($0.flag, $0.column) }
    }

    /// The columns of fields that are read like attributes.
    var core: [(flag: String, field: CoreAttribute, column: String)] {
        [
            ("--stage", .stage, stage), ("--stage-since", .stageSince, stageSince), ("--process", .process, process),
        ].compactMap { flag, field, column in column.map { (flag, field, $0) } }
    }

    /// What a scorecard calls the attribute that a column is.
    public func attribute(ofColumn column: String) -> String {
        core.first { Exact($0.column) == Exact(column) }?.field.rawValue ?? column
    }

    var withoutSelection: ColumnRoles {
        var roles = self
        (roles.exclude, roles.only) = ([], [])
        return roles
    }

    /// All columns that a flag names.
    var named: [(flag: String, column: String)] {
        single + exclude.map { ("--exclude", $0) } + only.map { ("--only", $0) }
    }
}

extension ColumnRoles {
    /// Whether the flags agree with each other, whatever the file.
    ///
    /// - Throws: `IntakeError` of kind usage.
    public func check() throws(IntakeError) {
        if outcome != nil, positive?.trimmed.isEmpty ?? true {
            throw IntakeError(
                .usage, "--outcome needs --positive", advice: "Say which of its values means qualified or won.")
        }
        if outcome == nil, positive != nil {
            throw IntakeError(.usage, "--positive needs --outcome", advice: "Say which column holds the outcome.")
        }
        if let positive, MissingTexts(missing).contains(.text(positive)) {
            throw IntakeError(.usage, "--positive is also a --missing value", advice: "Drop one of them.")
        }
        for (flag, column) in single where flag != "--outcome" && isOutcome(column) {
            throw IntakeError(.usage, column: column, "\(flag) names the outcome", advice: "Name another column.")
        }
        let (excluded, withRole) = (Set(exclude.map { Exact($0) }), single)
        for column in only.map({ Exact($0) }) {
            if excluded.contains(column) {
                throw IntakeError(
                    .usage, column: column.text, "both --only and --exclude name it", advice: "Drop one of them.")
            }
            let isCore = core.contains { Exact($0.column) == column }
            if let role = withRole.first(where: { Exact($0.column) == column }), !isCore {
                throw IntakeError(
                    .usage, column: column.text, "--only names it, but with \(role.flag) it is no attribute",
                    advice: "Drop one of them.")
            }
        }
    }

    /// Whether every column that a flag names is there.
    ///
    /// - Throws: `IntakeError` of kind usage that names the flag, the column and those it may be.
    func check(columns: [String], file: String) throws(IntakeError) {
        let there = Set(columns.map { Exact($0) })
        for (flag, column) in named where !there.contains(Exact(column)) {
            let near = nearMatches(of: column, in: columns)
            let advice =
                near.isEmpty
                ? "Its columns: \(listed(columns))." : "Did you mean \(near.joined(separator: " or "))?"
            throw IntakeError(
                .usage, file: file, "there is no column \(column), which \(flag) names", advice: advice)
        }
    }

    private func isOutcome(_ column: String) -> Bool { outcome.map { Exact($0) == Exact(column) } ?? false }

    private func listed(_ columns: [String]) -> String {
        let shown = 40
        let more = columns.count > shown ? " and \(columns.count - shown) more" : ""
        return columns.isEmpty ? "none" : columns.prefix(shown).joined(separator: ", ") + more
    }
}
