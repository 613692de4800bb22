/// What counts as missing besides nothing and blank text: by what it is as a category.
struct MissingValues: Sendable {
    /// Those that the admin gave.
    let categories: Set<String>
    /// Those that count as missing where they are no level: null words that the admin didn't keep.
    let nullWords: Set<String>
    private let plain: PlainTexts
    private let numbers: Set<Double>
    /// Whether some of them are dates.
    let hasDates: Bool

    /// - Parameter keep: null words that are values.
    init(_ texts: [String], keep: [String] = []) {
        categories = Set(texts.compactMap { Value.text($0).asCategory })
        nullWords = NullWord.all.subtracting(keep.compactMap { Value.text($0).asCategory })
        plain = PlainTexts(Dictionary(uniqueKeysWithValues: categories.map { ($0, 0) }))
        numbers = Set(categories.compactMap(JSONNumber.parse))
        hasDates = texts.contains { Moment(inFile: $0) != nil }
    }

    /// A number's category is a missing one if the same number is.
    @inline(__always)
    func contains(_ number: Double) -> Bool { !numbers.isEmpty && numbers.contains(number) }

    /// Whether a text that is a date counts as missing.
    func containsDate(_ value: Value) -> Bool { hasDates && contains(value) }

    func contains(_ value: Value) -> Bool {
        if case .text(let text) = value {
            if text.utf8.isEmpty || plain.number(of: text) != nil { return true }
        }
        return value.asCategory.map { categories.contains($0) || nullWords.contains($0) } ?? true
    }
}
