/// A value of an attribute. Null is the absence of a value, not a value.
public enum Value: Equatable, Sendable {
    case text(String)
    /// Finite; −0 is read as 0. Integers beyond 2⁵³ lose their last digits, as in JavaScript.
    case number(Double)
    case flag(Bool)
    case list([String])
}

extension Value {
    /// The number that this value is: a number, or text that is a JSON number ("4", "4.0", not "007").
    public var asNumber: Double? {
        switch self {
        case .number(let number): number
        case .text(let text): JSONNumber.parse(text)
        case .flag, .list: nil
        }
    }

    /// The category of this value: 4, 4.0, "4" and "4.0" are one, so are
    /// `true` and "True", "Google" and " google". Empty text is nothing, and so is an empty list; a list of one entry is
    /// that entry, of several all of them in order.
    public var asCategory: String? {
        switch self {
        case .text(let text): Self.category(text)
        case .number(let number): JSONNumber.shortest(number)
        case .flag(let flag): flag ? "true" : "false"
        case .list(let entries):
            Self.category(entries.count == 1 ? entries[0] : entries.sorted().joined(separator: "; "))
        }
    }

    private static func category(_ text: String) -> String? {
        let trimmed = text.trimmed
        guard !trimmed.isEmpty else { return nil }
        if let number = JSONNumber.parse(trimmed) { return JSONNumber.shortest(number) }
        return trimmed.composed.lowercased()
    }
}
