import ArgumentParser
import Foundation
import LeadTrainer

/// What an evaluation is compared with: another file, other options, or both.
struct CompareFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Evaluate this file too, on the same folds, and compare; all flags apply to both. Records are matched by "
                + "--id, without it by row.", valueName: "other"))
    var compare: String?
    @Option(help: ArgumentHelp("Compare with an evaluation without this column; can be repeated.", valueName: "col"))
    var compareExclude: [String] = []
    @Flag(help: "Compare with an evaluation without what is suspected to give away the outcome.")
    var compareExcludeSuspects = false

    var isGiven: Bool { compare != nil || !compareExclude.isEmpty || compareExcludeSuspects }

    /// Whether the second side has other values: not if only suspects are left out, which the training finds.
    var readsAgain: Bool { compare != nil || !compareExclude.isEmpty }

    /// What the two sides are called: by their files, or by what the second leaves out.
    func names(_ file: String) -> (first: String, second: String) {
        let names = [file, compare ?? file].map { ($0 as NSString).lastPathComponent }
        let isSameName = names[0] == names[1]
        let left = compareExclude + (compareExcludeSuspects ? ["suspects"] : [])
        let without = left.isEmpty ? "" : "without \(left.joined(separator: ", "))"
        guard let compare else { return ("as given", without) }
        return (isSameName ? file : names[0], (isSameName ? compare : names[1]) + (left.isEmpty ? "" : " \(without)"))
    }
}
