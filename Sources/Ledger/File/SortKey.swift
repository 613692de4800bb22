import Foundation

/// A text as it is sorted and compared: without case or diacritics.
enum SortKey {
    static func of(_ text: String?) -> String {
        guard let text else { return "" }
        // Most names are ASCII, and Foundation's folding is slow.
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        return text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
    }
}
