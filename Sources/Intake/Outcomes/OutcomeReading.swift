import LeadModel

/// A cell of a column that the outcome's rule reads.
struct OutcomeCell: Sendable {
    var column: Exact
    /// Nil: no value.
    var category: String?
    /// As the file writes it.
    var spelling: String

    /// - Parameter value: nil if the cell has none.
    init(column: Exact, value: Value?) {
        (self.column, category) = (column, value?.asCategory)
        spelling =
            switch value {
            case .text(let text): text.trimmed
            default: category ?? ""
            }
    }
}

/// Decides records' outcomes by an `OutcomeRule`. It is made once a file.
struct OutcomeReading: Sendable {
    private struct Condition: Sendable {
        var column: Exact
        /// Nil: no value.
        var category: String?
        var outcome: FileRecord.Outcome
    }

    private let column: Exact?
    private let outcomes: [String: FileRecord.Outcome]
    private let conditions: [Condition]
    private let withoutValue: FileRecord.Outcome
    private let otherwise: FileRecord.Outcome

    init(_ rule: OutcomeRule) {
        column = rule.column.map { Exact($0) }
        var outcomes: [String: FileRecord.Outcome] = [:]
        for (option, value) in rule.namedValues {
            if let category = Value.text(value).asCategory { outcomes[category] = option.outcome }
        }
        self.outcomes = outcomes
        func conditions(_ given: [OutcomeRule.Condition], _ outcome: FileRecord.Outcome) -> [Condition] {
            given.map {
                Condition(column: Exact($0.column), category: Value.text($0.value).asCategory, outcome: outcome)
            }
        }
        self.conditions =
            conditions(rule.openWhen, .open) + conditions(rule.positiveWhen, .positive)
            + conditions(rule.negativeWhen, .negative)
        withoutValue = rule.negative.contains { $0.trimmed.isEmpty } ? .negative : .open
        otherwise = rule.namesNegatives ? .open : .negative
    }

    /// - Returns: the outcome, and the cell whose value the rule does not name, if that is why.
    func outcome(of cells: [OutcomeCell]) -> (outcome: FileRecord.Outcome, unnamed: OutcomeCell?) {
        func category(_ column: Exact) -> String? { cells.last { $0.column == column }?.category }
        let own = column.flatMap { category($0) }
        let named = own.flatMap { outcomes[$0] }
        let fitting = conditions.first { category($0.column) == $0.category }?.outcome
        if fitting == .open { return (.open, nil) }
        if named == .positive || fitting == .positive { return (.positive, nil) }
        if named == .negative || fitting == .negative { return (.negative, nil) }
        if named == .open { return (.open, nil) }
        if let column {
            guard own != nil else { return (withoutValue, nil) }
            return (otherwise, cells.last { $0.column == column })
        }
        let filled = cells.filter { $0.category != nil }
        return filled.isEmpty ? (.open, nil) : (otherwise, filled.first { cell in isPositiveColumn(cell.column) })
    }

    private func isPositiveColumn(_ column: Exact) -> Bool {
        conditions.contains { $0.column == column && $0.outcome == .positive }
    }
}
