import LeadModel

/// The values that count as missing in addition to empty texts: all as categories, and the numbers among them.
struct MissingKeys {
    private let categories: Set<String>
    private let nullWords: Set<String>
    private let numbers: Set<Double>
    private let dates: Set<Moment>

    /// - Parameter keep: null words that are values.
    init(_ texts: [String], keep: [String] = []) {
        nullWords = NullWord.all.subtracting(keep.compactMap { Value.text($0).asCategory })
        categories = Set(texts.compactMap { Value.text($0).asCategory })
        numbers = Set(categories.compactMap(JSONNumber.parse))
        dates = Set(texts.compactMap { Moment(inFile: $0) })
    }

    func contains(_ number: Double) -> Bool { !numbers.isEmpty && numbers.contains(number) }
    func contains(category: String) -> Bool { categories.contains(category) || nullWords.contains(category) }

    /// The null word that a text is, if it counts as missing for no other reason.
    func nullWord(_ text: String) -> String? {
        guard NullWord.contains(text) else { return nil }
        let category = text.trimmed.lowercased()
        return nullWords.contains(category) && !categories.contains(category) ? text.trimmed : nil
    }

    /// Whether a date counts as missing.
    func contains(_ date: Moment) -> Bool { dates.contains(date) }
}
