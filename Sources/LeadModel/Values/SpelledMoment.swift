/// A date as CRMs and people write it: ISO 8601 with a blank or a T, with or without a zone; 31/12/2026, 12/31/2026,
/// 31.12.2026; "11 Feb 2026", "February 11, 2026 at 8:47 PM". Without a zone it is UTC.
public struct SpelledMoment: Equatable, Sendable {
    /// What a text shows of the order of day and month.
    public enum Evidence: Equatable, Sendable {
        /// Nothing: it starts with the year, has the month as a word, or dots (31.12.2026).
        case none
        case order(DateOrder)
        /// Both are at most 12.
        case undecided
    }

    public let moment: Moment
    public let evidence: Evidence
    /// Whether it has AM or PM.
    public let isTwelveHours: Bool

    private static let longest = 80

    /// Nil if the text is not a date.
    ///
    /// - Parameter order: of day and month, where the text doesn't say it.
    public init?(_ text: String, order: DateOrder? = nil) {
        if let plain = Moment(inFile: text) {
            (moment, evidence, isTwelveHours) = (plain, .none, false)
            return
        }
        guard text.utf8.count <= Self.longest, text.utf8.contains(where: { (48...57).contains($0) }) else { return nil }
        var scanner = DateScanner(text)
        guard let day = scanner.day(order: order), let clock = scanner.clock() else { return nil }
        let seconds = Int64(day.days) * 86_400 + Int64(clock.seconds)
        let microseconds = seconds * 1_000_000 + Int64(clock.microseconds)
        guard Moment.range.contains(microseconds) else { return nil }
        moment = Moment(microseconds: microseconds)
        (evidence, isTwelveHours) = (day.evidence, clock.isTwelveHours)
    }
}

/// Takes a date apart, from left to right.
private struct DateScanner {
    private enum Token: Equatable {
        case number(Int, digits: Int)
        case word(String)
        case sign(Character)
        case blank
    }

    private var tokens: [Token] = []
    private var next = 0

    init(_ text: String) {
        var characters = Array(text.trimmed.lowercased())[...]
        while let first = characters.first {
            if first.isASCII, first.isNumber {
                let digits = characters.prefix { $0.isASCII && $0.isNumber }
                // Nine digits are the longest fraction, 14 a date with its clock.
                tokens.append(.number(digits.count <= 14 ? Int(String(digits)) ?? -1 : -1, digits: digits.count))
                characters = characters.dropFirst(digits.count)
            } else if first.isLetter {
                let letters = characters.prefix { $0.isLetter }
                tokens.append(.word(String(letters)))
                characters = characters.dropFirst(letters.count)
            } else if first.isWhitespace {
                characters = characters.drop { $0.isWhitespace }
                tokens.append(.blank)
            } else {
                tokens.append(.sign(first))
                characters.removeFirst()
            }
        }
        // The name of a zone in parentheses, as JavaScript adds it.
        if let open = tokens.firstIndex(of: .sign("(")), tokens.last == .sign(")") { tokens.removeSubrange(open...) }
        while tokens.last == .blank { tokens.removeLast() }
    }

    private func peek(_ ahead: Int = 0) -> Token? { next + ahead < tokens.count ? tokens[next + ahead] : nil }

    private mutating func take(_ token: Token) -> Bool {
        guard peek() == token else { return false }
        next += 1
        return true
    }

    private mutating func number(_ digits: ClosedRange<Int>) -> Int? {
        guard case .number(let number, let count)? = peek(), digits.contains(count), number >= 0 else { return nil }
        next += 1
        return number
    }

    private mutating func word() -> String? {
        guard case .word(let word)? = peek() else { return nil }
        next += 1
        return word
    }

    private mutating func skipSeparators() {
        while peek() == .blank || peek() == .sign(",") || peek() == .sign(".") || peek() == .sign("-") { next += 1 }
    }
}

