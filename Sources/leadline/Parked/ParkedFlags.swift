import ArgumentParser
import Operations

/// Which messages of a parked queue a command acts on: numbers, or all.
struct ParkedFlags: ParsableArguments {
    @Argument(help: ArgumentHelp("Their numbers, as `list` shows them.", valueName: "number"))
    var numbers: [Int] = []
    @Flag(help: "All messages that are there now.") var all = false
    @Option(help: ArgumentHelp("With --all: only those of this organization.", valueName: "name")) var org: String?

    func validate() throws {
        if let wrong = numbers.first(where: { $0 < 1 }) {
            throw ValidationError("numbers count from 1, the oldest; there is no message \(wrong)")
        }
        if all, !numbers.isEmpty { throw ValidationError("give numbers or --all, not both") }
        if org != nil, !all { throw ValidationError("--org narrows --all: give --all too") }
        if let org { try OrganizationArgument.validate(org, "--org") }
    }

    /// - Throws: if neither numbers nor --all are given.
    func requireChoice() throws {
        if numbers.isEmpty, !all { throw ValidationError("which ones? Give the numbers that `list` shows, or --all") }
    }

    func selection(reason: String? = nil) -> ParkedSelection {
        ParkedSelection(numbers: all || numbers.isEmpty ? nil : Set(numbers), organization: org, reason: reason)
    }
}
