import LeadModel
import Report
import Views

/// A score and its shares as tables.
struct ExplanationText {
    private let view: ExplanationView
    private let entity: Entity

    init(_ view: ExplanationView, _ entity: Entity) { (self.view, self.entity) = (view, entity) }

    func render() -> String {
        var parts = [head, shares]
        if view.lowEvidence { parts.append("Few training records support this score: don't rely on it alone.") }
        if view.isPending {
            parts.append("It changed since; the change waits for the daily sweep, or `leadline sweep run`.")
        }
        if view.status != Status.open.rawValue {
            parts.append("It is \(view.status) now; this is the last score that it had.")
        }
        if let adjusted = view.adjusted { parts.append("Values that don't fit the contract: \(adjusted).") }
        if let whatIf = view.whatIf { parts += Self.text(whatIf) }
        if let suggestions = view.suggestions { parts += Self.text(suggestions) }
        if view.whatIf != nil || view.suggestions?.isEmpty == false {
            parts.append(
                "This is what the records show together, not what causes it: changing a value to raise the score need "
                    + "not make a better \(entity.rawValue).")
        }
        return parts.joined(separator: "\n\n")
    }

    private var head: String {
        "\(entity.rawValue) \(view.id.text.printable): score \(view.score), grade \(view.grade.rawValue)"
            + (view.previousScore.map { ", \(view.trend.rawValue) (before: \($0))" } ?? "")
            + ", by model \(view.model.printable) \(view.version) at \(view.scoredAt.text)"
    }

    private var shares: String {
        var table = Table(header: ["share", "attribute", "in words", "in the training records"], rightAligned: [0])
        table.rows = [[signed(view.intercept), "(the intercept)", "", ""]]
        table.rows += view.shares.map { [signed($0.contribution), $0.attribute, $0.phrase, $0.insight] }
        table.rows.append([signed(view.logOdds), "log-odds", "", Self.probability(view.probability)])
        return table.render()
    }

    private static func text(_ whatIf: WhatIfView) -> [String] {
        let changes = whatIf.set.map { "\($0.attribute) were \($0.label)" }.joined(separator: " and ").printable
        var table = Table(
            header: ["share", "change", "attribute", "in words", "in the training records"], rightAligned: [0, 1])
        table.rows = whatIf.shares.filter { $0.difference != 0 }.map {
            [signed($0.contribution), signed($0.difference), $0.attribute, $0.phrase, $0.insight]
        }
        let same = whatIf.shares.filter { $0.difference == 0 }
        let sum = whatIf.logOdds - whatIf.shares.reduce(0) { $0 + ($1.difference == 0 ? 0 : $1.contribution) }
        table.rows.append([signed(sum), "", "(the intercept and \(same.count.grouped) more, unchanged)", "", ""])
        table.rows.append([
            signed(whatIf.logOdds), signed(whatIf.logOddsDifference), "log-odds", "", probability(whatIf.probability),
        ])
        let difference = signedWhole(whatIf.scoreDifference)
        return [
            "if \(changes): score \(whatIf.score) (\(difference)), grade \(whatIf.grade.rawValue)", table.render(),
        ]
    }

    private static func text(_ suggestions: [SuggestionView]) -> [String] {
        guard !suggestions.isEmpty else { return ["no change of one attribute would raise the score"] }
        var table = Table(
            header: ["score", "change", "if", "were", "in the training records"], rightAligned: [0, 1])
        table.rows = suggestions.map { suggestion in
            [
                "\(suggestion.score)", signedWhole(suggestion.scoreDifference), suggestion.attribute,
                (suggestion.isAddition ? "also " : "") + suggestion.label, suggestion.insight,
            ]
        }
        return ["what would raise the score most", table.render()]
    }

    private static func probability(_ probability: Double) -> String {
        "probability \((probability * 100).decimals(1)) %"
    }

    private static func signedWhole(_ number: Int) -> String { number >= 0 ? "+\(number)" : "\(number)" }
}

/// A number with its sign and three decimals.
func signed(_ number: Double) -> String { (number >= 0 ? "+" : "") + number.decimals(3) }