/// The day.
extension DateScanner {
    mutating func day(order: DateOrder?) -> (days: Int, evidence: SpelledMoment.Evidence)? {
        if case .word(let word)? = peek(), word.count >= 3, Self.weekdays.contains(String(word.prefix(3))) {
            next += 1
            skipSeparators()
        }
        if case .word? = peek() { return monthFirst() }
        guard case .number(let first, let digits)? = peek() else { return nil }
        if digits == 8 || digits == 14 { return compact() }
        guard digits <= 2 || digits == 4 else { return nil }
        next += 1
        if case .word? = peek(wordAhead) { return dayThenWord(first, digits) }
        guard case .sign(let sign)? = peek(), sign == "/" || sign == "-" || sign == "." else { return nil }
        next += 1
        guard let second = number(1...2), take(.sign(sign)) else { return nil }
        if digits == 4 {
            guard let third = number(1...2) else { return nil }
            return Moment.days(year: first, month: second, day: third).map { ($0, .none) }
        }
        guard let year = year() else { return nil }
        return Self.day(first, second, year, isDotted: sign == ".", order: order)
    }

    /// How far ahead a word stands behind blanks and signs.
    private var wordAhead: Int {
        var ahead = 0
        while let token = peek(ahead), token == .blank || token == .sign("-") || token == .sign(".") { ahead += 1 }
        return ahead
    }

    private static func day(
        _ first: Int, _ second: Int, _ year: Int, isDotted: Bool, order: DateOrder?
    ) -> (days: Int, evidence: SpelledMoment.Evidence)? {
        let dayMonth = Moment.days(year: year, month: second, day: first)
        let monthDay = Moment.days(year: year, month: first, day: second)
        if isDotted { return dayMonth.map { ($0, .none) } }
        switch (dayMonth, monthDay) {
        case (let days?, nil): return (days, .order(.dayMonth))
        case (nil, let days?): return (days, .order(.monthDay))
        case (let dayMonth?, let monthDay?):
            if dayMonth == monthDay { return (dayMonth, .none) }
            return (order == .monthDay ? monthDay : dayMonth, .undecided)
        case (nil, nil): return nil
        }
    }

    /// 20260211, or 20260211204700, whose clock stays to be read.
    private mutating func compact() -> (days: Int, evidence: SpelledMoment.Evidence)? {
        guard case .number(let number, let digits)? = peek() else { return nil }
        next += 1
        let day = digits == 14 ? number / 1_000_000 : number
        if digits == 14 {
            let clock = number % 1_000_000
            let parts: [Token] = [
                .blank, .number(clock / 10_000, digits: 2), .sign(":"), .number(clock / 100 % 100, digits: 2),
                .sign(":"),
                .number(clock % 100, digits: 2),
            ]
            tokens.insert(contentsOf: parts, at: next)
        }
        return Moment.days(year: day / 10_000, month: day / 100 % 100, day: day % 100).map { ($0, .none) }
    }

    /// "February 11, 2026", "Feb 11 2026".
    private mutating func monthFirst() -> (days: Int, evidence: SpelledMoment.Evidence)? {
        guard let month = word().flatMap(Self.month) else { return nil }
        skipSeparators()
        guard let day = number(1...2) else { return nil }
        if case .word(let ordinal)? = peek(), ["st", "nd", "rd", "th"].contains(ordinal) { next += 1 }
        skipSeparators()
        guard let year = number(4...4) else { return nil }
        return Moment.days(year: year, month: month, day: day).map { ($0, .none) }
    }

    /// "11 Feb 2026", "11-Feb-26", "11. Februar 2026", "2026-Feb-11".
    private mutating func dayThenWord(_ first: Int, _ digits: Int) -> (days: Int, evidence: SpelledMoment.Evidence)? {
        if case .word(let ordinal)? = peek(), ["st", "nd", "rd", "th"].contains(ordinal) { next += 1 }
        skipSeparators()
        if case .word("de")? = peek() { next += 1 }
        skipSeparators()
        guard let month = word().flatMap(Self.month) else { return nil }
        skipSeparators()
        if case .word("de")? = peek() { next += 1 }
        skipSeparators()
        if digits == 4 {
            guard let day = number(1...2) else { return nil }
            return Moment.days(year: first, month: month, day: day).map { ($0, .none) }
        }
        guard let year = year() else { return nil }
        return Moment.days(year: year, month: month, day: first).map { ($0, .none) }
    }

    /// Of two digits: 1970 to 2069.
    private mutating func year() -> Int? {
        if let year = number(4...4) { return year }
        return number(2...2).map { $0 < 70 ? 2000 + $0 : 1900 + $0 }
    }

    private static let weekdays: Set<String> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// By the first letters, in English, German, French, Spanish, Italian and Portuguese.
    private static func month(_ word: String) -> Int? {
        if let whole = months[word] { return whole }
        guard word.count >= 3 else { return nil }
        return months[String(word.prefix(3))]
    }

