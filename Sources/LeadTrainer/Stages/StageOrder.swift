import LeadModel

/// The order of stages: the given order if there is one. Otherwise, if every name begins with a number ("2 -
/// Qualified"), the order of these numbers. Otherwise the stages have no order.
struct StageOrder {
    /// From the first to the last, as they are spelled.
    private(set) var names: [String] = []
    private var rankByCategory: [String: Int] = [:]

    /// - Parameters:
    ///   - given: from the first to the last; empty: none is given.
    ///   - stages: those that are to be put in order.
    init(given: [String], stages: [(category: String, spelling: String)]) {
        if given.isEmpty {
            let numbered = stages.compactMap { stage in
                Self.leadingNumber(stage.spelling).map { (number: $0, stage: stage) }
            }
            guard numbered.count == stages.count else { return }
            names = numbered.sorted { ($0.number, Exact($0.stage.category)) < ($1.number, Exact($1.stage.category)) }
                .map(\.stage.spelling)
        } else {
            names = given
        }
        for (rank, name) in names.enumerated() {
            if let category = Value.text(name).asCategory, rankByCategory[category] == nil {
                rankByCategory[category] = rank
            }
        }
    }

    /// Nil if the stage is not in the order.
    func rank(_ category: String) -> Int? { rankByCategory[category] }

    /// "2.5 - Demo" begins with 2.5, "10. Won" with 10.
    static func leadingNumber(_ name: String) -> Double? {
        let text = name.trimmed.utf8
        var end = text.startIndex
        func skipDigits() { while end < text.endIndex, (48...57).contains(text[end]) { text.formIndex(after: &end) } }
        skipDigits()
        guard end > text.startIndex else { return nil }
        let whole = end
        if end < text.endIndex, text[end] == UInt8(ascii: ".") {
            text.formIndex(after: &end)
            let start = end
            skipDigits()
            if end == start { end = whole }
        }
        return Double(String(text[..<end]) ?? "")
    }
}
