import Contract
import LeadModel

/// A score taken apart, as `explain` shows it.
struct Explained: Encodable {
    struct Share: Encodable {
        var attribute, label: String
        var contribution: Double
        var phrase, insight: String

        init(_ reason: Reason) {
            (attribute, label, contribution) = (reason.attribute, reason.label, reason.contribution)
            (phrase, insight) = (reason.phrase, reason.insight)
        }
    }

    var id: String
    var score: Int
    var probability: Double
    var grade, trend: String
    @OrNull var previousScore: Int?
    var model: String
    var version: Int
    var scoredAt: String
    var logOdds: Double
    var intercept: Double
    var lowEvidence: Bool
    var shares: [Share]
    @OrNull var whatIf: WhatIf?
    @OrNull var suggestions: [Suggested]?
    var isPending: Bool
    /// Of the record now: open, deleted, or how it was closed.
    var status: String

    init(id: String, record: Record, scoring: Scoring, card: Scorecard) {
        self.id = id
        (score, probability, grade) = (scoring.score, scoring.probability, scoring.grade.rawValue)
        (trend, previousScore) = (scoring.trend.rawValue, scoring.previousScore)
        (model, version, scoredAt) = (scoring.model.name, scoring.model.version, scoring.at.text)
        (logOdds, intercept) = (card.logOdds(scoring.evidence), card.intercept)
        lowEvidence = card.hasLowEvidence(scoring.evidence)
        shares = card.reasons(scoring.evidence).map(Share.init)
        isPending = record.isPending
        status = record.isGone ? "deleted" : record.status.rawValue
    }

    func text(_ card: Scorecard) -> String {
        var table = Table(header: ["share", "attribute", "in words", "what training saw"], rightAligned: [0])
        table.rows = [[signed(intercept), "(where every score begins)", "", ""]]
        table.rows += shares.map { [signed($0.contribution), $0.attribute, $0.phrase, $0.insight] }
        table.rows.append([signed(logOdds), "log-odds", "", "probability \(decimals(probability * 100, 1)) %"])
        var text = """
            \(card.entity.rawValue) \(id.printable): score \(score), grade \(grade)\
            \(previousScore.map { ", \(trend) (before: \($0))" } ?? ""), by model \(model) \(version) at \(scoredAt)

            \(table.render())
            """
        if lowEvidence { text += "\n\nFew training records stand behind this score: take it with a grain of salt." }
        if isPending { text += "\n\nIt changed since; the change waits for the daily sweep, or `leadline sweep run`." }
        if status != Status.open.rawValue { text += "\n\nIt is \(status) now; this is the last score that it had." }
        if let whatIf { text += "\n\n" + whatIf.text }
        if let suggestions { text += "\n\n" + Suggested.text(suggestions, card) }
        if whatIf != nil || suggestions?.isEmpty == false {
            text += "\n\nThis is what the records show together, not what causes it: a value that is changed for the "
            text += "score's sake need not make a better \(card.entity.rawValue)."
        }
        return text
    }
}

/// A number with its sign, for a person.
func signed(_ number: Double) -> String { (number >= 0 ? "+" : "") + decimals(number, 3) }
