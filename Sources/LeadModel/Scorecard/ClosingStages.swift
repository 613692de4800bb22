/// The closing stages of a scorecard as they are looked up: by what they are as categories.
struct ClosingStages: Sendable {
    private let categories: Set<String>

    init(_ stages: Scorecard.Stages) { categories = Set(stages.closing.compactMap { Value.text($0).asCategory }) }

    var isEmpty: Bool { categories.isEmpty }

    func contains(_ stage: Value?) -> Bool { stage?.asCategory.map(categories.contains) ?? false }
}
