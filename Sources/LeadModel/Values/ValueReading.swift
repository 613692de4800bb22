/// How the values of an attribute are read where a value alone doesn't say it. Most attributes need none of it: a text like
/// "$1,234.50", "11 Feb 2026" or "NULL" says itself what it is.
///
/// It is decided once, at training, from all values of the attribute; it is part of the scorecard and applies to the values
/// of events in the same way.
public struct ValueReading: Equatable, Codable, Sendable {
    /// The decimal sign, where a text has a point or comma before exactly three digits: "1.234", "1,234". Nil: a point is
    /// a decimal sign, a comma separates thousands.
    public var decimal: DecimalSign?
    /// The order of day and month in texts like 03/04/2026. Nil: such a text is not a date.
    public var dateOrder: DateOrder?
    /// What separates the entries of a list, besides semicolons.
    public var separator: ListSeparator?
    /// Whether a date after the reference time is read, as days ahead. Nil: it counts as missing.
    public var readsAhead: Bool?

    public init(
        decimal: DecimalSign? = nil, dateOrder: DateOrder? = nil, separator: ListSeparator? = nil,
        readsAhead: Bool? = nil
    ) {
        (self.decimal, self.dateOrder) = (decimal, dateOrder)
        (self.separator, self.readsAhead) = (separator, readsAhead)
    }

    public static let plain = ValueReading()
    public var isPlain: Bool { self == .plain }
}

public enum DecimalSign: String, Codable, Sendable, CaseIterable {
    case point = "."
    case comma = ","
}

public enum DateOrder: String, Codable, Sendable, CaseIterable {
    /// 31/12/2026
    case dayMonth = "dmy"
    /// 12/31/2026
    case monthDay = "mdy"
}

public enum ListSeparator: String, Codable, Sendable, CaseIterable {
    case comma = ","
    case pipe = "|"
}
