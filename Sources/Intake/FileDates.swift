import LeadModel

/// How a file spells the dates of its roles: of creation, of closing. Where day and month could be either, the whole column
/// decides.
public struct FileDates: Sendable {
    private var orders: [Exact: DateOrder] = [:]
    /// Columns whose values don't decide it, with the order that is taken.
    public private(set) var guessed: [(column: String, order: DateOrder)] = []

    /// Columns whose first values don't need an order are read no further.
    private static let tried = 200

    private struct Count {
        var orders: [DateOrder: Int] = [:]
        var undecided = 0
        var twelveHours = 0
        var needsOrder: Bool { undecided > 0 || !orders.isEmpty }
    }

    init() {}

    /// - Parameters:
    ///   - given: the order that the admin gave for columns that don't decide it.
    ///   - next: the values of the next row's columns; nil at the end. A row that can't be read is left to the reader of the
    ///     records.
    init(
        columns: [Exact], given: DateOrder?, next: () throws(IntakeError) -> [(name: Exact, value: Value?)]?
    ) {
        var counts: [Exact: Count] = [:]
        var rows = 0
        while rows < Self.tried || !counts.isEmpty {
            rows += 1
            let row: [(name: Exact, value: Value?)]
            do throws(IntakeError) {
                guard let read = try next() else { break }
                row = read
            } catch {
                if error.endsReading { break }
                continue
            }
            for (name, value) in row where columns.contains(name) {
                guard case .text(let text)? = value, let date = SpelledMoment(text), date.evidence != .none else {
                    continue
                }
                var count = counts[name] ?? Count()
                if case .order(let order) = date.evidence { count.orders[order, default: 0] += 1 }
                if date.evidence == .undecided { count.undecided += 1 }
                if date.isTwelveHours { count.twelveHours += 1 }
                counts[name] = count
            }
        }
        // Columns of one file are mostly written alike.
        var all: [DateOrder: Int] = [:]
        for count in counts.values { all.merge(count.orders, uniquingKeysWith: +) }
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
            let own = Self.order(count.orders)
            let order = own ?? given ?? Self.order(all)
            orders[name] = order ?? (count.twelveHours > 0 ? .monthDay : .dayMonth)
            if order == nil, count.undecided > 0 { guessed.append((name.text, orders[name] ?? .dayMonth)) }
        }
    }

    /// The order that nearly all say.
    private static func order(_ counts: [DateOrder: Int]) -> DateOrder? {
        let (dayMonth, monthDay) = (counts[.dayMonth] ?? 0, counts[.monthDay] ?? 0)
        if dayMonth > monthDay * 20 { return .dayMonth }
        return monthDay > dayMonth * 20 ? .monthDay : nil
    }

    /// The date that a value is; nil if it is none.
    func moment(_ value: Value, of column: Exact) -> Moment? {
        switch value {
        case .number(let number): return Moment(numbered: number)
        case .text(let text):
            if let number = JSONNumber.parse(text.trimmed) { return Moment(numbered: number) }
            guard let date = SpelledMoment(text, order: orders[column]) else { return nil }
            return date.evidence == .undecided && orders[column] == nil ? nil : date.moment
        case .flag, .list: return nil
        }
    }

    /// What a person should know: which columns were read in an order that is a guess.
    public var warnings: [String] {
        guessed.map { column, order in
            let (taken, other) = order == .dayMonth ? ("day/month", "mdy") : ("month/day", "dmy")
            return
                "\(column) is read as \(taken)/year, but its values don't say which order it is; if it is the other, give "
                + "--date-order \(other)"
        }
    }
}

extension ColumnRole {
    /// Whether its column holds dates.
    var isDate: Bool { [.created, .closed, .modified, .stageSince].contains(self) }
}
