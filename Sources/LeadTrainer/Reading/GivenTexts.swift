import LeadModel

/// The texts of a column's rows as they were given: by row an index, −1 for none, and what stands for each index.
struct GivenTexts {
    var ofRow: [Int32]
    var spellings: [Int32: String]

    /// How many rows have each.
    var counts: [Int32: Int] {
        var counts: [Int32: Int] = [:]
        for text in ofRow where text >= 0 { counts[text, default: 0] += 1 }
        return counts
    }
}

/// A text or a list of texts as one text, so that columns keep both alike.
enum GivenText {
    /// Begins a list and separates its entries. No character has this code, so no text begins with it.
    private static let mark = "\u{FFFF}"

    static func spelling(ofList entries: [String]) -> String {
        entries.count == 1 && !entries[0].utf8.contains(UInt8(ascii: ";"))
            ? entries[0] : entries.map { mark + $0 }.joined()
    }

    static func value(_ spelling: String) -> Value {
        guard spelling.utf8.first == 0xEF, spelling.hasPrefix(mark) else { return .text(spelling) }
        return .list(spelling.split(separator: mark, omittingEmptySubsequences: false).dropFirst().map(String.init))
    }

    /// What a person reads.
    static func label(_ spelling: String) -> String {
        if case .list = value(spelling) { value(spelling).asCategory ?? "" } else { spelling.trimmed }
    }

    /// What a list holds, as categories and as a person reads them.
    static func entries(_ spelling: String, separator: ListSeparator? = nil) -> [(category: String, spelling: String)] {
        let entries: [String] =
            switch value(spelling) {
            case .list(let entries): entries
            default: ListText.parts(spelling, separator: separator)
            }
        return entries.compactMap { entry in
            Value.text(entry).asCategory.map { ($0, JSONNumber.parse($0) == nil ? entry.trimmed : $0) }
        }
    }
}
