import LeadModel

/// What the admin said of the spelling of values. It decides only what the values leave open.
struct SpellingOptions {
    var decimal: DecimalSign?
    var dateOrder: DateOrder?

    init(decimal: DecimalSign? = nil, dateOrder: DateOrder? = nil) {
        (self.decimal, self.dateOrder) = (decimal, dateOrder)
    }
}

/// How the texts of an attribute spell numbers and dates: what one text leaves open, the others decide.
struct SpellingFacts {
    /// Nil: a point is a decimal sign, a comma separates thousands.
    private(set) var decimal: DecimalSign?
    private(set) var dateOrder: DateOrder?
    /// Whether some texts need `decimal` or `dateOrder`.
    private(set) var needsDecimal = false
    private(set) var needsDateOrder = false
    /// Whether nothing in the values decides it: which sign stands before three digits.
    private(set) var undecidedSign: DecimalSign?
    private(set) var isDateOrderGuessed = false
    private(set) var currencies: Set<String> = []

    /// - Parameters:
    ///   - values: the different texts and lists, with how many rows have each.
    ///   - fractions: how many plain numbers are no whole numbers; they have a point.
    init(_ values: [(value: Value, count: Int)], fractions: Int, options: SpellingOptions) {
        var (points, commas) = (fractions, 0)
        var undecided: [DecimalSign: Int] = [:]
        var orders: [DateOrder: Int] = [:]
        var (openDates, twelveHours) = (0, 0)
        for (value, count) in values {
            guard let text = Self.text(value) else { continue }
            if let number = SpelledNumber(text) {
                switch number.evidence {
                case .none: break
                case .decimal(.point): points += count
                case .decimal(.comma): commas += count
                case .undecided(let sign): undecided[sign, default: 0] += 1
                }
                if let currency = number.currency { currencies.insert(currency.lowercased()) }
            } else if let date = SpelledMoment(text) {
                switch date.evidence {
                case .none: break
                case .order(let order): orders[order, default: 0] += count
                case .undecided: openDates += count
                }
                if date.isTwelveHours { twelveHours += count }
            }
        }
        needsDecimal = !undecided.isEmpty
        if needsDecimal {
            if commas > 0 || points > 0 {
                decimal = commas > points ? .comma : nil
            } else {
                let sign: DecimalSign = undecided[.comma] != nil ? .comma : .point
                if options.decimal == nil { undecidedSign = sign }
                decimal = options.decimal == .comma ? .comma : nil
            }
        }
        let (dayMonth, monthDay) = (orders[.dayMonth] ?? 0, orders[.monthDay] ?? 0)
        needsDateOrder = openDates > 0 || dayMonth + monthDay > 0
        guard needsDateOrder else { return }
        if dayMonth != monthDay, dayMonth == 0 || monthDay == 0 {
            dateOrder = dayMonth > 0 ? .dayMonth : .monthDay
        } else {
            isDateOrderGuessed = options.dateOrder == nil
            dateOrder =
                options.dateOrder
                ?? (dayMonth != monthDay
                    ? (dayMonth > monthDay ? .dayMonth : .monthDay) : twelveHours > 0 ? .monthDay : .dayMonth)
        }
    }

    /// The number that a value is, as this attribute spells them.
    func number(_ value: Value) -> Double? {
        Self.text(value).flatMap { SpelledNumber($0, decimal: decimal)?.number }
    }

    func date(_ value: Value) -> Moment? { Self.text(value).flatMap { SpelledMoment($0, order: dateOrder)?.moment } }

    /// Whether a text that is a number is one as JSON writes it.
    static func isPlain(_ value: Value) -> Bool { text(value).map { JSONNumber.parse($0.trimmed) != nil } ?? false }

    private static func text(_ value: Value) -> String? {
        switch value {
        case .text(let text): text
        case .list(let entries): entries.count == 1 ? entries[0] : nil
        case .number, .flag: nil
        }
    }
}
