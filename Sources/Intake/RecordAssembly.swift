import LeadModel

/// Puts the cells of a row into a record, by the roles of their columns.
struct RecordAssembly {
    /// What a column is used for. One column can be the date of both creation and change.
    struct Uses: OptionSet {
        let rawValue: UInt16
        static let attribute = Uses(rawValue: 1)
        static let id = Uses(.id)
        static let outcome = Uses(.outcome)
        static let created = Uses(.created)
        static let closed = Uses(.closed)
        static let modified = Uses(.modified)
        static let owner = Uses(.owner)
        static let name = Uses(.name)
        static let stage = Uses(.stage)
        static let stageSince = Uses(.stageSince)
        static let process = Uses(.process)
        static let fold = Uses(.fold)

        init(rawValue: UInt16) { self.rawValue = rawValue }

        init(_ role: ColumnRole) {
            let index = ColumnRole.allCases.firstIndex(of: role) ?? 0
            rawValue = 2 << UInt16(index)
        }
    }

    private let file: String
    private let missing: MissingTexts
    private let outcomes: OutcomeReading?
    private let stageTellsOutcome: Bool
    private let kept: Set<String>
    private let dates: FileDates
    private let usesByName: [Exact: Uses]
    /// The uses of a column without a role that is neither excluded nor selected.
    private let otherwise: Uses

    init(roles: ColumnRoles, file: String, dates: FileDates) {
        (self.file, self.dates) = (file, dates)
        kept = Set(roles.keep.map { $0.trimmed.lowercased() })
        missing = MissingTexts(roles.missing)
        outcomes = roles.outcomes.isGiven ? OutcomeReading(roles.outcomes) : nil
        let deciding = Set(roles.outcomes.columns.map { Exact($0) })
        stageTellsOutcome = roles.stage.map { deciding.contains(Exact($0)) } ?? false
        otherwise = roles.only.isEmpty ? .attribute : []
        var uses: [Exact: Uses] = [:]
        for column in roles.only { uses[Exact(column)] = .attribute }
        for column in roles.exclude { uses[Exact(column)] = [] }
        let (only, excluded) = (Set(roles.only.map { Exact($0) }), Set(roles.exclude.map { Exact($0) }))
        for (role, name) in roles.assigned {
            let column = Exact(name)
            // `exclude` and `only` apply to a field that a scorecard reads like an attribute.
            let isLeftOut =
                role.coreAttribute != nil
                && (excluded.contains(column) || (!only.isEmpty && !only.contains(column)))
            uses[column, default: []].formUnion(isLeftOut ? [] : Uses(role))
        }
        for column in deciding { uses[column, default: []].formUnion(.outcome) }
        usesByName = uses
    }

    func uses(of column: Exact) -> Uses { usesByName[column] ?? otherwise }

    /// - Parameters:
    ///   - value: nil means null.
    func put(_ value: Value?, of column: Exact, uses: Uses, into record: inout FileRecord) throws(IntakeError) {
        if uses.contains(.id) { record.id = try text(value, of: column, line: record.line) }
        let value = value?.tidied
        let isMissing = value.map(missing.contains) ?? true
        if uses.contains(.outcome) {
            record.outcomeCells.append(OutcomeCell(column: column, value: isMissing ? nil : value))
        }
        guard let value, !isMissing else {
            if uses == .attribute { record.emptied.append(column) }
            return
        }
        if uses == .attribute {
            record.attributes.append((column, value))
            return
        }
        if uses.isDisjoint(with: [.outcome, .fold]), isNullWord(value) { return }
        if uses.contains(.created) { record.createdAt = try date(value, of: column, line: record.line) }
        if uses.contains(.closed) { record.closedAt = try date(value, of: column, line: record.line) }
        if uses.contains(.modified) { record.modifiedAt = try date(value, of: column, line: record.line) }
        if uses.contains(.owner) { record.owner = try text(value, of: column, line: record.line) }
        if uses.contains(.fold) { record.fold = value.asCategory }
        if uses.contains(.stage) { record.stage = try text(value, of: column, line: record.line) }
        if uses.contains(.stageSince) { record.stageSince = try date(value, of: column, line: record.line) }
        if uses.contains(.process) { record.process = try text(value, of: column, line: record.line) }
        if uses.contains(.name) { record.name = try text(value, of: column, line: record.line) }
    }

    /// Once all cells of the row are put.
    func finish(_ record: inout FileRecord) {
        guard let outcomes else { return }
        record.outcome = outcomes.outcome(of: record.outcomeCells).outcome
        record.stageIsOutcome = stageTellsOutcome && record.outcome != .open
    }

    private func date(_ value: Value, of column: Exact, line: Int) throws(IntakeError) -> Moment {
        guard let moment = dates.moment(value, of: column) else {
            throw IntakeError(
                .data, file: file, line: line, column: column.text, "this is not a date",
                advice:
                    "Write it as 2025-12-31, 2025-12-31 09:30:00 (UTC) or 2025-12-31T09:30:00+01:00. Of 03/04/2026, give the "
                    + "order (--date-order).")
        }
        return moment
    }

    /// Whether a value of a role is a word for no value. Those of attributes are left to the scorecard.
    private func isNullWord(_ value: Value) -> Bool {
        guard case .text(let text) = value, NullWord.contains(text) else { return false }
        return !kept.contains(text.lowercased())
    }

    /// Text, or a whole number that JSON can represent exactly; nil for blank text.
    private func text(_ value: Value?, of column: Exact, line: Int) throws(IntakeError) -> String? {
        switch value {
        case nil: return nil
        case .text(let text):
            let normal = ColumnName.normal(text)
            return normal.isEmpty ? nil : normal
        case .number(let number) where number.rounded() == number && abs(number) < 0x1p53:
            return JSONNumber.shortest(number)
        case .number, .flag, .list:
            throw IntakeError(
                .data, file: file, line: line, column: column.text, "this is not a text", advice: "Write it in quotes.")
        }
    }
}

extension Value {
    /// Without blanks around it, in composed Unicode.
    fileprivate var tidied: Value {
        switch self {
        case .text(let text): .text(text.tidied)
        case .list(let entries): .list(entries.map(\.tidied))
        case .number, .flag: self
        }
    }
}
