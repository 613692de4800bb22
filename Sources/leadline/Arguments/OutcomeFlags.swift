import ArgumentParser
import Intake
import LeadModel

/// Which records of a file are won or qualified, which are lost, and which are open.
struct OutcomeFlags: ParsableArguments {
    @Option(help: ArgumentHelp("The column of the outcome; empty means open.", valueName: "col"))
    var outcome: String?
    @Option(help: ArgumentHelp("An outcome that counts as good; can be repeated.", valueName: "value"))
    var positive: [String] = []
    @Option(
        help: ArgumentHelp(
            "An outcome that counts as bad; can be repeated. All values that are not named are then open. Not needed if "
                + "there are two values.", valueName: "value"))
    var negative: [String] = []
    @Option(
        help: ArgumentHelp(
            "An outcome that counts as open; can be repeated. All values that are not named are then bad.",
            valueName: "value"))
    var open: [String] = []
    @Option(
        help: ArgumentHelp(
            "For outcomes in several columns: records with this value are good; can be repeated.",
            valueName: "col=value"))
    var positiveWhen: [OutcomeRule.Condition] = []
    @Option(help: ArgumentHelp("Records with this value are bad; can be repeated.", valueName: "col=value"))
    var negativeWhen: [OutcomeRule.Condition] = []
    @Option(
        help: ArgumentHelp(
            "Records with this value are open, whatever else they say; can be repeated.", valueName: "col=value"))
    var openWhen: [OutcomeRule.Condition] = []

    var rule: OutcomeRule {
        var rule = OutcomeRule(column: outcome, positive: positive)
        (rule.negative, rule.open) = (negative, open)
        (rule.positiveWhen, rule.negativeWhen, rule.openWhen) = (positiveWhen, negativeWhen, openWhen)
        return rule
    }

    /// The flags that were given.
    var given: [String] {
        Self.arguments(rule).enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    }

    func validate() throws {
        if outcome != nil, positive.isEmpty, positiveWhen.isEmpty {
            throw ValidationError("--outcome needs --positive VALUE: which of its values is the good one")
        }
        for (flag, values) in [("--positive", positive), ("--negative", negative), ("--open", open)]
        where outcome == nil && !values.isEmpty {
            throw ValidationError("\(flag) needs --outcome COL: which column holds the outcome")
        }
    }

    /// - Throws: `ValidationError` if no flag says what the outcome is.
    func require(_ entity: Entity) throws {
        guard !rule.isGiven else { return }
        throw ValidationError(
            "--outcome COL and --positive VALUE say which records are \(entity.outcomes.positive.rawValue)")
    }

    /// The flags of a rule, as arguments: each flag and its value.
    static func arguments(_ rule: OutcomeRule) -> [String] {
        func flags(_ flag: String, _ values: [String]) -> [String] { values.flatMap { [flag, $0] } }
        func texts(_ conditions: [OutcomeRule.Condition]) -> [String] {
            conditions.map { "\($0.column)=\($0.value)" }
        }
        return flags("--outcome", [rule.column].compactMap(\.self)) + flags("--positive", rule.positive)
            + flags("--negative", rule.negative) + flags("--open", rule.open)
            + flags("--positive-when", texts(rule.positiveWhen)) + flags("--negative-when", texts(rule.negativeWhen))
            + flags("--open-when", texts(rule.openWhen))
    }
}

extension OutcomeRule.Condition: ExpressibleByArgument {
    /// From `COL=VALUE`.
    public init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else { return nil }
        self.init(column: String(argument[..<sign]), value: String(argument[argument.index(after: sign)...]))
    }
}
