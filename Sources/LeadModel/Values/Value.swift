/// What an attribute of a record can hold. "Nothing" (null) is the absence of a value, never a value.
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

    /// The text that stands for this value where categories are told apart: 4, 4.0, "4" and "4.0" are one, so are
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
        return trimmed.lowercased()
    }
}

extension String {
    /// Without blanks, tabs and line ends at either end.
    public var trimmed: String {
        func blank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
        guard let first = utf8.first, let last = utf8.last, blank(first) || blank(last) else { return self }
        guard let start = utf8.firstIndex(where: { !blank($0) }), let end = utf8.lastIndex(where: { !blank($0) }) else {
            return ""
        }
        return String(self[start...end])
    }
}

/// Numbers as JSON writes them.
public enum JSONNumber {
    /// The finite number that a text is by JSON's grammar; nothing for "007", "+1", "1.", ".5", "0x1", "inf", " 1".
    public static func parse(_ text: String) -> Double? {
        var rest = text.utf8[...]
        func digits() -> Int {
            let count = rest.prefix { (48...57).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let leadingZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole == 1 || (whole > 1 && !leadingZero) else { return nil }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() > 0 else { return nil }
        }
        if let exponent = rest.first, exponent | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard digits() > 0 else { return nil }
        }
        guard rest.isEmpty, let number = Double(text), number.isFinite else { return nil }
        return number == 0 ? 0 : number
    }

    /// The shortest decimal that reads back as this number; whole numbers without ".0".
    public static func shortest(_ number: Double) -> String {
        guard let whole = Int64(exactly: number), whole.magnitude < 1 << 53 else { return "\(number)" }
        return String(whole)
    }
}
