import LeadModel

/// Whether a text is personal data by its form: it holds an e-mail address, or is a telephone number. Such a text is never
/// a level of a scorecard, whatever its attribute is called and however many records have it.
enum PersonalForm {
    static func isPersonal(_ text: String) -> Bool { hasAddress(text) || isPhone(text) }

    /// Whether an e-mail address stands anywhere in the text; one that no mail reaches counts too.
    static func hasAddress(_ text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return false }
        let bytes = Array(text.utf8)
        return bytes.indices.contains { at in
            guard bytes[at] == UInt8(ascii: "@"), at > 0, isOfAddress(bytes[at - 1]) else { return false }
            let domain = bytes[(at + 1)...].prefix(while: isOfDomain)
            let labels = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: true)
            guard labels.count >= 2, let top = labels.last else { return false }
            return top.count >= 2 && top.allSatisfy { isLetter($0) }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte >= 0x80 || (97...122).contains(byte | 0x20) }
    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isOfAddress(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "._%+-'\"".utf8.contains(byte)
    }
    private static func isOfDomain(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }

    /// Whether a text can hardly be anything but a telephone number:
    /// - it begins with + and 8 to 15 digits follow, or with 00 and a country's code;
    /// - an area code stands in brackets: (030) 1234567;
    /// - it begins with one 0 and has 9 to 12 digits in groups, or 10 or 11 without;
    /// - its groups are those of North America (555-123-4567), Spain (612 34 56 78), Norway or Denmark (12 34 56 78).
    ///
    /// Years, dates, amounts, decimals, postal codes, ranges and order numbers have none of these forms. Nor do telephone
    /// numbers of other groups: only the name of the attribute, or all its values, can show it (`PhoneCount`).
    static func isPhone(_ text: String) -> Bool {
        guard let groups = PhoneGroups(text) else { return false }
        let digits = groups.digits
        guard (7...15).contains(digits.utf8.count), !groups.isDecimal else { return false }
        if groups.beginsWithPlus { return digits.utf8.count >= 8 }
        if digits.hasPrefix("00") {
            return !digits.hasPrefix("000") && digits.utf8.count >= (groups.lengths.count > 1 ? 10 : 11)
        }
        if groups.hasAreaInBrackets { return true }
        if digits.hasPrefix("0") {
            return groups.lengths.count == 1
                ? (10...11).contains(digits.utf8.count)
                : (9...12).contains(digits.utf8.count) && groups.lengths[0] > 1 && groups.lengths.count <= 5
                    && !groups.isPostalCodeOrDate
        }
        return groups.areNorthAmerican
            || groups.separators == [" "] && [[3, 2, 2, 2], [2, 2, 2, 2], [3, 2, 3]].contains(groups.lengths)
    }
}

/// The digits of a text that may be a telephone number, in their groups.
struct PhoneGroups {
    private(set) var digits = ""
    private(set) var lengths: [Int] = []
    private(set) var separators: Set<Character> = []
    private(set) var beginsWithPlus = false
    private(set) var hasAreaInBrackets = false
    /// "0.12345678", "+1 234 567.89": the only point stands before the last digits.
    private(set) var isDecimal = false

    private static let prefixes = [
        "tel", "phone", "telephone", "telefon", "mobile", "mobil", "fax", "cell", "ph", "t", "m",
    ]

    /// Nil if it has other signs than such a number.
    init?(_ text: String) {
        // Most texts are no such thing.
        guard text.utf8.lazy.filter({ (48...57).contains($0) }).prefix(7).count == 7, text.utf8.count <= 50 else {
            return nil
        }
        var rest = text.trimmed.lowercased()[...]
        let word = rest.prefix(while: \.isLetter)
        if !word.isEmpty {
            guard Self.prefixes.contains(String(word)) else { return nil }
            rest = rest.dropFirst(word.count).drop { $0 == "." || $0 == ":" || $0.isWhitespace }
        }
        for mark in ["extension", "ext.", "ext", "x", "#", ";"] {
            guard let end = rest.firstRange(of: mark)?.lowerBound else { continue }
            guard rest[end...].allSatisfy({ $0.isNumber || $0.isLetter || " .#;=:".contains($0) }) else { return nil }
            rest = rest[..<end]
        }
        var (open, group) = (false, 0)
        var (behindArea, lastSeparator): (Int?, Character?)
        var points = 0
        for character in rest {
            if let digit = character.wholeNumberValue, character.isASCII {
                digits += "\(digit)"
                group += 1
                continue
            }
            if group > 0 {
                lengths.append(group)
                if character == ")", (2...5).contains(group), lengths.count <= 2 { behindArea = digits.utf8.count }
                group = 0
            }
            lastSeparator = character
            if character == "." { points += 1 }
            switch character {
            case "+" where digits.isEmpty && !beginsWithPlus: beginsWithPlus = true
            case "(" where !open: open = true
            case ")" where open: open = false
            case "-", "–", "‑", ".", "/":
                separators.insert(character == "." || character == "/" ? character : "-")
            case _ where character.isWhitespace: separators.insert(" ")
            default: return nil
            }
        }
        guard !open else { return nil }
        hasAreaInBrackets = behindArea.map { digits.utf8.count - $0 >= 5 } ?? false
        if group > 0 { lengths.append(group) }
        isDecimal = points == 1 && lastSeparator == "." && (lengths.count == 2 || group <= 2)
    }

    /// "02139-4307", "02.11.2026 18".
    var isPostalCodeOrDate: Bool { lengths == [5, 4] || lengths.starts(with: [2, 2, 4]) }

    var areNorthAmerican: Bool {
        let local =
            lengths.count == 4 && lengths[0] == 1 && digits.hasPrefix("1") ? Array(lengths.dropFirst()) : lengths
        guard local == [3, 3, 4] else { return false }
        let ten = Array(digits.utf8.suffix(10))
        return ten[0] > UInt8(ascii: "1") && ten[3] > UInt8(ascii: "1")
    }
}

/// How many values of an attribute are telephone numbers, by their form.
struct PhoneCount {
    /// Of a form that nothing else has; of 7 to 15 digits.
    private(set) var certain = 0
    private(set) var possible = 0
    /// Of digits in groups with blanks, by how many digits they have.
    private var grouped: [Int: (records: Int, different: Int)] = [:]

    mutating func add(_ text: String, _ count: Int) {
        if Signal.phone.isPlausible(text) { possible += count }
        guard let groups = PhoneGroups(text) else { return }
        if PersonalForm.isPhone(text) { certain += count }
        let length = groups.digits.utf8.count
        guard groups.separators == [" "], groups.lengths.count > 1, (8...11).contains(length) else { return }
        let known = grouped[length] ?? (0, 0)
        grouped[length] = (known.records + count, known.different + 1)
    }

    mutating func add(_ number: Double, _ count: Int) {
        if number == number.rounded(), (1e6..<1e15).contains(number) { possible += count }
    }

    /// Whether half of the values are, or nine in ten have as many digits in groups: amounts don't.
    func areMost(of filled: Int) -> Bool {
        certain * 2 >= filled || grouped.values.contains { $0.records * 10 >= filled * 9 && $0.different >= 10 }
    }
}

extension Signal {
    /// For a name or telephone number.
    func isPlausible(_ text: String) -> Bool { finding(in: text) == findings.first }
}
