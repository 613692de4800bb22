import LeadModel

/// One attribute's values, as codes of the distinct values: first the numbers in ascending order, then the texts.
///
/// The same rows in the same order give the same column, no matter in which order other rows were read.
struct Column {
    enum Kind: Equatable {
        case number
        case category
        /// A date, read as its age in days, which is stored as a number. A text in this column is not a date.
        case age
        /// A list of choices: a row can hold several. Their codes are in `entryCodes`.
        case list
        /// Free text that is read by a signal. The column's texts are the signal's findings.
        case signal(Signal)
        /// Texts that nearly all differ: only counted, not kept.
        case crowd
    }

    /// A number. If there are too many for one code each: all numbers from `low` to `high`.
    struct Numbers: Equatable {
        var low: Double
        var high: Double
    }

    /// A text that counts as one category, in the spelling that most records have.
    struct Text: Equatable {
        var category: String
        var spelling: String
        /// By its form; no scorecard has it.
        var isPersonal = false
    }

    var name: String
    var kind: Kind
    /// By row.
    private(set) var codes: [UInt16] = []
    private(set) var numbers: [Numbers] = []
    private(set) var texts: [Text] = []
    /// Whether the last code stands for all texts that are too rare for a code of their own.
    private(set) var hasRest = false
    /// The number of rows with a value, and the number of different values.
    private(set) var filled = 0
    private(set) var different = 0
    /// Whether the numbers, in row order, strictly increase or strictly decrease.
    private(set) var isCounter = false
    private(set) var isWhole = true
    /// For a category with an order, by code: its place in the order, or nil if it has none. Nil for a category without
    /// an order.
    var ranks: [Int?]?
    /// How its values are spelled, where a value alone doesn't say it.
    var values = ValueReading.plain
    /// What was found in its values that a person should know.
    var notes: [TrainingWarning] = []
    /// For a category or crowd: whether half of its values are numbers or dates, so that it is no id.
    var isUnreadable = false
    /// For an age: which of its dates lie after the close, if that is a leak.
    var lateDates: LateDates?

    static let missing = UInt16.max
    private static let mostNumbers = 40_000
    private static let mostTexts = 20_000

    /// For a list, by row: the start of its codes in `entryCodes`. One more element marks the end of the last row.
    private(set) var entryStarts: [UInt32] = []
    private(set) var entryCodes: [UInt16] = []

    var codeCount: Int { numbers.count + texts.count + (hasRest ? 1 : 0) }

    /// A column whose values nearly all differ. Nothing else is known about it.
    init(name: String, crowd: Int, rowCount: Int, isUnreadable: Bool = false) {
        (self.name, kind, filled, different) = (name, .crowd, crowd, crowd)
        self.isUnreadable = isUnreadable
        codes = [UInt16](repeating: Self.missing, count: rowCount)
    }

    init(name: String, numbers: [Double], texts: GivenTexts, kind: Kind) {
        (self.name, self.kind) = (name, kind)
        codes = [UInt16](repeating: Self.missing, count: numbers.count)
        take(numbers)
        take(texts)
    }

    /// - Parameters:
    ///   - ages: in days; NaN if the row has no date.
    ///   - readsAhead: whether a negative age (a date after the reference time) is read; else it counts as missing.
    init(name: String, ages: [Double], texts: GivenTexts, readsAhead: Bool) {
        self.init(
            name: name, numbers: readsAhead ? ages : ages.map { $0 < 0 ? .nan : $0 }, texts: texts, kind: .age)
        if readsAhead { values.readsAhead = true }
    }

    init(name: String, numbers: [Double], texts: GivenTexts, found signal: Signal) {
        var findings: [String: Int32] = [:]
        for finding in signal.findings { findings[finding] = Int32(findings.count) }
        let ofText = texts.spellings.mapValues { spelling in
            GivenText.value(spelling).signalText.map { findings[signal.finding(in: $0)]! } ?? -1
        }
        let ofRow = texts.ofRow.indices.map { row in
            numbers[row].isNaN
                ? ofText[texts.ofRow[row]] ?? -1 : findings[signal.finding(in: JSONNumber.shortest(numbers[row]))]!
        }
        self.init(
            name: name, numbers: numbers.map { _ in .nan },
            texts: GivenTexts(ofRow: ofRow, spellings: findings.reduce(into: [:]) { $0[$1.value] = $1.key }),
            kind: .signal(signal))
    }

    private mutating func take(_ given: [Double]) {
        let sorted = given.filter { !$0.isNaN }.sorted()
        guard let first = sorted.first else { return }
        filled = sorted.count
        different = 1 + zip(sorted, sorted.dropFirst()).count { $0 != $1 }
        isWhole = sorted.allSatisfy { $0 == $0.rounded() }
        if different == filled {
            let inOrder = given.lazy.filter { !$0.isNaN }
            isCounter =
                zip(inOrder, inOrder.dropFirst()).allSatisfy { $0 < $1 }
                || zip(inOrder, inOrder.dropFirst()).allSatisfy { $0 > $1 }
        }
        // A frequent number gets a code of its own; rare neighbours share one.
        let share = different <= Self.mostNumbers ? 1 : 1 + filled * 2 / Self.mostNumbers
        var (open, size) = (Numbers(low: first, high: first), 0)
        var next = 0
        while next < sorted.count {
            let number = sorted[next]
            var count = 0
            while next < sorted.count, sorted[next] == number { (next, count) = (next + 1, count + 1) }
            if size > 0, size >= share || count >= share {
                numbers.append(open)
                size = 0
            }
            open = Numbers(low: size == 0 ? number : open.low, high: number)
            size += count
        }
        numbers.append(open)
        for row in given.indices where !given[row].isNaN { codes[row] = UInt16(code(of: given[row])) }
    }

