import LeadModel

/// The values that count as missing in addition to empty texts: all as categories, and the numbers among them.
struct MissingKeys {
    private let categories: Set<String>
    private let numbers: Set<Double>
    private let dates: Set<Moment>

    init(_ texts: [String]) {
        categories = Set(texts.compactMap { Value.text($0).asCategory })
        numbers = Set(categories.compactMap(JSONNumber.parse))
        dates = Set(texts.compactMap { Moment(inFile: $0) })
    }

    func contains(_ number: Double) -> Bool { !numbers.isEmpty && numbers.contains(number) }
    func contains(category: String) -> Bool { categories.contains(category) }

    /// Whether a date counts as missing.
    func contains(_ date: Moment) -> Bool { dates.contains(date) }
}
