import LeadModel

/// One `--set ATTRIBUTE=VALUE`.
struct Change {
    var attribute: String
    /// As a file of records would give it. Nothing: missing.
    private var value: Value?

    /// Names can hold "=": the first that the scorecard knows is meant.
    ///
    /// - Throws: `Failure`: the scorecard reads no such attribute.
    init(_ text: String, _ card: Scorecard, _ model: ModelVersion) throws {
        let signs = text.indices.filter { text[$0] == "=" && $0 > text.startIndex }
        let known = Set(card.attributes.map { Exact($0.name) })
        let sign = signs.first { known.contains(Exact(String(text[..<$0]))) } ?? signs[0]
        attribute = String(text[..<sign])
        try Self.need(attribute, card, model)
        let given = String(text[text.index(after: sign)...])
        value = given.trimmed.isEmpty ? nil : .text(given)
    }

    /// - Throws: `Failure`: the scorecard reads no such attribute, so no value of it can change a score.
    static func need(_ attribute: String, _ card: Scorecard, _ model: ModelVersion) throws {
        guard !card.attributes.contains(where: { Exact($0.name) == Exact(attribute) }) else { return }
        let names = card.attributes.map(\.name.printable).joined(separator: ", ")
        let choice = card.selection.first { Exact($0.attribute) == Exact(attribute) }
        let why = choice.map { " (\($0.reason.rawValue))" } ?? ""
        throw Failure(
            .data,
            "model \(model) does not read \(attribute.printable)\(why), so it cannot change the score. It reads: \(names)"
        )
    }

    /// - Parameter moment: of the scoring that is asked about.
    func made(to evidence: Evidence, _ card: Scorecard, at moment: Moment) -> Evidence {
        card.evidence(evidence, with: value, of: Exact(attribute), at: moment) ?? evidence
    }
}

/// The score of the record as changed, and how it differs from the one that was given.
struct WhatIf: Encodable {
    struct Share: Encodable {
        var attribute, label: String
        var contribution, difference: Double
        var phrase, insight: String
    }

    /// What was changed, as the scorecard reads it.
    struct Setting: Encodable { var attribute, label: String }

    var set: [Setting]
    var score: Int
    var scoreDifference: Int
    var probability: Double
    var grade: String
    var logOdds: Double
    var logOddsDifference: Double
    var lowEvidence: Bool
    /// Of all attributes, the largest first: a pair changes the share of the other one too.
    var shares: [Share]

    init(_ names: [String], _ evidence: Evidence, _ card: Scorecard, instead scoring: Scoring) {
        (logOdds, probability) = (card.logOdds(evidence), card.probability(evidence))
        score = LeadModel.score(probability: probability)
        scoreDifference = score - scoring.score
        grade = GradeRanges.standard.grade(of: score).rawValue
        logOddsDifference = logOdds - card.logOdds(scoring.evidence)
        lowEvidence = card.hasLowEvidence(evidence)
        let former = Dictionary(
            card.reasons(scoring.evidence).map { ($0.attribute, $0.contribution) }, uniquingKeysWith: { $1 })
        shares = card.reasons(evidence).map {
            Share(
                attribute: $0.attribute, label: $0.label, contribution: $0.contribution,
                difference: $0.contribution - (former[$0.attribute] ?? 0), phrase: $0.phrase, insight: $0.insight)
        }
        let shares = shares
        set = names.map { name in
            Setting(attribute: name, label: shares.first { $0.attribute == name }?.label ?? "")
        }
    }

    var text: String {
        let what = set.map { "\($0.attribute) were \($0.label)" }.joined(separator: " and ").printable
        var table = Table(
            header: ["share", "change", "attribute", "in words", "what training saw"], rightAligned: [0, 1])
        table.rows = shares.filter { $0.difference != 0 }.map {
            [signed($0.contribution), signed($0.difference), $0.attribute, $0.phrase, $0.insight]
        }
        table.rows.append([
            signed(logOdds), signed(logOddsDifference), "log-odds", "",
            "probability \(decimals(probability * 100, 1)) %",
        ])
        return """
            if \(what): score \(score) (\(signedWhole(scoreDifference))), grade \(grade)

            \(table.render())
            """
    }
}

/// One change that would raise the score.
struct Suggested: Encodable {
    var attribute, label: String
    /// Training records behind it.
    var records: Int
    var score: Int
    var scoreDifference: Int
    var probability: Double
    var logOdds: Double
    var logOddsDifference: Double
    var insight: String

    init(_ suggestion: Scorecard.Suggestion, _ card: Scorecard, instead evidence: Evidence) {
        (attribute, label, records) = (suggestion.attribute, suggestion.label, suggestion.records)
        (logOdds, probability) = (suggestion.logOdds, card.probability(suggestion.evidence))
        score = LeadModel.score(probability: probability)
        scoreDifference = score - LeadModel.score(probability: card.probability(evidence))
        logOddsDifference = logOdds - card.logOdds(evidence)
        insight = suggestion.insight
    }

    static func text(_ all: [Suggested], _ card: Scorecard) -> String {
        guard !all.isEmpty else { return "no change of one attribute would raise it" }
        var table = Table(header: ["score", "change", "if", "were", "what training saw"], rightAligned: [0, 1])
        table.rows = all.map { suggested in
            let attribute = card.attributes.first { $0.name == suggested.attribute }
            let also = if case .list? = attribute?.reading { "also " } else { "" }
            return [
                "\(suggested.score)", signedWhole(suggested.scoreDifference), suggested.attribute,
                also + suggested.label, suggested.insight,
            ]
        }
        return "what would raise it most\n\n" + table.render()
    }
}

private func signedWhole(_ number: Int) -> String { number >= 0 ? "+\(number)" : "\(number)" }
