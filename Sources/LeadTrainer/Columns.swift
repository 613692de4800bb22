import LeadModel

/// The rows to train on by attribute, with every value read once: what binning, again and again, starts from.
struct Columns {
    var rowCount: Int
    /// In the order of their names' bytes.
    var columns: [Column]
}

/// One attribute's values, as codes of the different ones: first the numbers, rising, then the texts.
///
/// The same rows in the same order give the same column, in whatever order others were read.
struct Column {
    enum Kind: Equatable {
        /// Nine in ten values that are not missing are numbers, of which there are at least three.
        case number
        case category
        /// Texts of which nearly each is another: only counted, not kept.
        case crowd
    }

    /// A number, or where there are too many to have a code each, all from `low` to `high`.
    struct Numbers: Equatable {
        var low: Double
        var high: Double
    }

    /// A text as categories are told apart, in the spelling that most records have.
    struct Text: Equatable {
        var category: String
        var spelling: String
    }

    var name: String
    var kind: Kind
    /// By row.
    private(set) var codes: [UInt16] = []
    private(set) var numbers: [Numbers] = []
    private(set) var texts: [Text] = []
    /// Whether the last code stands for all the texts that are too seldom to have one.
    private(set) var hasRest = false
    /// Rows with a value, and how many different ones there are.
    private(set) var filled = 0
    private(set) var different = 0
    /// Of the numbers: in the order of the rows each is more than the one before, or each is less.
    private(set) var isCounter = false
    private(set) var isWhole = true

    static let missing = UInt16.max
    private static let mostNumbers = 40_000
    private static let mostTexts = 20_000

    var codeCount: Int { numbers.count + texts.count + (hasRest ? 1 : 0) }

    /// The texts of the rows: by row an index, −1 for none, and what stands for each index.
    struct Texts {
        var ofRow: [Int32]
        var spellings: [Int32: String]
    }

    /// A column of which only is known that nearly each value is another.
    init(name: String, crowd: Int, rowCount: Int) {
        (self.name, kind, filled, different) = (name, .crowd, crowd, crowd)
        codes = [UInt16](repeating: Self.missing, count: rowCount)
    }

    /// - Parameter numbers: by row; not-a-number where there is none.
    init(name: String, numbers given: [Double], texts: Texts) {
        (self.name, kind) = (name, .category)
        codes = [UInt16](repeating: Self.missing, count: given.count)
        take(given)
        let (numberRows, differentNumbers) = (filled, different)
        take(texts)
        if differentNumbers >= 3, numberRows * 10 >= filled * 9 { kind = .number }
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
        // Numbers that many have stay apart from their neighbours.
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

    private mutating func take(_ given: Texts) {
        var counts: [Int32: Int] = [:]
        for text in given.ofRow where text >= 0 { counts[text, default: 0] += 1 }
        guard !counts.isEmpty else { return }
        filled += counts.values.reduce(0, +)
        different += counts.count
        var all = counts.map { text, count in
            let spelling = (given.spellings[text] ?? "").trimmed
            return (text, count, category: Exact(Value.text(spelling).asCategory ?? ""), spelling: spelling)
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
            texts.append(Text(category: text.category.text, spelling: text.spelling))
        }
        for (row, text) in given.ofRow.enumerated() where text >= 0 { codes[row] = codeOfText[text] ?? rest }
    }
}

extension Column {
    /// What a code stands for as a category; nothing where it stands for many.
    func category(_ code: Int) -> String? {
        if code < numbers.count {
            return numbers[code].low == numbers[code].high ? JSONNumber.shortest(numbers[code].low) : nil
        }
        return code - numbers.count < texts.count ? texts[code - numbers.count].category : nil
    }

    /// What a person reads of a code that stands for one category.
    func spelling(_ code: Int) -> String {
        code < numbers.count ? JSONNumber.shortest(numbers[code].low) : texts[code - numbers.count].spelling
    }

    /// How many of the rows have each code.
    func counts(rows: [Int]) -> [Int] {
        var counts = [Int](repeating: 0, count: codeCount)
        for row in rows where codes[row] != Self.missing { counts[Int(codes[row])] += 1 }
        return counts
    }
}
