import LeadModel

/// The times by which ages are taken.
struct AgeReference {
    /// By row, in microseconds.
    var ofRow: [Int64]
    /// The newest date of the data that is not ahead of now: what lies after it is a plan, not an event.
    var newest: Moment?
    /// By row, when the record was created and closed, in microseconds, or `TrainingTable.unknown`. Empty where dates are
    /// not compared with the close.
    var created: [Int64] = []
    var closed: [Int64] = []
}

/// The values of an attribute as they were given, on their way to a column: they get their kind, and numbers, dates and
/// booleans their plain form.
struct GivenColumn {
    private let name: String
    /// By row; NaN if the row has no number.
    private var numbers: [Double]
    private var texts: GivenTexts
    private let facts: ColumnFacts

    init(name: String, numbers: [Double], texts: GivenTexts, options: SpellingOptions) {
        (self.name, self.numbers, self.texts) = (name, numbers, texts)
        facts = ColumnFacts(name: name, numbers: numbers, texts: texts, options: options)
    }

    /// - Parameter spelling: what was decided before, if the texts are not kept.
    mutating func column(reference: AgeReference, missing: MissingKeys, spelling: SpellingFacts?) -> Column {
        let spelling = spelling ?? facts.spelling
        var column: Column
        if let signal = facts.signal() {
            takeNumbers(ofPlainTexts: true, missing)
            return Column(name: name, numbers: numbers, texts: texts, found: signal)
        } else if facts.areNumberedDates {
            takeNumbers(missing)
            let dates = numbers.map { number in
                Moment(numbered: number).map { Double($0.microseconds) } ?? .nan
            }
            return ages(at: reference, dates: dates, spelling: spelling)
        } else if facts.isNumber {
            takeNumbers(missing)
            column = Column(name: name, numbers: numbers, texts: texts, kind: .number)
            if spelling.needsDecimal { column.values.decimal = spelling.decimal }
            column.notes = SpellingNotes(column, spelling).numbers
        } else if facts.isDates {
            let date = texts.spellings.keys.reduce(into: [:]) { $0[$1] = facts.date($1) }
            let dates = texts.ofRow.map { date[$0] ?? .nan }
            return ages(at: reference, dates: dates, spelling: spelling)
        } else if let list = facts.list {
            takeNumbers(ofPlainTexts: true, missing)
            let separator: ListSeparator? = if case .separated(let separator) = list { separator } else { nil }
            column = Column(name: name, numbers: numbers, lists: texts, separator: separator, missing: missing)
        } else {
            takeNumbers(ofPlainTexts: !facts.areNumbers, missing)
            let readsNumbers = facts.areNumbers && spelling.needsDecimal
            column = category()
            if readsNumbers { column.values.decimal = spelling.decimal }
            column.isUnreadable = facts.isUnreadable
            column.notes = SpellingNotes(column, spelling).categories(facts)
        }
        return column
    }

    /// A category, whatever its values are like.
    mutating func category() -> Column {
        takeNumbers(ofPlainTexts: true, MissingKeys([]))
        takeBooleans()
        return Column(name: name, numbers: numbers, texts: texts, kind: .category)
    }

    /// A column of dates.
    ///
    /// - Parameter dates: by row, in microseconds; NaN if the row has none.
    mutating func ages(at reference: AgeReference, dates: [Double], spelling: SpellingFacts?) -> Column {
        let spelling = spelling ?? facts.spelling
        let ages = dates.indices.map { (Double(reference.ofRow[$0]) - dates[$0]) / 86_400_000_000 }
        // A plain number is not a date, like any other text. It is not missing either.
        let number = (texts.spellings.keys.max() ?? -1) + 1
        texts.spellings[number] = "number"
        for row in ages.indices {
            if !ages[row].isNaN {
                texts.ofRow[row] = -1
            } else if !numbers[row].isNaN {
                texts.ofRow[row] = number
            }
        }
        var column = Column(
            name: name, ages: ages, texts: texts, readsAhead: readsAhead(dates, ages, newest: reference.newest))
        if spelling.needsDateOrder { column.values.dateOrder = spelling.dateOrder }
        column.lateDates = LateDates(name, dates: dates, created: reference.created, closed: reference.closed)
        column.notes = SpellingNotes(column, spelling).dates
        return column
    }

    /// Whether dates after the reference time are plans and not traces of what came later: there are enough of them, and the
    /// name says so or some are after all events of the data.
    private func readsAhead(_ dates: [Double], _ ages: [Double], newest: Moment?) -> Bool {
        let filled = ages.count { !$0.isNaN }
        guard ages.count(where: { $0 < 0 }) >= max(5, filled / 20), !name.isNameOfPast else { return false }
        guard !name.isNameOfPlan, let newest else { return name.isNameOfPlan }
        let latest = Double(newest.latestPastDate.microseconds)
        return dates.count(where: { $0 > latest }) >= max(5, filled / 20)
    }

    /// Turns texts that are numbers into numbers.
    ///
    /// - Parameter ofPlainTexts: only texts that JSON writes so.
    private mutating func takeNumbers(ofPlainTexts: Bool = false, _ missing: MissingKeys) {
        var ofText: [Int32: Double] = [:]
        for (text, spelling) in texts.spellings {
            let value = GivenText.value(spelling)
            if ofPlainTexts {
                guard case .text(let plain) = value else { continue }
                ofText[text] = JSONNumber.parse(plain.trimmed)
            } else {
                ofText[text] = facts.spelling.number(value)
            }
        }
        guard !ofText.isEmpty else { return }
        for row in texts.ofRow.indices {
            guard let number = ofText[texts.ofRow[row]] else { continue }
            texts.ofRow[row] = -1
            numbers[row] = missing.contains(number) ? .nan : number
        }
        for text in ofText.keys { texts.spellings[text] = nil }
    }

    /// Gives booleans one spelling.
    private mutating func takeBooleans() {
        let counts = texts.counts
        var categories = Set(numbers.lazy.filter { !$0.isNaN }.prefix { $0 == 0 || $0 == 1 }.map(JSONNumber.shortest))
        guard numbers.allSatisfy({ $0.isNaN || $0 == 0 || $0 == 1 }) else { return }
        var senses: [Int32: Bool] = [:]
        for text in counts.keys {
            guard let category = GivenText.value(texts.spellings[text] ?? "").asCategory,
                let sense = BooleanWord.sense(ofCategory: category)
            else { return }
            categories.insert(category)
            senses[text] = sense
        }
        guard BooleanWord.areBooleans(categories) else { return }
        for row in numbers.indices {
            if !numbers[row].isNaN {
                texts.ofRow[row] = numbers[row] == 1 ? 1 : 0
                numbers[row] = .nan
            } else if texts.ofRow[row] >= 0 {
                texts.ofRow[row] = senses[texts.ofRow[row]] == true ? 1 : 0
            }
        }
        texts.spellings = [0: BooleanWord.text(false), 1: BooleanWord.text(true)]
    }
}
