import ArgumentParser
import Contract

/// Which messages of a queue an operator means.
struct ParkedFilter {
    /// Nothing: all.
    var numbers: Set<Int>?
    var fits: (ParkedMessage) -> Bool = { _ in true }

    /// The highest number that is meant.
    var last: Int? { numbers?.max() }

    func takes(_ kept: ParkedMessage) -> Bool { numbers?.contains(kept.number) ?? true && fits(kept) }
}

/// Numbers, or all.
struct ParkedFlags: ParsableArguments {
    @ArgumentParser.Argument(help: ArgumentHelp("Their numbers, as `list` says them.", valueName: "number"))
    var numbers: [Int] = []
    @Flag(help: "All that are there now.") var all = false
    @Option(help: ArgumentHelp("With --all: those of this organization alone.", valueName: "name")) var org: String?

    func validate() throws {
        if let wrong = numbers.first(where: { $0 < 1 }) {
            throw ValidationError("numbers count from 1, the oldest: \(wrong) is none")
        }
        if all, !numbers.isEmpty { throw ValidationError("give numbers, or --all, not both") }
        if org != nil, !all { throw ValidationError("--org narrows --all: say --all too") }
        if let org { try OrganizationArgument.validate(org, "--org") }
    }

    /// - Throws: where neither numbers nor all are named.
    func need() throws {
        if numbers.isEmpty, !all { throw ValidationError("which? Give the numbers that `list` says, or --all") }
    }

    func choice(where fits: @escaping (ParkedMessage) -> Bool) -> ParkedFilter {
        ParkedFilter(numbers: all || numbers.isEmpty ? nil : Set(numbers), fits: fits)
    }
}

extension String {
    /// Whether a routing key is that of an organization.
    func isKey(of org: String?) -> Bool { org.map { hasPrefix($0 + ".") } ?? true }
}
