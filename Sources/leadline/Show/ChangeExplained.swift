import Contract
import LeadModel
import Ledger

/// A change of a score taken apart, as `explain --since` shows it.
struct ChangeExplained: Encodable {
    struct Scored: Encodable {
        var scoredAt: String
        var score: Int
        var probability: Double
        var grade, model: String
        var version: Int
        /// By the evidence, and where that was cleared by the probability.
        var logOdds: Double
        var hasEvidence: Bool

        init(_ scoring: LedgerScoring, logOdds: Double) {
            (scoredAt, score, probability) = (scoring.at.text, scoring.score, scoring.probability)
            (grade, model, version) = (scoring.grade.rawValue, scoring.model.name, scoring.model.version)
            (self.logOdds, hasEvidence) = (logOdds, scoring.evidence != nil)
        }
    }

    struct Parts: Encodable {
        var total, record, time, model, untold: Double

        init(_ parts: ScoreChange.Parts) {
            total = parts.total
            (record, time, model, untold) = (parts.record, parts.time, parts.model, parts.untold)
        }
    }

    struct Standing: Encodable {
        var label: String
        var share: Double

        init(_ standing: ScoreChange.Standing) { (label, share) = (standing.label, standing.share) }
    }

    struct Attribute: Encodable {
        var attribute: String
        @OrNull var before: Standing?
        @OrNull var after: Standing?
        var total, record, time, model: Double

        init(_ attribute: ScoreChange.Attribute) {
            self.attribute = attribute.name
            (before, after) = (attribute.before.map(Standing.init), attribute.after.map(Standing.init))
            (total, record) = (attribute.parts.total, attribute.parts.record)
            (time, model) = (attribute.parts.time, attribute.parts.model)
        }
    }

    var id: String
    /// What was asked for, and whether the record's first kept scoring is later than that.
    var since: String
    var beginsLater: Bool
    var before, after: Scored
    /// The scorings from the one to the other, both counted.
    var scorings: Int
    /// The difference of the log-odds.
    var change: Parts
    /// The part of where scores begin: the model's, of no attribute.
    var intercept: Double
    var attributes: [Attribute]
    /// The versions on the way, each as often as it took over.
    private var versions: [ModelVersion]
    private var beforeGap, afterGap: ScoreChange.Gap?
    private var gaps: Set<ScoreChange.Gap>

    private enum CodingKeys: CodingKey {
        case id, since, beginsLater, before, after, scorings, change, intercept, attributes
    }

    /// - Parameter series: those from the one to the other.
    init(id: String, since: Moment, beginsLater: Bool, _ series: [LedgerScoring], _ change: ScoreChange) {
        (self.id, self.since, self.beginsLater) = (id, since.text, beginsLater)
        before = Scored(series[0], logOdds: change.before)
        after = Scored(series[series.count - 1], logOdds: change.after)
        (scorings, self.change, intercept) = (series.count, Parts(change.parts), change.intercept)
        attributes = change.attributes.map(Attribute.init)
        (beforeGap, afterGap, gaps) = (change.beforeGap, change.afterGap, change.gaps)
        versions = series.map(\.model).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }
}

extension ChangeExplained {
    func text(_ entity: Entity) -> String {
        let grades = before.grade == after.grade ? "grade \(after.grade)" : "grade \(before.grade) → \(after.grade)"
        var head = "\(entity.rawValue) \(id.printable): score \(before.score) → \(after.score) (\(grades))"
        guard scorings > 1 else {
            return
                "\(entity.rawValue) \(id.printable): score \(after.score) (\(grades)) stands since \(after.scoredAt); "
                + "it was not scored again"
        }
        head += "\nfrom \(before.scoredAt) to \(after.scoredAt), over \(scorings) scorings"
        if beginsLater { head += "\n(nothing older is kept: at \(since) no scoring stood)" }
        head += "\nlog-odds \(signed(before.logOdds)) → \(signed(after.logOdds)), \(signed(change.total))"
        let parts = parts
        if !parts.isEmpty { head += ": " + parts.joined(separator: ", ") }
        return ([head, table] + notes).compactMap(\.self).joined(separator: "\n\n")
    }

