/// A point in time: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// It lies in the years 1 to 9999, the only ones that RFC 3339 can write and that CRMs have. A number beyond them becomes
/// the first or last moment, so no arithmetic on dates overflows.
public struct Moment: Hashable, Comparable, Sendable {
    public let microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = min(max(microseconds, Self.range.lowerBound), Self.range.upperBound)
    }

    public init(milliseconds: Int64) { self.init(microseconds: milliseconds.multiplied(byPositive: 1000)) }

    /// Nil for a number that is no count of milliseconds within the years 1 to 9999.
    public init?(stored milliseconds: Double) {
        guard let whole = Int64(exactly: milliseconds.rounded(.towardZero)),
            Self.range.contains(whole.multiplied(byPositive: 1000))
        else { return nil }
        self.init(milliseconds: whole)
    }

    /// From 0001-01-01T00:00:00Z to the last microsecond of 9999-12-31.
    static let range: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    /// 0001-01-01T00:00:00.000Z.
    public static let earliest = Moment(microseconds: range.lowerBound)
    /// 9999-12-31T23:59:59.999999Z.
    public static let latest = Moment(microseconds: range.upperBound)

    public static func < (a: Moment, b: Moment) -> Bool { a.microseconds < b.microseconds }

    public var milliseconds: Int64 { microseconds.flooredDivision(by: 1000) }

    public func adding(seconds: Int64) -> Moment {
        let sum = microseconds.addingReportingOverflow(seconds.multiplied(byPositive: 1_000_000))
        return sum.overflow ? (seconds < 0 ? .earliest : .latest) : Moment(microseconds: sum.partialValue)
    }

    /// Of 24 hours each.
    public func adding(days: Int) -> Moment { adding(seconds: Int64(days).multiplied(byPositive: 86_400)) }

    /// The latest date that counts as past at this moment: dates in files and CRMs often have no zone, or only a day.
    public var latestPastDate: Moment { adding(days: 1) }

    /// The first moment of its UTC day.
    var startOfDay: Moment {
        Moment(microseconds: microseconds.flooredDivision(by: 86_400_000_000) * 86_400_000_000)
    }

    /// Seconds from `other` to this; negative if this is earlier.
    public func seconds(since other: Moment) -> Double { Double(microseconds - other.microseconds) / 1_000_000 }
}

extension Moment {
    /// Year, month 1…12 and day 1…31 in UTC.
    public var date: (year: Int, month: Int, day: Int) {
        Moment.civil(daysSinceEpoch: Int(microseconds.flooredDivision(by: 86_400_000_000)))
    }

    /// The UTC month, counted from year 0: 12 · year + month − 1.
    public var month: Month {
        let date = date
        return Month(index: date.year * 12 + date.month - 1)
    }

    /// "2026-11-21", in UTC.
    public var dayText: String {
        let date = date
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    }

    /// RFC 3339 in UTC with milliseconds, or microseconds where there are any: "2026-11-21T09:30:00.000Z".
    public var text: String {
        let ofDay = microseconds - microseconds.flooredDivision(by: 86_400_000_000) * 86_400_000_000
        let (second, fraction) = (ofDay / 1_000_000, ofDay % 1_000_000)
        let clock =
            "\(padded(Int(second / 3600), 2)):\(padded(Int(second / 60 % 60), 2)):\(padded(Int(second % 60), 2))"
        let part = fraction % 1000 == 0 ? padded(Int(fraction / 1000), 3) : padded(Int(fraction), 6)
        return "\(dayText)T\(clock).\(part)Z"
    }

    /// Reads RFC 3339: `2026-11-21T09:30:00Z`, with any number of decimals (what is finer than a microsecond is cut off) and
    /// `Z` or an offset. A leap second, 23:59:60 in UTC, is read as the microsecond before midnight, so that it comes neither
    /// before the second that it follows nor after the next day. Nil if the text is anything else, such as a day that does
    /// not exist or lies outside the years 1 to 9999 in UTC.
    public init?(rfc3339 text: String) {
        var text = text
        guard let moment = text.withUTF8({ Moment(rfc3339: $0) }) else { return nil }
        self = moment
    }

    /// Reads the bytes of such a text.
    public init?(rfc3339 text: UnsafeBufferPointer<UInt8>) {
        var bytes = text[...]
        func number(_ count: Int) -> Int? {
            guard bytes.count >= count else { return nil }
            var value = 0
            for _ in 0..<count {
                let digit = bytes.removeFirst() &- 48
                guard digit < 10 else { return nil }
                value = value * 10 + Int(digit)
            }
            return value
        }
        func take(_ allowed: StaticString) -> UInt8? {
            guard let first = bytes.first, allowed.withUTF8Buffer({ $0.contains(first) }) else { return nil }
            return bytes.removeFirst()
        }
        guard let year = number(4), take("-") != nil, let month = number(2), take("-") != nil, let day = number(2),
            take("Tt") != nil, let hour = number(2), take(":") != nil, let minute = number(2), take(":") != nil,
            let second = number(2), let days = Moment.days(year: year, month: month, day: day),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var fraction = 0
        if take(".") != nil {
            var scale = 100_000
            guard let first = bytes.first, (48...57).contains(first) else { return nil }
            while let digit = bytes.first, (48...57).contains(digit) {
                fraction += Int(digit - 48) * scale
                scale /= 10
                bytes.removeFirst()
            }
        }
        var offset = 0
        if take("Zz") == nil {
            guard let sign = take("+-"), let hours = number(2), take(":") != nil, let minutes = number(2),
                hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -60 : 60)
        }
        guard bytes.isEmpty else { return nil }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        var read = Int64(seconds) * 1_000_000 + Int64(fraction)
        if second == 60 {
            guard seconds.flooredDivision(by: 86_400) * 86_400 == seconds else { return nil }
            read = Int64(seconds) * 1_000_000 - 1
        }
        guard Self.range.contains(read) else { return nil }
        microseconds = read
    }

    /// Days since 1970-01-01 of a day of the Gregorian calendar; nil if there is no such day.
    public static func days(year: Int, month: Int, day: Int) -> Int? {
        guard (1...12).contains(month), day >= 1 else { return nil }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        guard day <= [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] else { return nil }
        // The calendar is counted in eras of 400 years that start on March 1st, so that February's end is a year's end.
        let shifted = month > 2 ? year : year - 1
        let era = shifted.flooredDivision(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func civil(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int64 {
    /// The nearest end of the range in place of an overflow.
    fileprivate func multiplied(byPositive factor: Int64) -> Int64 {
        let product = multipliedReportingOverflow(by: factor)
        return product.overflow ? (self < 0 ? .min : .max) : product.partialValue
    }
}

extension BinaryInteger {
    func flooredDivision(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
