/// A number as people and programs write it: "1,234.50", "1.234,50 EUR", "$1,234", "12 345", "45 %", "(99.00)", "99-",
/// "1.5M".
///
/// A point or a comma before exactly three digits can be either a decimal sign or a separator of thousands: "1.234". What a
/// text alone doesn't say, the column's other texts do.
public struct SpelledNumber: Equatable, Sendable {
    /// What a text shows of the decimal sign.
    public enum Evidence: Equatable, Sendable {
        case none
        case decimal(DecimalSign)
        /// This sign occurs once, before exactly three digits.
        case undecided(DecimalSign)
    }

    public private(set) var number: Double
    public private(set) var evidence: Evidence
    /// "$", "EUR"; nil if it has none.
    public private(set) var currency: String?

    private static let longest = 48

    /// Nil if the text is not a number. Whole numbers with leading zeros ("007") and long numbers with a plus ("+49301234")
    /// are none: these are codes and telephone numbers.
    ///
    /// - Parameter decimal: the decimal sign of a text that is undecided; nil: a point is one, a comma is not.
    public init?(_ text: String, decimal: DecimalSign? = nil) {
        guard text.utf8.count <= Self.longest, text.utf8.contains(where: { (48...57).contains($0) }) else { return nil }
        var rest = Substring(text)
        guard let parts = Affixes(&rest), let digits = Digits(rest, decimal: decimal) else { return nil }
        guard !parts.hasPlus || digits.count < 8 || digits.isGrouped else { return nil }
        guard let size = Double(digits.plain(times: parts.scale)), size.isFinite else { return nil }
        number = size == 0 ? 0 : parts.isNegative ? -size : size
        (evidence, currency) = (digits.evidence, parts.currency)
    }

    /// Whether a JSON number is undecided: "1.234" with one to three digits before the point, the first of them not 0.
    public static func isUndecided(json text: some StringProtocol) -> Bool {
        var utf8 = text.utf8[...]
        if utf8.first == UInt8(ascii: "-") { utf8 = utf8.dropFirst() }
        guard (5...7).contains(utf8.count), let first = utf8.first, (49...57).contains(first) else { return false }
        return utf8[utf8.index(utf8.endIndex, offsetBy: -4)] == UInt8(ascii: ".")
    }
}

/// What is around the digits.
private struct Affixes {
    var isNegative = false
    var hasPlus = false
    var currency: String?
    /// A power of ten.
    var scale = 0
    private var hasSign = false
    private var isPercent = false

    /// By powers of a thousand; longest first.
    private static let scales: [(String, Int)] = [
        ("million", 6), ("billion", 9), ("mio.", 6), ("mrd.", 9), ("tsd.", 3), ("mio", 6), ("mln", 6), ("mrd", 9),
        ("tsd", 3), ("bn", 9), ("mn", 6), ("mm", 6), ("k", 3), ("m", 6), ("b", 9),
    ]

    /// Takes all of it off both ends; nil if something is left that is neither.
    init?(_ rest: inout Substring) {
        rest = rest.trimmedOfBlanks
        while let first = rest.first, let last = rest.last {
            if !first.isDigit, first != ".", first != "," {
                guard takeFirst(first, &rest) else { return nil }
            } else if !last.isDigit, last != "." || rest.hasUnits {
                guard takeLast(last, &rest) else { return nil }
            } else {
                return
            }
            rest = rest.trimmedOfBlanks
        }
        return nil
    }

    private mutating func takeFirst(_ first: Character, _ rest: inout Substring) -> Bool {
        switch first {
        case "-", "−", "–", "+":
            guard !hasSign else { return false }
            (hasSign, isNegative, hasPlus) = (true, first != "+", first == "+")
            rest.removeFirst()
        case "(":
            guard !hasSign, rest.count > 2 else { return false }
            guard let close = rest.lastIndex(of: ")") else { return false }
            (hasSign, isNegative) = (true, true)
            rest.remove(at: close)
            rest.removeFirst()
        case "%":
            guard !isPercent else { return false }
            isPercent = true
            rest.removeFirst()
        default:
            let word = rest.prefix { !$0.isDigit && $0 != "-" && $0 != "−" && $0 != "(" && $0 != "+" && !$0.isBlank }
            guard take(currency: word) else { return false }
            rest.removeFirst(word.count)
        }
        return true
    }

