/// A UTC month, counted from year 0: 12 · year + month − 1.
public struct Month: Hashable, Comparable, Sendable {
    public var index: Int

    public init(index: Int) { self.index = index }

    /// Reads "2026-11".
    public init?(_ text: String) {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let year = Int(parts[0]), let month = Int(parts[1]), (1...9999).contains(year),
            (1...12).contains(month)
        else {
            return nil
        }
        index = year * 12 + month - 1
    }

    public static func < (a: Month, b: Month) -> Bool { a.index < b.index }

    /// Whether it lies in the years 1 to 9999.
    public static func isValid(index: Int) -> Bool { (12..<120_000).contains(index) }

    /// The first moment of the month after it.
    public var end: Moment {
        let year = (index + 1).flooredDivision(by: 12)
        let days = Moment.days(year: year, month: index + 2 - year * 12, day: 1) ?? 0
        return Moment(milliseconds: Int64(days) * 86_400_000)
    }

    /// The month that lies `count` months before this one.
    public func earlier(by count: Int) -> Month { Month(index: index - count) }

    /// "2026-11".
    public var text: String { "\(padded(index / 12, 4))-\(padded(index % 12 + 1, 2))" }
}
