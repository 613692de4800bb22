import LeadModel

/// Facts about an attribute's values, which decide how it is read. Nobody declares the kind.
///
/// - a signal: half of its values are e-mail addresses, telephone numbers or names of people by their form, however often
///   each comes (`PersonalForm`, `PersonNames`); or its name says that they are, and they look like it;
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
    private var phones = PhoneCount()
    private var persons = PersonNames()
    private var plausibleNames = 0
    private var booleans = 0
    private var lists: ListFacts
    let spelling: SpellingFacts

    /// - Parameter options: what the admin said of spellings.
    init(name: String, numbers given: [Double], texts: GivenTexts, options: SpellingOptions) {
        (self.name, self.texts) = (name, texts.spellings)
        var bits: Set<UInt64> = []
        var forms: [Moment.NumberForm: Int] = [:]
        var phones = PhoneCount()
        func note(_ number: Double, _ count: Int) {
            if bits.count < 200_000 { bits.insert(number.bitPattern) }
            phones.add(number, count)
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
        self.phones = phones
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
            let isDate = spelling.date(value) != nil
            if isDate { dates += count }
            if PersonalForm.hasAddress(given) { addresses += count }
            if !isDate, case .text(let text) = value { takeForm(of: text, count) }
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

    private mutating func takeForm(of text: String, _ count: Int) {
        phones.add(text, count)
        persons.add(text, count)
        if BooleanWord.sense(ofCategory: text.trimmed.lowercased()) != nil {
            booleans += count
        } else if Signal.name.isPlausible(text) {
            plausibleNames += count
        }
    }

    func signal() -> Signal? {
        guard filled > 0 else { return nil }
        let name = NameOfPersonalData(name)
        let mostDiffer = filled >= 20 && different * 2 >= filled
        if addresses * 2 >= filled || (name.isOfAddresses && addresses * 5 >= filled) { return .email }
        if phones.areMost(of: filled) { return .phone }
        if name.isOfPhones, mostDiffer || phones.possible * 2 >= filled { return .phone }
        guard plainNumbers * 10 < filled else { return nil }
        if persons.areMost(of: filled, different: different) { return .name }
        // What is entered now and then, "asdf", is no name; "yes" and "no" say that there is one.
        if name.isOfPersons, different >= 3, booleans * 2 < filled, plausibleNames * 2 >= filled { return .name }
        return name.mayBeOfPersons && mostDiffer ? .name : nil
    }
}

/// What the name of an attribute says of personal data in its values.
private struct NameOfPersonalData {
    private let words: [String]

    init(_ name: String) { words = name.nameWords }

    var isOfAddresses: Bool { words.contains { ["email", "mail", "emailaddress"].contains($0) } }
    var isOfPhones: Bool { words.contains(where: Self.phones.contains) }

    /// First and last names, and people to talk to.
    var isOfPersons: Bool {
        guard let last = words.last else { return false }
        if Self.personalNames.contains(last) { return true }
        let rest = words.dropLast()
        return Self.names.contains(last) && rest.last.map(Self.persons.contains) ?? false
            || Self.wholes.contains(last) && rest.contains(where: Self.names.contains)
            || last == "person" && rest.contains("contact")
    }

    /// Names of anybody, or of companies.
    var mayBeOfPersons: Bool {
        guard let last = words.last, Self.names.contains(last) else { return false }
        return words.count == 1 || words.contains(where: Self.named.contains)
    }

    private static let phones: Set<String> = [
        "phone", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "telefon", "telefonnummer", "handy",
        "handynummer", "mobilnummer", "rufnummer", "téléphone", "teléfono", "telefono", "móvil", "cellulare",
        "telefoon",
        "telefoonnummer", "mobiel", "telefone", "celular", "telemóvel", "komórka", "phonenumber", "mobilephone",
    ]
    private static let personalNames: Set<String> = [
        "firstname", "lastname", "surname", "fullname", "forename", "vorname", "nachname", "familienname",
        "ansprechpartner", "ansprechpartnerin", "kontaktperson", "prénom", "prenom", "apellido", "apellidos", "cognome",
        "voornaam", "achternaam", "contactpersoon", "imię", "imie", "nazwisko", "sobrenome", "apelido",
    ]
    private static let names: Set<String> = ["name", "nom", "nombre", "nome", "naam"]
    private static let persons: Set<String> = [
        "first", "last", "full", "given", "family", "middle", "contact", "person",
    ]
    private static let wholes: Set<String> = ["complet", "completo", "famille"]
    private static let named: Set<String> = [
        "contact", "lead", "person", "customer", "client", "company", "account", "organization", "organisation",
        "prospect",
    ]
}