    private mutating func takeLast(_ last: Character, _ rest: inout Substring) -> Bool {
        if last == "-" || last == "−" {
            guard !hasSign else { return false }
            (hasSign, isNegative) = (true, true)
            rest.removeLast()
            return true
        }
        if last == "%" {
            guard !isPercent else { return false }
            isPercent = true
            rest.removeLast()
            return true
        }
        let end = rest.lastIndex(where: \.isDigit).map(rest.index(after:)) ?? rest.startIndex
        let words = rest[end...].trimmedOfBlanks.split(whereSeparator: \.isBlank)
        guard words.count <= 2, var word = words.last else { return false }
        // "1.5M€" has both in one word.
        if words.count == 1, scale == 0, !take(currency: word) {
            guard let (name, factor) = Self.scales.first(where: { word.lowercased().hasPrefix($0.0) }) else {
                return false
            }
            // Small letters alone are metres and millimetres as well.
            guard !["m", "mm", "b"].contains(word) || currency != nil else { return false }
            scale = factor
            word = word.dropFirst(name.count)
            guard word.isEmpty || take(currency: word) else { return false }
            rest = rest[..<end]
            return true
        }
        if words.count == 2 {
            guard take(currency: word) else { return false }
            rest = rest[..<word.startIndex]
            return true
        }
        rest = rest[..<end]
        return currency != nil
    }

    private mutating func take(currency text: Substring) -> Bool {
        guard currency == nil, CurrencyText.isCurrency(String(text)) else { return false }
        currency = String(text)
        return true
    }
}

/// The digits of a number with their separators.
private struct Digits {
    /// As `Double` reads it, without the exponent.
    private var plain: String
    private var exponent = 0
    var evidence = SpelledNumber.Evidence.none
    var isGrouped = false
    var count: Int

    init?(_ text: Substring, decimal: DecimalSign?) {
        var body = text
        if let e = text.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            guard let exponent = Int(text[text.index(after: e)...]), abs(exponent) < 400 else { return nil }
            (body, self.exponent) = (text[..<e], exponent)
        }
        var groups: [Substring] = []
        var signs: [Character] = []
        var start = body.startIndex
        for index in body.indices where !body[index].isDigit {
            guard let sign = Self.separator(body[index]) else { return nil }
            groups.append(body[start..<index])
            signs.append(sign)
            start = body.index(after: index)
        }
        groups.append(body[start...])
        count = groups.reduce(0) { $0 + $1.count }
        var fraction: Substring?
        if let last = signs.last, last == "." || last == "," {
            let isAlone = signs.count == 1
            let isUndecided =
                isAlone && groups[1].count == 3 && (1...3).contains(groups[0].count) && groups[0].first != "0"
            let sign = DecimalSign(rawValue: String(last)) ?? .point
            if isUndecided {
                evidence = .undecided(sign)
                if sign == (decimal ?? .point) { fraction = groups.removeLast() }
            } else if isAlone || !signs.dropLast().contains(last) {
                evidence = .decimal(sign)
                fraction = groups.removeLast()
            } else {
                // The sign that occurs twice separates thousands, so the other one is the decimal sign.
                evidence = .decimal(sign == .point ? .comma : .point)
            }
            if fraction != nil { signs.removeLast() }
        }
        if groups.count > 1 {
            guard Set(signs).count == 1, Self.areGroups(groups, sign: signs[0]) else { return nil }
            isGrouped = true
        }
        let whole = groups.joined()
        // A code like 007 is not a number; 0.5, .5 and 0,5 are.
        guard whole.count <= 1 || whole.first != "0", !whole.isEmpty || !(fraction ?? "").isEmpty else { return nil }
        plain = (whole.isEmpty ? "0" : whole) + (fraction.map { ".\($0.isEmpty ? "0" : $0)" } ?? "")
    }

    func plain(times scale: Int) -> String { exponent + scale == 0 ? plain : "\(plain)e\(exponent + scale)" }

    private static func separator(_ character: Character) -> Character? {
        if character == "." || character == "," { return character }
        if character == "'" || character == "’" { return "'" }
        return character.isBlank ? " " : nil
    }

    /// Of three digits each; in India, after commas, of two but for the last.
    private static func areGroups(_ groups: [Substring], sign: Character) -> Bool {
        guard let first = groups.first, (1...3).contains(first.count), groups.last?.count == 3 else { return false }
        let middle = groups.dropFirst().dropLast()
        return middle.allSatisfy { $0.count == 3 }
            || (sign == "," && first.count <= 2 && middle.allSatisfy { $0.count == 2 })
    }
}

extension Character {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) && utf8.count == 1 }
    /// Blanks that separate thousands: plain, no-break, narrow no-break, thin, figure.
    fileprivate var isBlank: Bool {
        guard let scalar = unicodeScalars.first, unicodeScalars.count == 1 else { return false }
        return [0x20, 0xA0, 0x202F, 0x2009, 0x2007, 0x09].contains(scalar.value)
    }
}

extension Substring {
    fileprivate var trimmedOfBlanks: Substring {
        var text = self
        while text.first?.isBlank == true { text.removeFirst() }
        while text.last?.isBlank == true { text.removeLast() }
        return text
    }

    /// Whether letters or signs follow the last digit.
    fileprivate var hasUnits: Bool {
        guard let last = lastIndex(where: \.isDigit) else { return true }
        return self[index(after: last)...] != "."
    }
}
