import Foundation
import LeadModel

/// What a value of a column of outcomes means by its words, in the languages that CRMs are used in most. It only makes
/// suggestions: what counts is what the user names.
enum OutcomeWords {
    /// - Returns: nil if no word says it.
    static func meaning(of value: String) -> FileRecord.Outcome? {
        let words = value.folded.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let joined = words.joined(separator: " ")
        guard !words.isEmpty else { return nil }
        if yes.contains(joined) { return .positive }
        if no.contains(joined) { return .negative }
        let isNegated = words.contains { negations.contains($0) }
        let isGood = words.contains { word in good.contains { word.hasPrefix($0) } }
        let isBad =
            words.contains { word in bad.contains { word.hasPrefix($0) } }
            || badPhrases.contains { joined.contains($0) }
        if isBad || (isGood && isNegated) { return .negative }
        if isGood { return .positive }
        return words.contains { word in waiting.contains { word.hasPrefix($0) } } ? .open : nil
    }

    /// Whether a value that means positive is an end, not a step: "Won", but not "Qualified".
    static func isFinal(_ value: String) -> Bool {
        let words = value.folded.split { !$0.isLetter && !$0.isNumber }
        return !words.contains { word in steps.contains { word.hasPrefix($0) } }
    }

    /// A yes or a no; nil for any other value.
    static func flag(_ value: String) -> Bool? {
        let text = value.trimmed.folded
        return yes.contains(text) ? true : no.contains(text) ? false : nil
    }

    private static let steps = ["qualif", "calific", "качествен"]

    private static let yes: Set<String> = ["1", "true", "yes", "y", "t", "ja", "oui", "si", "sim", "да", "tak"]
    private static let no: Set<String> = ["0", "false", "no", "n", "f", "nein", "non", "nao", "nee", "нет", "nie"]
    private static let negations: Set<String> = ["not", "non", "no", "nicht", "kein", "keine", "pas", "nao", "не"]

    // Beginnings of words, without accents and in small letters.
    private static let good = [
        "won", "win", "winner", "converted", "conversion", "qualified", "customer", "success", "sold", "signed",
        "gewonn", "qualifizier", "konvertier", "kunde", "verkauft", "gagn", "converti", "qualifie", "client", "ganad",
        "ganh", "convertid", "calificad", "qualificad", "vint", "acquisit", "klant", "wygran", "успе", "выигра",
        "качествен", "конвертир",
    ]
    private static let bad = [
        "lost", "lose", "loss", "dead", "disqualif", "unqualif", "junk", "reject", "cancel", "abandon", "declin",
        "fail", "spam", "refus", "verlor", "disqualifiz", "unqualifiz", "abgelehnt", "storni", "abgebrochen", "perd",
        "annul", "descart", "rechaz", "cancelad", "persa", "perso", "verlies", "przegran", "провал", "проигр",
        "некачествен", "потер", "отказ", "отмен", "apology",
    ]
    private static let badPhrases = ["not interested", "no longer interested", "cannot contact", "out sold", "no deal"]
    private static let waiting = [
        "open", "new", "progress", "prospect", "proposal", "negotiat", "qualification", "contacted", "assigned",
        "working", "pending", "hold", "nurtur", "demo", "quote", "offen", "neu", "ouvert", "abiert", "abert", "nuev",
        "novo", "nouv", "apert", "нов", "работ", "discovery", "evaluation", "review", "recycled", "opportunity",
    ]
}

/// Whether two texts differ only in case, accents, blanks and punctuation.
func isNearSpelling(_ one: String, _ other: String) -> Bool {
    func letters(_ text: String) -> String { text.folded.filter { $0.isLetter || $0.isNumber } }
    let letters = (letters(one), letters(other))
    return !letters.0.isEmpty && letters.0 == letters.1
}

extension String {
    /// In small letters, without accents.
    var folded: String { folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil).lowercased() }
}
