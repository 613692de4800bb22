import LeadModel

/// Which records are positive (qualified, won), negative (disqualified, lost) or open: by the values of one column, by
/// conditions on any columns, or by both.
///
/// For each record, the first of these that fits decides:
/// 1. a condition of `openWhen`: open;
/// 2. a value of `positive` or a condition of `positiveWhen`: positive;
/// 3. a value of `negative` or a condition of `negativeWhen`: negative;
/// 4. a value of `open`, or no value in the column: open;
/// 5. any other value: open if the rule names what is negative, else negative.
///
/// Values are compared as categories: 1, "1.0" and " 1" are equal, and so are "Won" and "won".
public struct OutcomeRule: Equatable, Sendable {
    /// A value of a column that decides about the records that have it.
    public struct Condition: Hashable, Sendable {
        public var column: String
        /// Empty: the records without a value in the column.
        public var value: String

        public init(column: String, value: String) { (self.column, self.value) = (column, value) }
    }

    public var column: String?
    /// Values of `column`.
    public var positive: [String] = []
    /// Values of `column`; an empty one stands for records without a value there.
    public var negative: [String] = []
    public var open: [String] = []
    public var positiveWhen: [Condition] = []
    public var negativeWhen: [Condition] = []
    public var openWhen: [Condition] = []

    public init(column: String? = nil, positive: [String] = []) {
        (self.column, self.positive) = (column, positive)
    }

    /// Whether records have outcomes at all.
    public var isGiven: Bool { column != nil || !conditions.isEmpty }

    /// Every condition, in the order in which they decide.
    var conditions: [Condition] { openWhen + positiveWhen + negativeWhen }

    /// The columns that it reads, that of the outcome first.
    public var columns: [String] {
        var seen: Set<Exact> = []
        return ([column].compactMap(\.self) + conditions.map(\.column)).filter { seen.insert(Exact($0)).inserted }
    }

    var namesNegatives: Bool { !negative.isEmpty || !negativeWhen.isEmpty }
    var namesOpen: Bool { !open.isEmpty || !openWhen.isEmpty }

    /// The column whose values must be distinguished: that of the outcome, or the only one of the positive conditions.
    var decidingColumn: String? {
        if let column { return column }
        let columns = Set(positiveWhen.map { Exact($0.column) })
        return columns.count == 1 ? positiveWhen.first?.column : nil
    }
}

extension OutcomeRule {
    /// Checks whether the rule is complete and agrees with itself, whatever the file.
    ///
    /// - Parameter missing: the texts that mean "no value".
    /// - Throws: `IntakeError` of kind usage.
    func check(missing: MissingTexts) throws(IntakeError) {
        guard isGiven || !(positive + negative + open).isEmpty else { return }
        if column == nil, let option = namedValues.first?.option {
            throw IntakeError(
                .usage, "a value of the outcome needs the column of the outcome", options: [option, .column(.outcome)],
                advice: "Say which column holds the outcome.")
        }
        if (positive.isEmpty && positiveWhen.isEmpty) || positive.contains(where: \.trimmed.isEmpty) {
            throw IntakeError(
                .usage, "an outcome needs its positive value", options: [.positive],
                advice: "Say which of its values means qualified or won.")
        }
        if positive.contains(where: { missing.contains(.text($0)) }) {
            throw IntakeError(
                .usage, "the positive value is also a missing value", options: [.positive, .missing],
                advice: "Drop one of them.")
        }
        var options: [Condition: FileOption] = [:]
        for (option, condition) in named {
            let key = Condition(column: condition.column, value: Value.text(condition.value).asCategory ?? "")
            let former = options.updateValue(option, forKey: key) ?? option
            guard former.outcome == option.outcome else {
                throw IntakeError(
                    .usage, column: condition.column, "one value has two meanings", options: [former, option],
                    advice: "Drop one of them.")
            }
        }
        if decidingColumn == nil, !namesNegatives, !namesOpen {
            throw IntakeError(
                .usage, "it is not said which records are negative and which are open",
                options: [.negativeWhen, .openWhen], advice: "Say one of both.")
        }
    }

    /// The values of the outcome's column, with the options that name them.
    var namedValues: [(option: FileOption, value: String)] {
        positive.map { (.positive, $0) } + negative.map { (.negative, $0) } + open.map { (.open, $0) }
    }

    /// All values with their columns and the options that name them.
    var named: [(option: FileOption, condition: Condition)] {
        let values = column.map { column in
            namedValues.map { ($0.option, Condition(column: column, value: $0.value)) }
        }
        return (values ?? []) + positiveWhen.map { (.positiveWhen, $0) } + negativeWhen.map { (.negativeWhen, $0) }
            + openWhen.map { (.openWhen, $0) }
    }
}

extension FileOption {
    /// The outcome that it names values of; nil for most options.
    var outcome: FileRecord.Outcome? {
        switch self {
        case .positive, .positiveWhen: .positive
        case .negative, .negativeWhen: .negative
        case .open, .openWhen: .open
        default: nil
        }
    }
}
