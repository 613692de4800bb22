import LeadModel

/// Finds how a file says which records are won, lost and open: in a column by its words, in a yes and a no, or in two
/// columns together.
struct OutcomeFinder {
    /// Nil if nothing in the file looks like it.
    private(set) var rule: OutcomeRule?
    private let columns: [(profile: ColumnProfile, words: ColumnWords)]

    init(_ profiles: [ColumnProfile], _ words: [ColumnWords]) {
        columns = Array(zip(profiles, words))
        rule = twoFlags ?? oneColumn ?? twoColumns
    }

    private static let winning = [
        "won", "iswon", "win", "convert", "isconvert", "qualif", "success", "sold", "gewonn", "ganh", "ganad", "erfolg",
        "closedwon", "gagn", "outcome", "result", "target", "label", "konvert", "customer", "успе",
    ]
    private static let naming = [
        "status", "state", "stage", "outcome", "result", "etapa", "fase", "phase", "стади", "estado", "statut",
        "resultado",
        "ergebnis", "lifecycle", "статус", "disposition",
    ]

    /// IsClosed and IsWon.
    private var twoFlags: OutcomeRule? {
        func column(_ endings: [String]) -> ColumnProfile? {
            columns.first { $0.profile.areFlags && $0.words.isOne(of: endings) }?.profile
        }
        guard let closed = column(["isclosed", "closed", "hsisclosed", "dealclosed"]),
            let won = column(["iswon", "won", "isclosedwon", "hsisclosedwon", "closedwon"]),
            let yes = won.values.first(where: { OutcomeWords.flag($0.text) == true }),
            let no = closed.values.first(where: { OutcomeWords.flag($0.text) == false })
        else { return nil }
        var rule = OutcomeRule(column: won.name, positive: [yes.text])
        rule.openWhen = [.init(column: closed.name, value: no.text)]
        return rule
    }

    private var oneColumn: OutcomeRule? {
        var found: (score: Double, rule: OutcomeRule)?
        for (profile, words) in columns where (2...60).contains(profile.distinct) {
            guard let rule = Self.rule(profile, words) else { continue }
            var score = words.has(Self.naming) ? 5.0 : words.has(Self.winning) ? 4 : 0
            if words.has(["reason", "motiv", "forecast", "category", "sub"]) { score -= 6 }
            score -= 0.1 * Double(profile.distinct)
            if score > found?.score ?? -.infinity { found = (score, rule) }
        }
        return found?.rule
    }

    private static func rule(_ profile: ColumnProfile, _ words: ColumnWords) -> OutcomeRule? {
        if words.joined == "statecode", profile.areNumbers {
            var rule = OutcomeRule(column: profile.name, positive: ["1"])
            rule.negative = ["2"]
            let values = profile.values.map(\.text)
            return values.contains("1") && values.contains("2") ? rule : nil
        }
        if profile.areFlags {
            guard words.has(winning), let yes = profile.values.first(where: { OutcomeWords.flag($0.text) == true })
            else {
                return nil
            }
            return OutcomeRule(column: profile.name, positive: [yes.text])
        }
        guard !profile.areNumbers, !profile.areDates else { return nil }
        let guess = OutcomeGuess(values: profile.values)
        guard !guess.positive.isEmpty, !guess.negative.isEmpty else { return nil }
        var rule = OutcomeRule(column: profile.name, positive: guess.positive)
        if profile.distinct > 2 { rule.negative = guess.negative }
        return rule
    }

    /// Won by one column, lost by another: "Customer" and "Unqualified"; "Won" and no longer active.
    private var twoColumns: OutcomeRule? {
        let named = columns.filter { $0.words.has(Self.naming) && (2...60).contains($0.profile.distinct) }
        let good = named.first { !OutcomeGuess(values: $0.profile.values).positive.isEmpty && !$0.profile.areFlags }
        guard let good else { return nil }
        var rule = OutcomeRule(
            column: good.profile.name, positive: OutcomeGuess(values: good.profile.values).positive)
        for (profile, words) in columns where profile.name != good.profile.name {
            let isActive = words.isOne(of: ["active", "isactive", "ativo", "aktiv"])
            let isArchived = words.isOne(of: ["archived", "isarchived", "archiviert"])
            if profile.areFlags, isActive || isArchived {
                let lost = profile.values.first { OutcomeWords.flag($0.text) == isArchived }
                rule.negativeWhen = lost.map { [.init(column: profile.name, value: $0.text)] } ?? []
            } else if words.has(Self.naming), (2...60).contains(profile.distinct), !profile.areFlags {
                rule.negativeWhen = OutcomeGuess(values: profile.values).negative.map {
                    .init(column: profile.name, value: $0)
                }
            }
            if !rule.negativeWhen.isEmpty { return rule }
        }
        return nil
    }
}
