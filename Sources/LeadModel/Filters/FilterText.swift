/// A condition as people write it: "account.region in EU, UK", "employees from 10 to 99", "createdAt newer than 90 days".
extension RecordFilter.Condition {
    private enum Operator: String, CaseIterable {
        case isNotEmpty = " is not empty"
        case isEmpty = " is empty"
        case olderThan = " older than "
        case newerThan = " newer than "
        case isNotIn = " not in "
        case isNot = " is not "
        case from = " from "
        case isIn = " in "
        case equals = " is "
        case atLeast = ">="
        case atMost = "<="
        case above = ">"
        case below = "<"
    }

    public static let forms =
        "NAME is X, NAME is not X, NAME in X, Y, NAME not in X, Y, NAME from 1 to 9, NAME >= 1 (also >, <=, <), "
        + "NAME older than 90 days, NAME newer than 90 days, NAME is empty, NAME is not empty; in quotes what holds a comma"

    /// - Throws: `FilterError` that says what can't be read, and what can.
    public init(text: String) throws(FilterError) {
        let text = text.trimmed
        let (name, found, rest) = try Self.parts(text)
        func unreadable(_ what: String) -> FilterError { FilterError("\(text.debugDescription): \(what)") }
        func number(_ part: some StringProtocol) throws(FilterError) -> Double {
            let part = String(part).trimmed
            guard let number = JSONNumber.parse(part) ?? SpelledNumber(part)?.number else {
                throw unreadable("\(part.debugDescription) is not a number")
            }
            return number
        }
        func days() throws(FilterError) -> Double {
            let words = rest.split(separator: " ")
            guard words.count == 1 || (words.count == 2 && ["day", "days"].contains(words[1])) else {
                throw unreadable("the age must be a number of days, such as 90 days")
            }
            return try number(words[0])
        }
        let test: RecordFilter.Test
        switch found {
        case .isEmpty: test = .isEmpty
        case .isNotEmpty: test = .isNotEmpty
        case .olderThan: test = .olderThan(days: try days())
        case .newerThan: test = .newerThan(days: try days())
        case .equals: test = .isIn([Self.unquoted(rest)])
        case .isNot: test = .isNotIn([Self.unquoted(rest)])
        case .isIn: test = .isIn(try Self.values(rest))
        case .isNotIn: test = .isNotIn(try Self.values(rest))
        case .from:
            guard let to = rest.firstRange(of: " to ") else { throw unreadable("a range is written as from 1 to 9") }
            test = .range(.init(from: try number(rest[..<to.lowerBound]), to: try number(rest[to.upperBound...])))
        case .atLeast: test = .range(.init(from: try number(rest)))
        case .atMost: test = .range(.init(to: try number(rest)))
        case .above: test = .range(.init(above: try number(rest)))
        case .below: test = .range(.init(below: try number(rest)))
        }
        try self.init(Exact(name), test)
    }

    /// The name, the operator that comes first (of two at one place the longer one), and what follows it.
    private static func parts(_ text: String) throws(FilterError) -> (String, Operator, String) {
        var start = text.startIndex
        if text.first == "\"", let end = text.dropFirst().firstIndex(of: "\"") { start = text.index(after: end) }
        var found: (Operator, Range<String.Index>)?
        for candidate in Operator.allCases {
            guard let range = text.range(of: candidate.rawValue, from: start) else { continue }
            // An operator that ends the condition must do so.
            if [.isEmpty, .isNotEmpty].contains(candidate), range.upperBound != text.endIndex { continue }
            if let former = found?.1, former.lowerBound <= range.lowerBound { continue }
            found = (candidate, range)
        }
        guard let (found, range) = found else {
            throw FilterError("\(text.debugDescription) is not a condition; there are: \(forms)")
        }
        let name = unquoted(String(text[..<range.lowerBound]))
        let rest = String(text[range.upperBound...]).trimmed
        guard !name.isEmpty else { throw FilterError("\(text.debugDescription): the name of the attribute is missing") }
        guard !rest.isEmpty || [.isEmpty, .isNotEmpty].contains(found) else {
            throw FilterError("\(text.debugDescription): the value is missing")
        }
        return (name, found, rest)
    }

    private static func values(_ text: String) throws(FilterError) -> [String] {
        var (values, isQuoted): ([String], Bool) = ([""], false)
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == ",", !isQuoted { values.append("") } else { values[values.count - 1].append(character) }
        }
        guard !isQuoted else { throw FilterError("\(text.debugDescription): a quote is not closed") }
        return values.map(unquoted)
    }

    private static func unquoted(_ text: String) -> String {
        let text = text.trimmed
        guard text.utf8.count >= 2, text.first == "\"", text.last == "\"" else { return text }
        return String(text.dropFirst().dropLast())
    }

    /// As people write it. `init(text:)` reads it, but for a range with two ends of which one is open.
    public var words: String {
        let name = attribute.text.quoted { " <>=".contains($0) }
        func list(_ values: [String]) -> String {
            values.map { value in value.quoted { $0 == "," } }.joined(separator: ", ")
        }
        switch test {
        case .isIn(let values): return "\(name) \(values.count == 1 ? "is" : "in") \(list(values))"
        case .isNotIn(let values): return "\(name) \(values.count == 1 ? "is not" : "not in") \(list(values))"
        case .range(let bounds): return "\(name) \(bounds.words)"
        case .olderThan(let days): return "\(name) older than \(JSONNumber.shortest(days)) days"
        case .newerThan(let days): return "\(name) newer than \(JSONNumber.shortest(days)) days"
        case .isEmpty: return "\(name) is empty"
        case .isNotEmpty: return "\(name) is not empty"
        }
    }
}

extension RecordFilter.Bounds {
    var words: String {
        if let from, let to, above == nil, below == nil {
            return "from \(JSONNumber.shortest(from)) to \(JSONNumber.shortest(to))"
        }
        let ends = [(">=", from), (">", above), ("<=", to), ("<", below)]
        return ends.compactMap { sign, end in end.map { "\(sign) \(JSONNumber.shortest($0))" } }
            .joined(separator: " and ")
    }
}

extension RecordFilter {
    /// "account.region in EU, UK and employees >= 10; or source is Web"
    public var words: String {
        groups.map { $0.map(\.words).joined(separator: " and ") }.joined(separator: "; or ")
    }
}

extension String {
    fileprivate func quoted(if needed: (Character) -> Bool) -> String {
        trimmed != self || contains(where: needed) ? "\"\(self)\"" : self
    }

    fileprivate func range(of part: String, from start: Index) -> Range<Index>? {
        self[start...].firstRange(of: part)
    }
}
