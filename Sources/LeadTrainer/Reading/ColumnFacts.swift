import LeadModel

/// Facts about an attribute's values, which decide how it is read. Nobody declares the kind.
///
/// - a signal: its name says e-mail, telephone or a person's name, and most values differ (of first and last names, 20);
///   or half of its values are e-mail addresses, and most differ;
/// - a date, read as its age: nine in ten values are dates, none of them a plain number; or it is a number, nine in ten of
///   them are dates of one form (epoch, spreadsheet, yyyymmdd), and its name is that of a date;
/// - a number: nine in ten values are, in any spelling, and there are at least three different ones;
/// - a list of choices: one value in twenty holds several entries, and there are at most half as many different entries
///   as different values; where lists are given as lists, however many there are;
/// - else a category.
struct ColumnFacts {
    let name: String
    let texts: [Int32: String]
    private(set) var filled = 0
    private(set) var different = 0
    /// Plain numbers, and those in any spelling.
    private var plainNumbers = 0
    private(set) var numbers = 0
    private var differentNumbers = 0
    private(set) var dates = 0
    /// The form of the numbers that are dates, if nine in ten have it.
    private var numberedDates: Moment.NumberForm?
    private var addresses = 0
    private var lists: ListFacts
    let spelling: SpellingFacts

    /// - Parameter options: what the admin said of spellings.
    init(name: String, numbers given: [Double], texts: GivenTexts, options: SpellingOptions) {
        (self.name, self.texts) = (name, texts.spellings)
        var bits: Set<UInt64> = []
        var forms: [Moment.NumberForm: Int] = [:]
        func note(_ number: Double, _ count: Int) {
            if bits.count < 200_000 { bits.insert(number.bitPattern) }
            if let form = Moment.form(ofNumber: number), Moment(numbered: number) != nil {
                forms[form, default: 0] += count
            }
        }
        var fractions = 0
        for number in given where !number.isNaN {
            plainNumbers += 1
            note(number, 1)
            if number != number.rounded() { fractions += 1 }
        }
        different = bits.count
        // In an order that comes again: the entries end where they are too many.
        let counts = texts.counts.sorted { $0.key < $1.key }
        let spelling = SpellingFacts(
            counts.map { (GivenText.value(texts.spellings[$0.key] ?? ""), $0.value) }, fractions: fractions,
            options: options)
        self.spelling = spelling
        lists = ListFacts()
        numbers = plainNumbers
        filled = plainNumbers
        for (text, count) in counts {
            let given = texts.spellings[text] ?? ""
            let value = GivenText.value(given)
            filled += count
            different += 1
            if let number = spelling.number(value) {
                numbers += count
                note(number, count)
                if SpellingFacts.isPlain(value) { plainNumbers += count }
            }
            if spelling.date(value) != nil { dates += count }
            if given.utf8.contains(UInt8(ascii: "@")), Signal.email.finding(in: given) != Signal.email.findings.last {
                addresses += count
            }
            lists.add(value, count)
        }
        differentNumbers = bits.count
        numberedDates = forms.first { $0.value * 10 >= numbers * 9 }?.key
    }

    /// Whether nine in ten values are numbers, of however few different ones.
    var areNumbers: Bool { filled > 0 && numbers * 10 >= filled * 9 }
    var isNumber: Bool { differentNumbers >= 3 && areNumbers }
    var isDates: Bool { (filled > 0 && dates * 10 >= filled * 9) || areNumberedDates }
    var areNumberedDates: Bool { isNumber && numberedDates != nil && name.isNameOfDate }

    /// What separates the entries of a list; nil if it is no list.
    var list: ListFacts.Kind? { lists.kind(filled: filled, different: different) }

    func date(_ text: Int32) -> Double {
        (texts[text].flatMap { spelling.date(GivenText.value($0)) }).map { Double($0.microseconds) } ?? .nan
    }

    func number(_ text: Int32) -> Double { texts[text].flatMap { spelling.number(GivenText.value($0)) } ?? .nan }

    /// Whether half of the values are numbers or dates, and too few to read the attribute as such.
    var isUnreadable: Bool {
        !areNumbers && !isDates && list == nil && filled >= 20 && max(numbers, dates) * 2 >= filled
    }

    func signal() -> Signal? {
        let words = name.nameWords
        let mostDiffer = filled >= 20 && different * 2 >= filled
        let isEmail = words.contains { ["email", "mail", "emailaddress"].contains($0) }
        if mostDiffer, addresses * 2 >= filled || (isEmail && addresses * 5 >= filled) { return .email }
        if mostDiffer, words.contains(where: Self.phones.contains) { return .phone }
        guard plainNumbers * 10 < filled, let last = words.last else { return nil }
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
