import Foundation
import LeadModel

@testable import LeadTrainer

/// A column of eight values, in one of the spellings that CRMs write.
enum RandomSpelling {
    /// The same values, plain and spelled.
    typealias Values = (plain: [Value], spelled: [Value])

    /// LEADLINE_TEST_SEED sets another, alone.
    static let seeds =
        ProcessInfo.processInfo.environment["LEADLINE_TEST_SEED"].flatMap(UInt64.init).map { [$0] }
        ?? [.random(in: 0...UInt64.max), .random(in: 0...UInt64.max)]

    /// No date comes after it.
    static let newest = Moment(rfc3339: "2026-10-20T12:00:00Z")!
    private static let nulls = [
        "", "NULL", "N/A", "NA", "\\N", "-", "--", "nan", "None", "(none)", "#N/A", "undefined", " ",
    ]

    /// Of one kind. Some can be missing.
    static func values(_ random: inout SplitMix64) -> Values {
        [numbers, dates, booleans][random.index(below: 3)](&random)
    }

    private static func withNulls(_ values: Values, _ random: inout SplitMix64) -> Values {
        var values = values
        let null = nulls[random.index(below: nulls.count)]
        for row in 5..<8 where random.unit() < 0.3 {
            (values.plain[row], values.spelled[row]) = (.text(""), .text(null))
        }
        return values
    }

    static func numbers(_ random: inout SplitMix64) -> Values {
        let decimals = random.index(below: 3)
        let thousands = [",", ".", " ", "\u{A0}", "'", ""][random.index(below: 6)]
        let decimal = thousands == "," ? "." : thousands == "." || random.unit() < 0.5 ? "," : "."
        let before = ["", "$", "€ ", "EUR ", "R$"][random.index(below: 5)]
        let after = ["", " €", "%", " USD", " kr."][before.isEmpty ? random.index(below: 5) : 0]
        let negative = random.index(below: 4)
        let sizes = [1e3, 1e5, 1e7, 1e8]
        let most = sizes[random.index(below: 4)]
        var values: Values = ([], [])
        for row in 0..<8 {
            let whole = Int(random.unit() * most) + row
            var fraction = ""
            for _ in 0..<decimals { fraction += "\(random.index(below: 10))" }
            let isNegative = negative > 0 && random.unit() < 0.3
            let size = whole.grouped.split(separator: ",").joined(separator: thousands)
            let text = before + size + (decimals > 0 ? decimal + fraction : "") + after
            values.plain.append(
                .number((isNegative ? -1 : 1) * (Double("\(whole).\(fraction.isEmpty ? "0" : fraction)") ?? 0)))
            let spelled = !isNegative ? text : negative == 1 ? "(\(text))" : negative == 2 ? "-\(text)" : "\(text)-"
            values.spelled.append(.text(random.unit() < 0.1 ? " \(spelled) " : spelled))
        }
        values.plain = values.plain.map { $0 == .number(-0.0) ? .number(0) : $0 }
        return withNulls(values, &random)
    }

    static func dates(_ random: inout SplitMix64) -> Values {
        let form = random.index(below: 12)
        let isDay = form < 3 || random.unit() < 0.3
        var values: Values = ([], [])
        for _ in 0..<8 {
            let ago = Int64(random.unit() * 6e7)
            let second = newest.adding(seconds: -ago)
            let date = isDay ? Moment(rfc3339: second.dayText + "T00:00:00Z")! : second
            values.plain.append(.text(date.text))
            values.spelled.append(spelled(date, form, isDay))
        }
        return withNulls(values, &random)
    }

    private static func spelled(_ date: Moment, _ form: Int, _ isDay: Bool) -> Value {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (year, month, day) = date.date
        let seconds = Int(date.milliseconds / 1000) % 86_400
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        let clock = isDay ? "" : " \(two(hour)):\(two(minute)):\(two(second))"
        let half = isDay ? "" : " \((hour + 11) % 12 + 1):\(two(minute)):\(two(second)) \(hour < 12 ? "AM" : "PM")"
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        switch form {
        case 0: return .text("\(year)\(two(month))\(two(day))")
        case 1: return .text("\(two(day)).\(two(month)).\(year)")
        case 2: return .text("\(year)/\(two(month))/\(two(day))")
        case 3: return .text("\(two(day))/\(two(month))/\(year)\(clock)")
        case 4: return .text("\(month)/\(day)/\(year)\(half)")
        case 5: return .text("\(two(day))-\(two(month))-\(year)\(clock)")
        case 6: return .text("\(day) \(months[month - 1]) \(year)\(half)")
        case 7: return .text("\(months[month - 1]) \(day), \(year)\(clock)")
        case 8: return .text("\(date.dayText)\(isDay ? "" : "T\(clock.dropFirst())")")
        case 9: return .text("\(date.dayText)\(isDay ? "" : "\(clock) +0000")")
        case 10: return .text("\(date.milliseconds)")
        default: return .number(Double(date.milliseconds / 1000))
        }
    }

    /// Choices of three, as a list and as a text.
    static func lists(_ random: inout SplitMix64) -> Values {
        let choices = [["Demo", "Web", "Fair"], ["Köln", "Bonn", "Ulm"], ["A 1", "B/2", "C-3"]][random.index(below: 3)]
        let chosen = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2], [0]].map { $0.map { choices[$0] } }
        let separator = [";", "; ", ",", ", ", "|", " | ", "json"][random.index(below: 7)]
        let texts = chosen.map { entries in
            separator == "json"
                ? "[" + entries.map { "\"\($0)\"" }.joined(separator: ", ") + "]" : entries.joined(separator: separator)
        }
        return (chosen.map { .list($0) }, texts.map { .text($0) })
    }

    static func booleans(_ random: inout SplitMix64) -> Values {
        let words = [("1", "0"), ("true", "false"), ("Yes", "no"), ("Y", "N"), ("T", "F"), ("TRUE", "FALSE")]
        let (yes, no) = words[random.index(below: words.count)]
        let flags = (0..<8).map { $0 == 0 || ($0 > 1 && random.unit() < 0.5) }
        return withNulls((flags.map { .flag($0) }, flags.map { .text($0 ? yes : no) }), &random)
    }
}

extension Column {
    /// Whether both have the same values, however they were spelled.
    func reads(as other: Column) -> Bool {
        kind == other.kind && codes == other.codes && numbers == other.numbers
            && texts.map(\.category) == other.texts.map(\.category)
    }
}
