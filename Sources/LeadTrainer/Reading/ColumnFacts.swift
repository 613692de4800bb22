import LeadModel

/// Facts about an attribute's values, which decide how it is read. Nobody declares the kind.
///
/// - a signal: its name says e-mail, telephone or a person's name, and most values differ (of first and last names, 20);
///   or half of its values are e-mail addresses, and most differ;
/// - a number: nine in ten values are, and there are at least three different ones;
/// - a date, read as its age: nine in ten values are dates, none of them a plain number;
/// - a list of choices: one value in twenty holds several entries, and there are at most half as many different entries
///   as different values; where lists are given as lists, however many there are;
/// - else a category.
struct ColumnFacts {
    let texts: [Int32: String]
    private(set) var filled = 0
    private(set) var different = 0
    private var numbers = 0
    private var differentNumbers = 0
    private var dates = 0
    private var addresses = 0
    /// Values of several entries, and those of them that were given as lists.
    private var several = 0
    private var lists = 0
    private var differentTexts = 0
    private var entries: Set<String> = []

    init(numbers given: [Double], texts: GivenTexts) {
        self.texts = texts.spellings
        var bits: Set<UInt64> = []
        for number in given where !number.isNaN {
            numbers += 1
            if bits.count < 200_000 { bits.insert(number.bitPattern) }
        }
        differentNumbers = bits.count
        // In an order that comes again: the entries end where they are too many.
        for (text, count) in texts.counts.sorted(by: { $0.key < $1.key }) {
            let spelling = texts.spellings[text] ?? ""
            let value = GivenText.value(spelling)
            filled += count
            differentTexts += 1
            if value.asDate != nil { dates += count }
            if spelling.utf8.contains(UInt8(ascii: "@")),
                Signal.email.finding(in: spelling) != Signal.email.findings.last
            {
                addresses += count
            }
            let held = value.entries
            if held.count > 1 { several += count }
            if case .list = value { lists += count }
            if entries.count <= 100_000 { entries.formUnion(held) }
        }
        filled += numbers
        different = differentTexts + differentNumbers
    }

    var isNumber: Bool { differentNumbers >= 3 && numbers * 10 >= filled * 9 }
    var isDates: Bool { filled > 0 && dates * 10 >= filled * 9 }

    var isList: Bool {
        guard filled > 0, several * 20 >= filled else { return false }
        return lists * 2 >= several || entries.count * 2 <= different
    }

    func date(_ text: Int32) -> Double {
        (texts[text].flatMap { GivenText.value($0).asDate }).map { Double($0.microseconds) } ?? .nan
    }

    func signal(name: String) -> Signal? {
        let words = name.nameWords
        let mostDiffer = filled >= 20 && different * 2 >= filled
        let isEmail = words.contains { ["email", "mail", "emailaddress"].contains($0) }
        if mostDiffer, addresses * 2 >= filled || (isEmail && addresses * 5 >= filled) { return .email }
        if mostDiffer, words.contains(where: Self.phones.contains) { return .phone }
        guard numbers * 10 < filled, let last = words.last else { return nil }
        let isPersons =
            Self.personalNames.contains(last)
            || (last == "name" && words.dropLast().contains(where: Self.persons.contains))
        if isPersons, different >= 20 { return .name }
        return last == "name" && mostDiffer && (words.count == 1 || words.contains(where: Self.named.contains))
            ? .name : nil
    }

    private static let phones: Set<String> = ["phone", "telephone", "tel", "mobile", "cell", "cellphone", "fax"]
    private static let personalNames: Set<String> = ["firstname", "lastname", "surname", "fullname", "forename"]
    private static let persons: Set<String> = ["first", "last", "full", "given", "family", "middle"]
    private static let named: Set<String> = [
        "contact", "lead", "person", "customer", "client", "company", "account", "organization", "organisation",
        "prospect",
    ]
}

extension String {
    /// The words of an attribute's name, split at blanks, signs and humps: "Lead Number", "account_id", "crmKey".
    var nameWords: [String] {
        var words: [[Character]] = [[]]
        for character in self {
            if !character.isLetter, !character.isNumber {
                words.append([])
            } else if character.isUppercase, words.last?.last?.isLowercase == true {
                words.append([character])
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words.filter { !$0.isEmpty }.map { String($0).lowercased() }
    }
}