    private var parts: [String] {
        var parts: [String] = []
        if change.record.isSeen { parts.append("the record \(signed(change.record))") }
        if change.time.isSeen { parts.append("time \(signed(change.time))") }
        if change.model.isSeen || (versions.count > 1 && !change.untold.isSeen) {
            parts.append("model \(way) \(signed(change.model))")
        }
        if change.untold.isSeen { parts.append("untold \(signed(change.untold))") }
        return parts
    }

    /// "sales 3 → 4", or where its name changed "sales 4 → crm 1".
    private var way: String {
        var name = ""
        return versions.map { version in
            defer { name = version.name }
            return version.name == name ? "\(version.version)" : version.description.printable
        }.joined(separator: " → ")
    }

    /// Nothing where no attribute moved by what can be seen.
    private var table: String? {
        let seen = attributes.filter { [$0.record, $0.time, $0.model].contains(where: \.isSeen) }
        guard !seen.isEmpty || intercept.isSeen else { return nil }
        let columns: [(name: String, of: (Attribute) -> Double)] = [
            ("record", \.record), ("time", \.time), ("model", \.model),
        ].filter { column in seen.contains { column.1($0).isSeen } || (column.0 == "model" && intercept.isSeen) }
        var table = Table(header: ["change"] + columns.map(\.name) + ["attribute", "then → now", "share"])
        table.rightAligned = Set(0...columns.count)
        table.rows = seen.map { attribute in
            [signed(attribute.total)] + columns.map { $0.of(attribute).shown }
                + [attribute.attribute, labels(attribute), shares(attribute)]
        }
        if intercept.isSeen {
            table.rows.append(
                [signed(intercept)] + columns.map { $0.name == "model" ? intercept.shown : "·" }
                    + ["(where every score begins)", "", ""])
        }
        return table.render()
    }

    private func labels(_ attribute: Attribute) -> String {
        func label(_ standing: Standing?, _ gap: ScoreChange.Gap?) -> String {
            if let standing { return standing.label.shortened(28) }
            return switch gap {
            case .noEvidence: "(erased)"
            case .noScorecard: "(no scorecard)"
            case .noBridge, nil: "(not in the model)"
            }
        }
        let (old, new) = (label(attribute.before, beforeGap), label(attribute.after, afterGap))
        guard old == new else { return "\(old) → \(new)" }
        return (attribute.record + attribute.time).isSeen ? "\(new) (in a pair)" : new
    }

    private func shares(_ attribute: Attribute) -> String {
        [attribute.before, attribute.after].map { $0.map { signed($0.share) } ?? "–" }.joined(separator: " → ")
    }

    private var notes: [String] {
        var notes: [String] = []
        if change.time.isSeen {
            notes.append(
                "time: dates grew older. A move that the days between two scorings can explain counts as time's.")
        }
        if attributes.contains(where: { labels($0).hasSuffix("(in a pair)") }) {
            notes.append("in a pair: it stood still, but what it is worth together with another attribute changed.")
        }
        if change.untold.isSeen {
            notes.append("untold: " + gaps.map(Self.words).sorted().joined(separator: "; ") + ".")
        }
        return notes.map { $0.wrapped(Terminal.width) }
    }

    private static func words(_ gap: ScoreChange.Gap) -> String {
        switch gap {
        case .noEvidence: "a scoring on the way has no evidence left, because a contact was erased"
        case .noScorecard:
            "the scorecard that gave a score on the way is not in Redis: none of its name and number is there, or another"
        case .noBridge: "a new version took over without evidence under the one before"
        }
    }
}

extension Double {
    /// Whether three decimals show it.
    var isSeen: Bool { abs(self) >= 0.0005 }
    fileprivate var shown: String { isSeen ? signed(self) : "·" }
}