    private func code(of number: Double) -> Int {
        var (low, high) = (0, numbers.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle].high < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func take(_ given: GivenTexts) {
        let counts = given.counts
        guard !counts.isEmpty else { return }
        filled += counts.values.reduce(0, +)
        different += counts.count
        var all = counts.map { text, count in
            let spelling = given.spellings[text] ?? ""
            let category = GivenText.value(spelling).asCategory ?? ""
            return (text, count, category: Exact(category), spelling: GivenText.label(spelling))
        }
        all.sort { ($0.1, $1.category) > ($1.1, $0.category) }
        hasRest = all.count > Self.mostTexts
        let rest = UInt16(numbers.count + Self.mostTexts)
        var codeOfText: [Int32: UInt16] = [:]
        for (place, text) in all.enumerated() {
            guard place < Self.mostTexts else {
                codeOfText[text.0] = rest
                continue
            }
            codeOfText[text.0] = UInt16(numbers.count + place)
            texts.append(
                Text(
                    category: text.category.text, spelling: text.spelling,
                    isPersonal: PersonalForm.isPersonal(text.spelling)))
        }
        for (row, text) in given.ofRow.enumerated() where text >= 0 { codes[row] = codeOfText[text] ?? rest }
    }
}

extension Column {
    mutating func clear(_ rows: [Int]) {
        guard !codes.isEmpty, kind != .crowd else { return }
        for row in rows { codes[row] = Self.missing }
        let left = codes.filter { $0 != Self.missing }
        (filled, different) = (left.count, Set(left).count)
    }

    /// The category that a code stands for; nil if it stands for several.
    func category(_ code: Int) -> String? {
        if code < numbers.count {
            return numbers[code].low == numbers[code].high ? JSONNumber.shortest(numbers[code].low) : nil
        }
        return code - numbers.count < texts.count ? texts[code - numbers.count].category : nil
    }

    /// Whether a code stands for personal data, such as one e-mail address among other texts.
    func isPersonal(_ code: Int) -> Bool {
        (numbers.count..<numbers.count + texts.count).contains(code) && texts[code - numbers.count].isPersonal
    }

    /// The display text of a code that stands for one category.
    func spelling(_ code: Int) -> String {
        code < numbers.count ? JSONNumber.shortest(numbers[code].low) : texts[code - numbers.count].spelling
    }

    /// How many of the rows have each code.
    func counts(rows: [Int]) -> [Int] {
        var counts = [Int](repeating: 0, count: codeCount)
        if kind == .list {
            for row in rows { for code in entries(row) { counts[Int(code)] += 1 } }
            return counts
        }
        for row in rows where codes[row] != Self.missing { counts[Int(codes[row])] += 1 }
        return counts
    }
}

/// Lists of choices.
extension Column {
    /// - Parameter separator: what separates the entries of a text besides semicolons.
    init(
        name: String, numbers: [Double], lists given: GivenTexts, separator: ListSeparator?, missing: MissingKeys
    ) {
        var options: [String: Int32] = [:]
        var ofOption: [Int32: String] = [:]
        func option(_ category: String, _ spelling: String) -> Int32 {
            if let known = options[category] { return known }
            let option = Int32(options.count)
            (options[category], ofOption[option]) = (option, spelling)
            return option
        }
        // Sorted, so that the result doesn't depend on the order of the rows.
        let sorted = given.spellings.sorted { Exact($0.value) < Exact($1.value) }
        var ofText: [Int32: [Int32]] = [:]
        for (text, spelling) in sorted {
            var held: [Int32] = []
            for entry in GivenText.entries(spelling, separator: separator)
            where !missing.contains(category: entry.category) {
                let option = option(entry.category, entry.spelling)
                if !held.contains(option) { held.append(option) }
            }
            ofText[text] = held
        }
        var flat = GivenTexts(ofRow: [], spellings: [:])
        var starts: [UInt32] = [0]
        for (row, text) in given.ofRow.enumerated() {
            if !numbers[row].isNaN {
                let number = JSONNumber.shortest(numbers[row])
                flat.ofRow.append(option(number, number))
            } else {
                flat.ofRow += ofText[text] ?? []
            }
            starts.append(UInt32(flat.ofRow.count))
        }
        flat.spellings = ofOption
        self.init(name: name, numbers: flat.ofRow.map { _ in .nan }, texts: flat, kind: .list)
        values.separator = separator
        (entryStarts, entryCodes) = (starts, codes)
        codes = []
        filled = zip(starts, starts.dropFirst()).count { $0 < $1 }
    }

    /// Whether the entries can't be found without the separator: some of them have another one in them.
    var hasAmbiguousEntries: Bool {
        values.separator != nil
            && texts.contains { $0.spelling.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "|") } }
    }

    /// The codes of the entries in a row's list.
    func entries(_ row: Int) -> ArraySlice<UInt16> { entryCodes[Int(entryStarts[row])..<Int(entryStarts[row + 1])] }
}
