/// What the name of an attribute says of its values.
extension String {
    /// The words of an attribute's name, split at blanks, signs and humps: "Lead Number", "account_id", "crmKey".
    var nameWords: [String] {
        var words: [[Character]] = [[]]
        for character in self {
            if !character.isLetter, !character.isNumber {
                words.append([])
            } else if character.isUppercase, words.last?.last?.isLowercase == true {
                words.append([character])
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words.filter { !$0.isEmpty }.map { String($0).lowercased() }
    }

    /// "Create Date", "last_contacted", "closedAt", "Datum".
    var isNameOfDate: Bool {
        let words = nameWords
        return words.contains { dateWords.contains($0) || $0.hasSuffix("date") || $0.hasSuffix("datum") }
            || (words.count > 1 && ["at", "on", "am"].contains(words.last))
    }

    /// "Last Call", "Modified": a date that can't lie ahead.
    var isNameOfPast: Bool { !isNameOfPlan && nameWords.contains { pastWords.contains($0) } }

    /// "Expected Close", "Next Step Due", "valid until": a date that lies ahead when the record is created.
    var isNameOfPlan: Bool { nameWords.contains { planWords.contains($0) } }
}

private let dateWords: Set<String> = [
    "date", "datetime", "time", "timestamp", "ts", "day", "datum", "zeitpunkt", "fecha", "data", "дата", "birthday",
    "created", "modified", "updated", "changed", "closed", "opened", "entered", "started", "ended", "contacted",
    "converted", "assigned", "visited", "called", "emailed", "replied", "seen", "login", "activity", "since", "until",
    "expires", "expiry", "expiration", "deadline", "due", "birth",
]

private let pastWords: Set<String> = [
    "last", "latest", "recent", "first", "created", "modified", "updated", "changed", "entered", "contacted", "seen",
    "visited", "called", "since", "birth", "birthday",
]

private let planWords: Set<String> = [
    "expected", "expect", "planned", "plan", "due", "target", "forecast", "forecasted", "next", "renewal", "expires",
    "expiry", "expiration", "deadline", "until", "scheduled", "estimated", "projected", "anticipated", "follow",
    "followup", "upcoming", "erwartet", "erwartetes", "geplant", "geplantes", "prevista", "previsto", "prevu", "prévue",
]
