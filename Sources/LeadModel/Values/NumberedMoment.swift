extension Moment {
    /// What a number can be as a date. The ranges don't overlap, so the number says which it is.
    public enum NumberForm: Equatable, Sendable {
        /// 20260211, 20260211204700
        case digits
        /// Days since 1899-12-30, of the years 1954 to 2119, as spreadsheets store dates.
        case serial
        /// Since 1970, of the years 1979 to 2128.
        case seconds, milliseconds, microseconds
    }

    /// Nil if a number is no date in any of these forms.
    public init?(numbered number: Double) {
        guard let form = Self.form(ofNumber: number) else { return nil }
        switch form {
        case .digits:
            guard let whole = Int(exactly: number) else { return nil }
            guard let date = SpelledMoment(String(whole)) else { return nil }
            self = date.moment
        // Spreadsheets round to about a hundredth of a millisecond.
        case .serial: self.init(milliseconds: Int64(((number - 25_569) * 86_400_000).rounded()))
        case .seconds: self.init(microseconds: Int64((number * 1e6).rounded()))
        case .milliseconds: self.init(microseconds: Int64((number * 1e3).rounded()))
        case .microseconds: self.init(microseconds: Int64(number.rounded()))
        }
    }

    public static func form(ofNumber number: Double) -> NumberForm? {
        switch number {
        case 20_000..<80_000: .serial
        case 19_000_101...21_001_231, 19_000_101_000_000...21_001_231_235_959: .digits
        case 3e8..<5e9: .seconds
        case 3e11..<5e12: .milliseconds
        case 3e14..<5e15: .microseconds
        default: nil
        }
    }
}
