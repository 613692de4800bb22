import LeadModel

/// A value of a column of outcomes, and how many records have it.
public struct OutcomeValue: Equatable, Sendable {
    /// As the file writes it first.
    public var text: String
    public var count: Int

    public init(text: String, count: Int) { (self.text, self.count) = (text, count) }
}

/// Counts the values that decide the outcomes of a file's records, so that a rule which does not fit them is refused
/// before anything is trained or published.
public struct OutcomeSurvey: Sendable {
    /// A column with more values is most likely not an outcome. No more are counted.
    static let mostValues = 1000

    private struct Counts {
        var places: [String: Int] = [:]
        var values: [OutcomeValue] = []
        var records = 0

        mutating func add(_ category: String, _ spelling: String) {
            records += 1
            if let place = places[category] {
                values[place].count += 1
            } else if values.count < mostValues {
                places[category] = values.count
                values.append(OutcomeValue(text: spelling, count: 1))
            }
        }

        /// The most frequent first.
        var sorted: [OutcomeValue] {
            values.sorted { ($1.count, Exact($0.text)) < ($0.count, Exact($1.text)) }
        }
    }

    private let rule: OutcomeRule
    private let reading: OutcomeReading
    private var columns: [Exact: Counts] = [:]
    /// Values that the rule does not name, of records that no condition decides.
    private var unnamed = Counts()
    public private(set) var positives = 0
    public private(set) var negatives = 0
    public private(set) var open = 0

    init(_ rule: OutcomeRule) { (self.rule, reading) = (rule, OutcomeReading(rule)) }

    mutating func add(_ record: FileRecord) {
        switch record.outcome {
        case .open: open += 1
        case .positive: positives += 1
        case .negative: negatives += 1
        }
        guard rule.isGiven else { return }
        for cell in record.outcomeCells {
            if let category = cell.category { columns[cell.column, default: Counts()].add(category, cell.spelling) }
        }
        if let cell = reading.outcome(of: record.outcomeCells).unnamed, let category = cell.category {
            unnamed.add(category, cell.spelling)
        }
    }

    /// The values of a column, the most frequent first.
    func values(of column: String) -> [OutcomeValue] { columns[Exact(column)]?.sorted ?? [] }

    /// - Parameter isPart: whether the file may be a part of the records, as those of one day. Then a named value may be
    ///   absent, if the words of the others mean what they count as: 0 is not 1.
    /// - Throws: `OutcomeRefusal` if a named value occurs nowhere, or if the outcome of a value can't be known.
    func check(file: String, isPart: Bool) throws(OutcomeRefusal) {
        let absent = isPart && isUnderstood ? [] : rule.named.filter { isAbsent($0.condition) && !hasNoneOpen($0) }
        if let first = absent.first?.condition.column {
            let here = absent.filter { Exact($0.condition.column) == Exact(first) }
            throw refusal(.absent(here.map { ($0.option, $0.condition.value) }), column: first, file: file)
        }
        guard let column = rule.decidingColumn, !unnamed.values.isEmpty else { return }
        if rule.namesNegatives && rule.namesOpen {
            throw refusal(.unnamed(unnamed.sorted), column: column, file: file)
        }
        if !rule.namesNegatives, !rule.namesOpen, unnamed.values.count > 1 {
            throw refusal(.undecided, column: column, file: file)
        }
    }

    /// Whether a file has no open records, and says so by the other of a yes and a no: all are closed.
    private func hasNoneOpen(_ named: (option: FileOption, condition: OutcomeRule.Condition)) -> Bool {
        guard named.option.outcome == .open, let flag = OutcomeWords.flag(named.condition.value) else { return false }
        return values(of: named.condition.column).allSatisfy { OutcomeWords.flag($0.text) == !flag }
    }

    /// Whether each value that the rule does not name means what it counts as.
    private var isUnderstood: Bool {
        let otherwise: FileRecord.Outcome = rule.namesNegatives ? .open : .negative
        return unnamed.values.allSatisfy { OutcomeWords.meaning(of: $0.text) == otherwise }
    }

    /// A column without any value is that of a file of open records.
    private func isAbsent(_ condition: OutcomeRule.Condition) -> Bool {
        guard let counts = columns[Exact(condition.column)] else { return false }
        guard let category = Value.text(condition.value).asCategory else { return false }
        return counts.places[category] == nil && counts.values.count < Self.mostValues
    }

    private func refusal(_ reason: OutcomeRefusal.Reason, column: String, file: String) -> OutcomeRefusal {
        let values = values(of: column)
        return OutcomeRefusal(
            file: file, column: column, values: values, reason: reason,
            suggestion: OutcomeGuess(values: values).completed(rule, column: column))
    }

    /// What a person should know of a rule that fits: values that are spelled nearly like named ones but count as
    /// something else, and what the values that it does not name count as.
    ///
    /// - Parameter entity: whose outcomes the sentences name.
    public func notes(_ entity: Entity) -> [String] {
        guard let column = rule.decidingColumn else { return [] }
        let otherwise: FileRecord.Outcome = rule.namesNegatives ? .open : .negative
        let meaning = otherwise.status(of: entity).rawValue
        var notes: [String] = []
        for value in unnamed.sorted {
            let near = rule.named.first {
                Exact($0.condition.column) == Exact(column) && isNearSpelling($0.condition.value, value.text)
            }
            if let near, near.option.outcome != otherwise {
                notes.append(
                    "\(column): \(value.text) (\(value.count.grouped)) is spelled nearly like "
                        + "\(near.condition.value.trimmed), but counts as \(meaning)")
            }
        }
        if rule.namesNegatives || rule.namesOpen, !unnamed.values.isEmpty {
            let listed = unnamed.sorted.listed(most: 10)
            notes.append("\(column): values that no flag names count as \(meaning): \(listed)")
        }
        return notes
    }
}

extension [OutcomeValue] {
    /// "N (35), Y (25)".
    public func listed(most: Int) -> String {
        let more = count > most ? " and \((count - most).grouped) more" : ""
        return prefix(most).map { "\($0.text) (\($0.count.grouped))" }.joined(separator: ", ") + more
    }
}
