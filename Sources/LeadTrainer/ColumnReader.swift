import LeadModel

/// One attribute's values while records are read: a number for each row that says which of the different values it has,
/// of as few bytes as there are values to tell apart. Numbers of which there are too many different ones are kept
/// themselves, and texts of which nearly each is another are only counted: they tell records apart, not kinds of them.
struct ColumnReader {
    let name: Exact

    /// How rows are kept. Each has the rows in its own array; the others are empty.
    private enum Form {
        /// Places in `distinct`, in two bytes or four.
        case narrow, wide
        /// Numbers; what is none is a not-a-number that bears the place in `distinct`.
        case exact
        /// Nothing but how many there are.
        case crowded
    }

    private var form = Form.narrow
    private var narrow: [UInt16] = []
    private var wide: [UInt32] = []
    private var exact: [Double] = []
    private var crowd = 0

    /// A number, or not-a-number for a text.
    private var distinct: [Double] = []
    private var placeOfNumber: [UInt64: UInt32] = [:]
    private var placeOfCategory: [Exact: UInt32] = [:]
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

    init(name: Exact) { self.name = name }

    mutating func read(_ value: Value, row: Int, missing: MissingValues) {
        switch value {
        case .number(let number): put(number, row, missing)
        case .text(let text):
            if let number = JSONNumber.parse(mayBe: text) { put(number, row, missing) } else { put(text, row, missing) }
        case .flag, .list: put(value.asCategory ?? "", row, missing)
        }
    }

    private mutating func put(_ number: Double, _ row: Int, _ missing: MissingValues) {
        guard !missing.contains(number) else { return put(place: Self.missing, row) }
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

    private mutating func put(_ text: String, _ row: Int, _ missing: MissingValues) {
        guard !text.isEmpty else { return put(place: Self.missing, row) }
        if form == .crowded {
            crowd += 1
            return
        }
        let spelling = Exact(text)
        if let known = spellings[spelling] {
            spelled[known].count += 1
            return put(place: spelled[known].place, row)
        }
        let place = place(ofCategory: Value.text(text).asCategory, missing)
        spellings[spelling] = spelled.count
        spelled.append(Spelled(place: place, count: 1))
        put(place: place, row)
        reconsider()
    }

    private mutating func place(ofCategory category: String?, _ missing: MissingValues) -> UInt32 {
        guard let category, !missing.contains(category: category) else { return Self.missing }
        if let known = placeOfCategory[Exact(category)] { return known }
        let place = add(.nan)
        placeOfCategory[Exact(category)] = place
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
        case .exact: exact.append(Self.notANumber(place))
        case .crowded: break
        }
    }

    /// Rows that did not name the attribute miss it; one that names it again says something else.
    private mutating func pad(to row: Int) {
        switch form {
        case .narrow: narrow.pad(to: row, .max)
        case .wide: wide.pad(to: row, Self.missing)
        case .exact: exact.pad(to: row, Self.notANumber(Self.missing))
        case .crowded: break
        }
    }

    private static func notANumber(_ place: UInt32) -> Double { Double(nan: .init(place), signaling: false) }

    /// The place that a not-a-number bears.
    private static func place(_ number: Double) -> UInt32 { UInt32(truncatingIfNeeded: number.bitPattern) }
}

extension Array {
    fileprivate mutating func pad(to count: Int, _ element: Element) {
        if self.count > count { removeLast(self.count - count) }
        while self.count < count { append(element) }
    }
}

extension ColumnReader {
    /// Once there are too many different values for two bytes, and each time that there are twice as many: whether they
    /// are better kept another way.
    private mutating func reconsider() {
        guard distinct.count >= Self.most, form != .crowded else { return }
        let isTurn = distinct.count == Self.most || (distinct.count & (distinct.count - 1) == 0 && form == .wide)
        guard isTurn else { return }
        let rows = form == .narrow ? narrow.lazy.map(Self.widened).map(\.self) : wide[...].map(\.self)
        let filled = rows.count { $0 != Self.missing }
        let numbers = rows.count { $0 != Self.missing && !distinct[Int($0)].isNaN }
        if numbers * 10 >= filled * 9 {
            exact = rows.map { place in
                let number = place == Self.missing ? .nan : distinct[Int(place)]
                return number.isNaN ? Self.notANumber(place) : number
            }
            (form, placeOfNumber) = (.exact, [:])
        } else if distinct.count * 10 >= filled * 9 {
            let name = name
            self = ColumnReader(name: name)
            (form, crowd) = (.crowded, filled)
            return
        } else if form == .narrow {
            (form, wide) = (.wide, rows)
        }
        narrow = []
        if form != .wide { wide = [] }
    }

    private static func widened(_ place: UInt16) -> UInt32 { place == .max ? missing : UInt32(place) }

    /// What was read, of some rows of `count`.
    mutating func column(rows: [Int], of count: Int) -> Column {
        pad(to: count)
        switch form {
        case .crowded: return Column(name: name.text, crowd: crowd, rowCount: rows.count)
        case .exact:
            let texts = rows.map { exact[$0].isNaN ? Self.place(exact[$0]) : Self.missing }
            let numbers = rows.map { exact[$0] }
            exact = []
            return Column(name: name.text, numbers: numbers, texts: self.texts(texts))
        case .narrow, .wide:
            let places = form == .narrow ? rows.map { Self.widened(narrow[$0]) } : rows.map { wide[$0] }
            (narrow, wide) = ([], [])
            let numbers = places.map { $0 == Self.missing ? .nan : distinct[Int($0)] }
            let texts = places.map { $0 == Self.missing || !distinct[Int($0)].isNaN ? Self.missing : $0 }
            return Column(name: name.text, numbers: numbers, texts: self.texts(texts))
        }
    }

    /// By row the text, and the texts themselves, each in the spelling that most records have.
    private func texts(_ places: [UInt32]) -> Column.Texts {
        var most: [UInt32: (spelling: Exact, count: UInt32)] = [:]
        for (spelling, index) in spellings where spelled[index].place != Self.missing {
            let (place, count) = (spelled[index].place, spelled[index].count)
            if let former = most[place], (former.count, spelling) > (count, former.spelling) { continue }
            most[place] = (spelling, count)
        }
        return Column.Texts(
            ofRow: places.map { $0 == Self.missing ? -1 : Int32($0) },
            spellings: most.reduce(into: [:]) { $0[Int32($1.key)] = $1.value.spelling.text })
    }
}

extension JSONNumber {
    /// The number that a text is as a category, told quickly of most texts that are none.
    fileprivate static func parse(mayBe text: String) -> Double? {
        guard let first = text.utf8.first, first < 58 else { return nil }
        return parse(text.trimmed)
    }
}
