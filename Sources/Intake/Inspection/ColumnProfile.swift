import LeadModel

/// What a column of a file holds, counted over all rows.
public struct ColumnProfile: Sendable {
    public let name: String
    /// Rows with a value.
    public private(set) var filled = 0
    /// The most frequent first, of a column with few different values; else empty.
    public var values: [OutcomeValue] {
        guard distinct <= Self.mostValues else { return [] }
        return spellings.map { OutcomeValue(text: $0.value.text, count: $0.value.count) }
            .sorted { ($1.count, Exact($0.text)) < ($0.count, Exact($1.text)) }
    }
    /// Of the values: dates, numbers, e-mail addresses, and words that stand for no value.
    private(set) var dates = 0
    private(set) var numbers = 0
    private(set) var addresses = 0
    private(set) var longIDs = 0
    public private(set) var nullWords: [String: Int] = [:]

    private var hashes: Set<UInt64> = []
    private var spellings: [String: OutcomeValue] = [:]

    /// A column with more different values is no category. Their number is exact up to `mostDistinct`.
    static let mostValues = 100
    public static let mostDistinct = 200_000

    init(name: String) { self.name = name }

    /// The number of different values.
    public var distinct: Int { hashes.count }
    public var isEmpty: Bool { filled == 0 }

    mutating func add(_ value: Value) {
        guard let category = value.asCategory else { return }
        filled += 1
        let text = if case .text(let text) = value { text.trimmed } else { category }
        if hashes.count < Self.mostDistinct { hashes.insert(FNV1a.hash(text)) }
        if spellings[category] != nil {
            spellings[category]?.count += 1
        } else if spellings.count <= Self.mostValues {
            spellings[category] = OutcomeValue(text: text, count: 1)
        }
        if SpelledNumber(text) != nil {
            numbers += 1
        } else if SpelledMoment(text, order: .dayMonth) != nil {
            dates += 1
        }
        if text.utf8.contains(UInt8(ascii: "@")), Signal.email.finding(in: text) != Signal.email.findings.last {
            addresses += 1
        }
        if text.utf8.count >= 15, !text.utf8.contains(32), text.utf8.contains(where: { (48...57).contains($0) }) {
            longIDs += 1
        }
        if NullWord.contains(text) { nullWords[text, default: 0] += 1 }
    }

    public var isDate: Bool { areDates }
    public var isNumber: Bool { areNumbers }
    var areDates: Bool { dates * 10 >= filled * 9 && filled > 0 }
    var areNumbers: Bool { numbers * 10 >= filled * 9 && filled > 0 }
    public var areAddresses: Bool { addresses * 2 >= filled && filled > 0 }

    /// Whether it holds nothing but a yes and a no.
    var areFlags: Bool {
        distinct == 2 && values.allSatisfy { OutcomeWords.flag($0.text) != nil }
            && Set(values.map { OutcomeWords.flag($0.text) }).count == 2
    }
}
