import LeadModel

/// What the values of a column of outcomes probably mean, by their words.
public struct OutcomeGuess: Equatable, Sendable {
    public private(set) var positive: [String] = []
    public private(set) var negative: [String] = []
    public private(set) var open: [String] = []

    public init(values: [OutcomeValue]) {
        for value in values {
            switch OutcomeWords.meaning(of: value.text) {
            case .positive: positive.append(value.text)
            case .negative: negative.append(value.text)
            case .open, nil: open.append(value.text)
            }
        }
        // Where a value means won, "Qualified" is a stage on the way.
        if positive.contains(where: OutcomeWords.isFinal) {
            open += positive.filter { !OutcomeWords.isFinal($0) }
            positive.removeAll { !OutcomeWords.isFinal($0) }
        }
        // "Won" and "Open" say nothing of a third value. If only one value is no positive, it is the negative one.
        if negative.isEmpty, open.count == 1, !positive.isEmpty, OutcomeWords.meaning(of: open[0]) != .open {
            (negative, open) = (open, [])
        }
    }

    /// The value that a person probably meant. Short ones, such as 0 and 1, are never mistaken for each other.
    static func near(_ value: String, in all: [String]) -> String? {
        if let same = all.first(where: { isNearSpelling($0, value) }) { return same }
        guard value.count >= 4 else { return nil }
        let meaning = OutcomeWords.meaning(of: value)
        return nearMatches(of: value, in: all).first { near in
            let other = OutcomeWords.meaning(of: near)
            return meaning == nil || other == nil || meaning == other
        }
    }

    /// A rule that names every value that it must, with the positive values of `rule` as far as they exist.
    ///
    /// - Returns: nil if it can't be guessed which values are positive.
    func completed(_ rule: OutcomeRule, column: String) -> OutcomeRule? {
        let all = positive + negative + open
        func existing(_ given: [String]) -> [String] {
            given.compactMap { value in
                all.first { Value.text($0).asCategory == Value.text(value).asCategory } ?? Self.near(value, in: all)
            }
        }
        let isByCondition = rule.column.map { Exact($0) != Exact(column) } ?? true
        func values(_ named: [OutcomeRule.Condition]) -> [String] {
            named.filter { Exact($0.column) == Exact(column) }.map(\.value)
        }
        var good = existing(isByCondition ? values(rule.positiveWhen) : rule.positive)
        good += all.filter { value in !good.contains(value) && good.contains { isNearSpelling($0, value) } }
        if good.isEmpty { good = positive }
        guard !good.isEmpty || (isByCondition && !values(rule.negativeWhen + rule.openWhen).isEmpty) else { return nil }
        var bad = existing(isByCondition ? values(rule.negativeWhen) : rule.negative)
        var waiting = existing(isByCondition ? values(rule.openWhen) : rule.open)
        let rest = all.filter { !good.contains($0) && !bad.contains($0) && !waiting.contains($0) }
        if rest.count > 1 || (rule.namesNegatives && rule.namesOpen) {
            bad += rest.filter { negative.contains($0) }
            // Without a word for it, all that does not sound open is negative.
            if bad.isEmpty { bad = rest.filter { OutcomeWords.meaning(of: $0) != .open } }
            if rule.namesOpen { waiting += rest.filter { !bad.contains($0) } }
        }
        var completed = rule
        if isByCondition {
            func replaced(_ former: [OutcomeRule.Condition], _ values: [String]) -> [OutcomeRule.Condition] {
                former.filter { Exact($0.column) != Exact(column) }
                    + values.map { OutcomeRule.Condition(column: column, value: $0) }
            }
            completed.positiveWhen = replaced(rule.positiveWhen, good)
            completed.negativeWhen = replaced(rule.negativeWhen, bad)
            completed.openWhen = replaced(rule.openWhen, waiting)
        } else {
            (completed.positive, completed.negative, completed.open) = (good, bad, waiting)
        }
        return completed
    }
}
