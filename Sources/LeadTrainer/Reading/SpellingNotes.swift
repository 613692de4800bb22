import LeadModel

/// What a person should know about how an attribute's values were read: what was guessed, and what can't be read.
///
/// No note has a value of a record in it, but for a text that at least five have in common.
struct SpellingNotes {
    private let column: Column
    private let spelling: SpellingFacts

    init(_ column: Column, _ spelling: SpellingFacts) { (self.column, self.spelling) = (column, spelling) }

    var numbers: [TrainingWarning] {
        var notes = unread("numbers", bin: "not a number")
        switch spelling.undecidedSign {
        case .comma:
            notes.append(
                note(
                    .guessedSpelling,
                    "is read with the comma as separator of thousands (1,234 is 1234); if it is the decimal sign, give "
                        + "--decimal ,", guess: .decimal(.point)))
        case .point:
            notes.append(
                note(
                    .guessedSpelling,
                    "is read with the point as decimal sign (1.234 is between 1 and 2); if it separates thousands, give "
                        + "--decimal ,", guess: .decimal(.point)))
        case nil: break
        }
        if spelling.currencies.count > 1 {
            let names = spelling.currencies.map { $0.uppercased() }.sorted().prefix(5).joined(separator: ", ")
            notes.append(note(.guessedSpelling, "has amounts in several currencies (\(names)); they are not converted"))
        }
        return notes
    }

    var dates: [TrainingWarning] {
        var notes = unread("dates", bin: "not a date")
        if spelling.isDateOrderGuessed, let order = spelling.dateOrder {
            let (taken, other) = order == .dayMonth ? ("day/month", "mdy") : ("month/day", "dmy")
            notes.append(
                note(
                    .guessedSpelling,
                    "is read as \(taken)/year, but its values don't say which order it is; if it is the other, give "
                        + "--date-order \(other)", guess: .dateOrder(order)))
        }
        return notes
    }

    func categories(_ facts: ColumnFacts) -> [TrainingWarning] {
        guard facts.isUnreadable else { return [] }
        let (count, what) = facts.numbers >= facts.dates ? (facts.numbers, "numbers") : (facts.dates, "dates")
        let share = (Double(count) / Double(max(1, facts.filled))).percent
        return [
            note(
                .unreadable,
                "is not read as \(what): \(share) of its values are \(what), and \((facts.filled - count).grouped) are not"
                    + "\(mostFrequent(facts)); give --missing VALUE for each text that means missing, or correct them")
        ]
    }

    private func unread(_ what: String, bin: String) -> [TrainingWarning] {
        let codes = column.codes.lazy.filter { $0 != Column.missing && Int($0) >= column.numbers.count }
        let count = codes.count
        guard count > 0 else { return [] }
        return [
            note(
                .unreadable,
                "has \(count.grouped) of \(column.filled.grouped) values that can't be read as \(what)"
                    + "\(mostFrequentText); they count as \"\(bin)\"; give --missing VALUE for each that means missing, or "
                    + "correct them")
        ]
    }

    /// ", most often VALUE (123)", of what at least five records have.
    private var mostFrequentText: String {
        guard column.kind == .number, let text = column.texts.first else { return "" }
        let code = UInt16(column.numbers.count)
        return Self.mostFrequent(text.spelling, column.codes.count { $0 == code })
    }

    private func mostFrequent(_ facts: ColumnFacts) -> String {
        var counts = [Int](repeating: 0, count: column.codeCount)
        for code in column.codes where code != Column.missing { counts[Int(code)] += 1 }
        for (place, text) in column.texts.enumerated() {
            let value = GivenText.value(text.spelling)
            guard facts.spelling.number(value) == nil, facts.spelling.date(value) == nil else { continue }
            return Self.mostFrequent(text.spelling, counts[column.numbers.count + place])
        }
        return ""
    }

    private static func mostFrequent(_ text: String, _ count: Int) -> String {
        count >= 5 ? ", most often \(text.printable.shortened(40)) (\(count.grouped))" : ""
    }

    private func note(
        _ kind: TrainingWarning.Kind, _ what: String, guess: TrainingWarning.Guess? = nil
    ) -> TrainingWarning {
        TrainingWarning(kind: kind, attribute: column.name, description: "\(column.name) \(what)", guess: guess)
    }
}