    private static let months: [String: Int] = [
        "jan": 1, "ene": 1, "gen": 1, "jän": 1, "feb": 2, "fév": 2, "fev": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4,
        "avr": 4, "abr": 4, "may": 5, "mai": 5, "mag": 5, "jun": 6, "juin": 6, "giu": 6, "jul": 7, "juil": 7,
        "juillet": 7, "lug": 7, "aug": 8, "aoû": 8, "ago": 8, "sep": 9, "set": 9, "oct": 10, "okt": 10, "out": 10,
        "ott": 10, "nov": 11, "dec": 12, "dez": 12, "déc": 12, "dic": 12,
    ]
}

/// The clock.
extension DateScanner {
    /// Midnight if there is none; nil if what follows the day is no clock.
    mutating func clock() -> (seconds: Int, microseconds: Int, isTwelveHours: Bool)? {
        if next == tokens.count { return (0, 0, false) }
        if case .word("t")? = peek() {
            next += 1
        } else {
            skipSeparators()
            if case .word(let at)? = peek(), ["at", "um", "à"].contains(at) { next += 1 }
            skipSeparators()
        }
        if next == tokens.count { return (0, 0, false) }
        guard var hour = number(1...6) else { return nil }
        var (minute, second, microseconds) = (0, 0, 0)
        var hasMinutes = false
        if case .number(_, let digits)? = peek(-1), digits == 4 || digits == 6 {
            // 20260211T2047, 20260211T204700
            if digits == 6 { (hour, second) = (hour / 100, hour % 100) }
            (hour, minute, hasMinutes) = (hour / 100, hour % 100, true)
        } else if take(.sign(":")) || take(.sign(".")) {
            guard let minutes = number(2...2) else { return nil }
            (minute, hasMinutes) = (minutes, true)
            if take(.sign(":")) || take(.sign(".")) {
                guard let seconds = number(2...2) else { return nil }
                second = seconds
                if take(.sign(".")) || take(.sign(",")) {
                    guard case .number(let fraction, let digits)? = peek(), (1...9).contains(digits) else { return nil }
                    next += 1
                    microseconds = digits <= 6 ? fraction * Self.power(6 - digits) : fraction / Self.power(digits - 6)
                }
            }
        }
        let half = half()
        guard hasMinutes || half != nil, minute < 60, second < 60 else { return nil }
        if let half {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (half == "p" ? 12 : 0)
        }
        guard hour < 24, let offset = zone(), next == tokens.count else { return nil }
        return (hour * 3600 + minute * 60 + second - offset * 60, microseconds, half != nil)
    }

    private static func power(_ exponent: Int) -> Int { (0..<exponent).reduce(1) { power, _ in power * 10 } }

    /// "am", "p.m.": its first letter.
    private mutating func half() -> Character? {
        let start = next
        if peek() == .blank { next += 1 }
        if case .word(let word)? = peek() {
            if ["am", "pm"].contains(word) {
                next += 1
                return word.first
            }
            if ["a", "p"].contains(word), peek(1) == .sign("."), peek(2) == .word("m") {
                next += 3
                _ = take(.sign("."))
                return word.first
            }
        }
        next = start
        return nil
    }

    /// In minutes east; 0 if there is none; nil if what follows is no zone.
    private mutating func zone() -> Int? {
        if peek() == .blank { next += 1 }
        var named = 0
        if case .word(let word)? = peek() {
            guard let minutes = Self.zones[word] else { return nil }
            named = minutes
            next += 1
        }
        guard next < tokens.count else { return named }
        guard named == 0, case .sign(let sign)? = peek(), sign == "+" || sign == "-" || sign == "−" else { return nil }
        next += 1
        guard case .number(let number, let digits)? = peek(), digits == 2 || digits == 4 else { return nil }
        next += 1
        var (hours, minutes) = digits == 4 ? (number / 100, number % 100) : (number, 0)
        if digits == 2, take(.sign(":")) {
            guard let read = self.number(2...2) else { return nil }
            minutes = read
        }
        guard hours < 24, minutes < 60 else { return nil }
        if sign != "+" { (hours, minutes) = (-hours, -minutes) }
        return hours * 60 + minutes
    }

    private static let zones: [String: Int] = [
        "z": 0, "utc": 0, "gmt": 0, "cet": 60, "cest": 120, "est": -300, "edt": -240, "pst": -480, "pdt": -420,
    ]
}
