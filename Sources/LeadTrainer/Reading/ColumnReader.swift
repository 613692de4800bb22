import LeadModel

/// One attribute's values while records are read. Each row stores the index of its distinct value, in as few bytes as
/// the number of distinct values allows. Numbers with too many distinct values are stored directly. Texts that nearly
/// all differ are only counted: they identify records and don't group them.
struct ColumnReader {
    let name: Exact

    /// How rows are kept. Each has the rows in its own array; the others are empty.
    private enum Form {
        /// Places in `distinct`, in two bytes or four.
        case narrow, wide
        /// Numbers, or dates as microseconds. Any other value is a NaN that carries its place in `distinct`.
        case exact, dates
        /// Nothing but how many there are.
        case crowded
    }

    private var form = Form.narrow
    private var narrow: [UInt16] = []
    private var wide: [UInt32] = []
    private var exact: [Double] = []
    private var crowd = 0
    /// The signal that is read from free text once there are too many distinct texts to keep.
    private var signal: Signal?
    /// How numbers and dates are spelled, once there are too many to keep their texts.
    private var spelling: SpellingFacts?
    /// Whether a crowd is mostly numbers or dates.
    private var isUnreadable = false
    /// Rows with a null word that are not counted in `spelled`.
    private var nulls: [String: Int] = [:]
    private let options: SpellingOptions

    /// A number, or not-a-number for a text.
    private var distinct: [Double] = []
    private var placeOfNumber: [UInt64: UInt32] = [:]
    /// By text, compared as a scorecard compares categories: the two Unicode encodings of one letter are equal.
    private var placeOfCategory: [String: UInt32] = [:]
    private var spellings: [Exact: Int] = [:]
    private var spelled: [Spelled] = []

    /// A text as it was given; many can be one value.
    private struct Spelled {
        var place: UInt32
        var count: UInt32
    }

    private static let missing = UInt32.max
    /// More different values than this don't fit into two bytes.
    private static let most = Int(UInt16.max)

    init(name: Exact, options: SpellingOptions) { (self.name, self.options) = (name, options) }

    mutating func read(_ value: Value, row: Int, missing: MissingKeys) {
        switch value {
        case .number(let number): put(number, row, missing)
        case .text(let text):
            if let number = JSONNumber.parse(mayBe: text), !isUndecided(text) {
                put(number, row, missing)
            } else if text.utf8.first == UInt8(ascii: "["), let entries = ListText.jsonArray(text) {
                read(.list(entries), row: row, missing: missing)
            } else {
                put(text, row, missing)
            }
        case .flag(let flag): put(flag ? "true" : "false", row, missing)
        case .list(let entries): put(entries.isEmpty ? "" : GivenText.spelling(ofList: entries), row, missing)
        }
    }

    /// Whether only the column can say what number it is: 1.234 or 1,234.
    private func isUndecided(_ text: String) -> Bool {
        signal == nil && form != .crowded && SpelledNumber.isUndecided(json: text.trimmed)
    }

    private mutating func put(_ number: Double, _ row: Int, _ missing: MissingKeys) {
        guard !missing.contains(number) else { return put(place: Self.missing, row) }
        if let signal { return put(JSONNumber.shortest(number), found: signal, row) }
        if form == .exact {
            pad(to: row)
            exact.append(number)
        } else if form == .crowded {
            crowd += 1
        } else if let place = placeOfNumber[number.bitPattern] {
            put(place: place, row)
        } else {
            let place = add(number)
            placeOfNumber[number.bitPattern] = place
            put(place: place, row)
            reconsider()
        }
    }

    private mutating func put(_ text: String, _ row: Int, _ missing: MissingKeys) {
        guard !text.isEmpty else { return put(place: Self.missing, row) }
        if form == .crowded || signal != nil, let word = missing.nullWord(text) {
            nulls[word, default: 0] += 1
            return put(place: Self.missing, row)
        }
        if form == .crowded {
            crowd += 1
            return
        }
        if let signal {
            let category = GivenText.value(text).asCategory
            guard let category, !missing.contains(category: category) else { return put(place: Self.missing, row) }
            return put(GivenText.value(text).signalText ?? "", found: signal, row)
        }
        if let spelling, let value = exactValue(text, spelling, missing) {
            pad(to: row)
            exact.append(value)
            return
        }
        let spelling = Exact(text)
        if let known = spellings[spelling] {
            spelled[known].count += 1
            return put(place: spelled[known].place, row)
        }
        let place = place(ofCategory: GivenText.value(text).asCategory, missing)
        spellings[spelling] = spelled.count
        spelled.append(Spelled(place: place, count: 1))
        put(place: place, row)
        reconsider()
    }

