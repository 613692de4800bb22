import ArgumentParser
import LeadModel

/// Which records a model is trained on and scores.
struct ScopeFlags: ParsableArguments {
    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only records of which this holds, in training and scoring, such as 'account.region in EU, UK'. Can be repeated: "
                + "then all must hold.",
            discussion: "Conditions: \(RecordFilter.Condition.forms).", valueName: "condition"))
    var conditions: [String] = []
    @Option(
        name: .customLong("where-any"),
        help: ArgumentHelp(
            "Also records of which all of this holds, whatever --where says: conditions with a semicolon between them. Can be "
                + "repeated.", valueName: "conditions"))
    var groups: [String] = []
    @Option(
        name: .customLong("for-process"),
        help: ArgumentHelp("Only records of this sales process, in training and scoring.", valueName: "process"))
    var process: String?

    func validate() throws { _ = try scope }

    var scope: ModelScope {
        get throws {
            do {
                if let process { _ = try RecordFilter.Condition("process", .isIn([process])) }
                let first = try conditions.map { text throws(FilterError) in try RecordFilter.Condition(text: text) }
                let others = try groups.map { group throws(FilterError) in
                    try group.split(separator: ";").map { part throws(FilterError) in
                        try RecordFilter.Condition(text: String(part))
                    }
                }
                let all = (first.isEmpty ? [] : [first]) + others
                return ModelScope(process: process, filter: all.isEmpty ? nil : try RecordFilter(anyOf: all))
            } catch let error as FilterError {
                throw ValidationError("\(error)")
            }
        }
    }
}
