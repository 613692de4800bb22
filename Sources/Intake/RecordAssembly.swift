import LeadModel

/// Puts the cells of a row into a record, each by its column's roles.
struct RecordAssembly {
    /// What a column is used for. One column can be the date of both creation and change.
    struct Uses: OptionSet {
        let rawValue: UInt16
        static let id = Uses(rawValue: 1)
        static let outcome = Uses(rawValue: 2)
        static let created = Uses(rawValue: 4)
        static let closed = Uses(rawValue: 8)
        static let modified = Uses(rawValue: 16)
        static let owner = Uses(rawValue: 32)
        static let name = Uses(rawValue: 64)
        static let attribute = Uses(rawValue: 128)
        static let fold = Uses(rawValue: 256)
        static let stage = Uses(rawValue: 512)
        static let stageSince = Uses(rawValue: 1024)
        static let process = Uses(rawValue: 2048)
    }

    private let file: String
    private let missing: MissingTexts
    private let positive: String?
    private let usesByName: [Exact: Uses]
    /// Those of a column that no flag names.
    private let otherwise: Uses

    init(roles: ColumnRoles, file: String) {
        self.file = file
        missing = MissingTexts(roles.missing)
        positive = roles.positive.flatMap { Value.text($0).asCategory }
        otherwise = roles.only.isEmpty ? .attribute : []
        var uses: [Exact: Uses] = [:]
        for column in roles.only { uses[Exact(column)] = .attribute }
        for column in roles.exclude { uses[Exact(column)] = [] }
        let byFlag: [String: Uses] = [
            "--id": .id, "--outcome": .outcome, "--created": .created, "--closed": .closed, "--modified": .modified,
            "--owner": .owner, "--title": .name, "--fold-column": .fold, "--stage": .stage,
            "--stage-since": .stageSince, "--process": .process,
        ]
        // What is read like an attribute is left out like one.
        let leftOut = roles.core.map { Exact($0.column) }.filter { column in
            roles.exclude.contains { Exact($0) == column }
                || (!roles.only.isEmpty && !roles.only.contains { Exact($0) == column })
        }
        for (flag, column) in roles.single {
            if roles.core.contains(where: { $0.flag == flag }), leftOut.contains(Exact(column)) {
                uses[Exact(column), default: []].formUnion([])
            } else {
                uses[Exact(column), default: []].formUnion(byFlag[flag] ?? [])
            }
        }
        usesByName = uses
    }

    func uses(of column: Exact) -> Uses { usesByName[column] ?? otherwise }

    /// - Parameters:
    ///   - value: nothing means null.
    func put(_ value: Value?, of column: Exact, uses: Uses, into record: inout FileRecord) throws(IntakeError) {
        if uses.contains(.id) { record.id = try text(value, of: column, line: record.line) }
        guard let value, !missing.contains(value) else {
            if uses == .attribute { record.emptied.append(column) }
            return
        }
        if uses == .attribute {
            record.attributes.append((column, value))
            return
        }
        if uses.contains(.outcome) { record.outcome = value.asCategory == positive ? .positive : .negative }
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

    private func date(_ value: Value, of column: Exact, line: Int) throws(IntakeError) -> Moment {
        guard case .text(let text) = value, let moment = Moment(inFile: text) else {
            throw IntakeError(
                .data, file: file, line: line, column: column.text, "this is not a date",
                advice: "Write it as 2025-12-31, 2025-12-31 09:30:00 (UTC) or 2025-12-31T09:30:00+01:00.")
        }
        return moment
    }

    /// Text, or a whole number that JSON can tell exactly. Blank text is none.
    private func text(_ value: Value?, of column: Exact, line: Int) throws(IntakeError) -> String? {
        switch value {
        case nil: return nil
        case .text(let text): return text.trimmed.isEmpty ? nil : text
        case .number(let number) where number.rounded() == number && abs(number) < 0x1p53:
            return JSONNumber.shortest(number)
        case .number, .flag, .list:
            throw IntakeError(
                .data, file: file, line: line, column: column.text, "this is no text", advice: "Write it in quotes.")
        }
    }
}