    /// What a number or date is in a column of such.
    private func exactValue(_ text: String, _ spelling: SpellingFacts, _ missing: MissingKeys) -> Double? {
        if form == .dates {
            let date = spelling.date(GivenText.value(text))
            return date.flatMap { missing.contains($0) ? nil : Double($0.microseconds) }
        }
        return spelling.number(GivenText.value(text)).flatMap { missing.contains($0) ? nil : $0 }
    }

    private mutating func place(ofCategory category: String?, _ missing: MissingKeys) -> UInt32 {
        guard let category, !missing.contains(category: category) else { return Self.missing }
        if let known = placeOfCategory[category] { return known }
        let place = add(.nan)
        placeOfCategory[category] = place
        return place
    }

    private mutating func add(_ number: Double) -> UInt32 {
        distinct.append(number)
        return UInt32(distinct.count - 1)
    }

    private mutating func put(place: UInt32, _ row: Int) {
        pad(to: row)
        switch form {
        case .narrow: narrow.append(UInt16(truncatingIfNeeded: place))
        case .wide: wide.append(place)
        case .exact, .dates: exact.append(Self.notANumber(place))
        case .crowded: break
        }
    }

    /// The attribute is missing in rows that did not name it. If a row names it again, the later value counts.
    private mutating func pad(to row: Int) {
        switch form {
        case .narrow: narrow.pad(to: row, .max)
        case .wide: wide.pad(to: row, Self.missing)
        case .exact, .dates: exact.pad(to: row, Self.notANumber(Self.missing))
        case .crowded: break
        }
    }

    private static func notANumber(_ place: UInt32) -> Double { Double(nan: .init(place), signaling: false) }

    /// The place that a NaN carries.
    private static func place(_ number: Double) -> UInt32 { UInt32(truncatingIfNeeded: number.bitPattern) }
}

extension Array {
    fileprivate mutating func pad(to count: Int, _ element: Element) {
        if self.count > count { removeLast(self.count - count) }
        while self.count < count { append(element) }
    }
}

extension ColumnReader {
    /// Checks whether another form keeps the values better. It runs when the distinct values no longer fit into two
    /// bytes, and each time that their number has doubled.
    private mutating func reconsider() {
        let isTurn = distinct.count == Self.most || (form == .wide && distinct.count & (distinct.count - 1) == 0)
        guard isTurn, form == .narrow || form == .wide else { return }
        let places = form == .narrow ? narrow.map(Self.widened) : wide
        let facts = facts(places)
        if let signal = facts.signal() {
            let (numbers, nulls) = (distinct, nullWords)
            self = ColumnReader(name: name, options: options)
            (self.signal, self.nulls) = (signal, nulls)
            for (row, place) in places.enumerated() where place != Self.missing {
                let number = numbers[Int(place)]
                let text = facts.texts[Int32(place)].flatMap { GivenText.value($0).signalText }
                put(number.isNaN ? text ?? "" : JSONNumber.shortest(number), found: signal, row)
            }
            return
        }
        if facts.isNumber || facts.isDates {
            let isDates = !facts.isNumber
            let values = distinct.indices.map { place in
                if !distinct[place].isNaN || facts.texts[Int32(place)] == nil { return distinct[place] }
                return isDates ? facts.date(Int32(place)) : facts.number(Int32(place))
            }
            exact = places.map { place in
                guard place != Self.missing, !values[Int(place)].isNaN else { return Self.notANumber(place) }
                return values[Int(place)]
            }
            (form, placeOfNumber, spelling) = (isDates ? .dates : .exact, [:], facts.spelling)
        } else if distinct.count * 10 >= facts.filled * 9, facts.list == nil {
            let nulls = nullWords
            self = ColumnReader(name: name, options: options)
            (form, crowd, self.nulls, isUnreadable) = (.crowded, facts.filled, nulls, facts.isUnreadable)
            return
        } else {
            (form, wide) = (.wide, places)
        }
        narrow = []
        if form != .wide { wide = [] }
    }

    private mutating func put(_ text: String, found signal: Signal, _ row: Int) {
        guard !text.isEmpty else { return put(place: Self.missing, row) }
        let finding = signal.finding(in: text)
        if spellings[Exact(finding)] == nil {
            spellings[Exact(finding)] = spelled.count
            spelled.append(Spelled(place: add(.nan), count: 0))
        }
        put(place: spelled[spellings[Exact(finding)]!].place, row)
    }

    private static func widened(_ place: UInt16) -> UInt32 { place == .max ? missing : UInt32(place) }

    /// What was read, of some rows of `count`.
    ///
    /// - Parameters:
    ///   - reference: the times by which ages are taken.
    ///   - isStage: whether it is read as a category, whatever its values are like.
    mutating func column(
        rows: [Int], of count: Int, reference: AgeReference, missing: MissingKeys, isStage: Bool = false
    ) -> Column {
        pad(to: count)
        let places: [UInt32]
        let numbers: [Double]
        switch form {
        case .crowded: return Column(name: name.text, crowd: crowd, rowCount: rows.count, isUnreadable: isUnreadable)
        case .exact, .dates:
            places = rows.map { exact[$0].isNaN ? Self.place(exact[$0]) : Self.missing }
            numbers = rows.map { exact[$0] }
            exact = []
        case .narrow, .wide:
            let all = form == .narrow ? rows.map { Self.widened(narrow[$0]) } : rows.map { wide[$0] }
            (narrow, wide) = ([], [])
            numbers = all.map { $0 == Self.missing ? .nan : distinct[Int($0)] }
            places = all.map { $0 == Self.missing || !distinct[Int($0)].isNaN ? Self.missing : $0 }
        }
        let texts = GivenTexts(
            ofRow: places.map { $0 == Self.missing ? -1 : Int32($0) }, spellings: commonSpellings(places))
        if let signal { return Column(name: name.text, numbers: numbers, texts: texts, kind: .signal(signal)) }
        var given = GivenColumn(name: name.text, numbers: numbers, texts: texts, options: options)
        if isStage { return given.category() }
        if form == .dates { return given.ages(at: reference, dates: numbers, spelling: spelling) }
        return given.column(reference: reference, missing: missing, spelling: spelling)
    }

    /// The newest date that is at most `latest`, where the values are dates.
    func newestDate(upTo latest: Moment) -> Moment? {
        let latest = Double(latest.microseconds)
        let newest: Double?
        switch form {
        case .dates: newest = exact.lazy.filter { $0 <= latest }.max()
        case .narrow, .wide:
            let facts = facts(form == .narrow ? narrow.map(Self.widened) : wide)
            guard facts.isDates else { return nil }
            let numbered = distinct.lazy.compactMap { number in
                facts.areNumberedDates ? Moment(numbered: number).map { Double($0.microseconds) } : nil
            }
            newest = (facts.texts.keys.map(facts.date) + numbered).filter { $0 <= latest }.max()
        case .exact, .crowded: newest = nil
        }
        return newest.map { Moment(microseconds: Int64($0)) }
    }

    private func facts(_ places: [UInt32]) -> ColumnFacts {
        let numbers = places.map { $0 == Self.missing ? .nan : distinct[Int($0)] }
        let texts = places.map { $0 == Self.missing || !distinct[Int($0)].isNaN ? -1 : Int32($0) }
        return ColumnFacts(
            name: name.text, numbers: numbers, texts: GivenTexts(ofRow: texts, spellings: commonSpellings(places)),
            options: options)
    }

    /// How many rows have each null word that counts as missing.
    var nullWords: [String: Int] {
        spellings.reduce(into: nulls) { words, entry in
            guard spelled[entry.value].place == Self.missing, NullWord.contains(entry.key.text) else { return }
            words[entry.key.text.trimmed, default: 0] += Int(spelled[entry.value].count)
        }
    }

    /// Each text in the spelling that most records have.
    private func commonSpellings(_ places: [UInt32]) -> [Int32: String] {
        var most: [UInt32: (spelling: Exact, count: UInt32)] = [:]
        for (spelling, index) in spellings where spelled[index].place != Self.missing {
            let (place, count) = (spelled[index].place, spelled[index].count)
            if let former = most[place], (former.count, spelling) > (count, former.spelling) { continue }
            most[place] = (spelling, count)
        }
        return most.reduce(into: [:]) { $0[Int32($1.key)] = $1.value.spelling.text }
    }
}

extension JSONNumber {
    /// The number that a text is as a category. Most texts that are not numbers are rejected quickly.
    fileprivate static func parse(mayBe text: String) -> Double? {
        guard let first = text.utf8.first, first < 58 else { return nil }
        return parse(text.trimmed)
    }
}
