import LeadModel
import Report
import Views

/// What changed a score, as a table with its totals above and notes below.
struct ChangeText {
    private let view: ChangeView
    private let entity: Entity

    init(_ view: ChangeView, _ entity: Entity) { (self.view, self.entity) = (view, entity) }

    func render() -> String { ([head, table] + notes).compactMap(\.self).joined(separator: "\n\n") }

    private var head: String {
        let (before, after) = (view.before, view.after)
        let (old, new) = (before.grade.rawValue, after.grade.rawValue)
        let grades = old == new ? "grade \(old)" : "grade \(old) → \(new)"
        let name = "\(entity.rawValue) \(view.id.text.printable)"
        guard view.scorings > 1 else {
            return "\(name): score \(after.score) (\(grades)) since \(after.scoredAt.text); it was not scored again"
        }
        var head = "\(name): score \(before.score) → \(after.score) (\(grades))"
        head += "\nfrom \(before.scoredAt.text) to \(after.scoredAt.text), over \(view.scorings) scorings"
        if view.beginsLater { head += "\n(the ledger has no scoring from before \(view.since.text))" }
        head += "\nlog-odds \(signed(before.logOdds)) → \(signed(after.logOdds)), \(signed(view.change.total))"
        return parts.isEmpty ? head : head + ": " + parts.joined(separator: ", ")
    }

    private var parts: [String] {
        let change = view.change
        var parts: [String] = []
        if change.record.isVisible { parts.append("the record \(signed(change.record))") }
        if change.time.isVisible { parts.append("time \(signed(change.time))") }
        if change.model.isVisible || (view.versions.count > 1 && !change.untold.isVisible) {
            parts.append("model \(versions) \(signed(change.model))")
        }
        if change.untold.isVisible { parts.append("unattributed \(signed(change.untold))") }
        return parts
    }

    /// "sales 3 → 4"; if the name changed too, "sales 4 → crm 1".
    private var versions: String {
        var name = ""
        return view.versions.map { version in
            defer { name = version.name }
            return version.name == name ? "\(version.version)" : version.description.printable
        }.joined(separator: " → ")
    }

    /// Nil if no attribute moved visibly.
    private var table: String? {
        let moved = view.attributes.filter { [$0.record, $0.time, $0.model].contains(where: \.isVisible) }
        let showsIntercept = view.intercept.isVisible
        guard !moved.isEmpty || showsIntercept else { return nil }
        let columns: [(name: String, of: (ChangeView.Attribute) -> Double)] = [
            ("record", \.record), ("time", \.time), ("model", \.model),
        ].filter { column in moved.contains { column.1($0).isVisible } || (column.0 == "model" && showsIntercept) }
        var table = Table(header: ["change"] + columns.map(\.name) + ["attribute", "then → now", "share"])
        table.rightAligned = Set(0...columns.count)
        table.rows = moved.map { attribute in
            [signed(attribute.total)] + columns.map { $0.of(attribute).shown }
                + [attribute.attribute, labels(attribute), shares(attribute)]
        }
        if showsIntercept {
            table.rows.append(
                [signed(view.intercept)] + columns.map { $0.name == "model" ? view.intercept.shown : "·" }
                    + ["(the intercept)", "", ""])
        }
        return table.render()
    }

    private func labels(_ attribute: ChangeView.Attribute) -> String {
        func label(_ standing: ChangeView.Standing?, _ gap: ScoreChange.Gap?) -> String {
            if let standing { return standing.label.shortened(28) }
            return switch gap {
            case .noEvidence: "(erased)"
            case .noScorecard: "(no scorecard)"
            case .noBridge, nil: "(not in the model)"
            }
        }
        let (old, new) = (label(attribute.before, view.beforeGap), label(attribute.after, view.afterGap))
        guard old == new else { return "\(old) → \(new)" }
        return (attribute.record + attribute.time).isVisible ? "\(new) (in a pair)" : new
    }

    private func shares(_ attribute: ChangeView.Attribute) -> String {
        [attribute.before, attribute.after].map { $0.map { signed($0.share) } ?? "–" }.joined(separator: " → ")
    }

    private var notes: [String] {
        var notes: [String] = []
        if view.change.time.isVisible {
            notes.append(
                "time: dates became older. A change that the days between two scorings explain counts as time.")
        }
        if view.attributes.contains(where: { labels($0).hasSuffix("(in a pair)") }) {
            notes.append("in a pair: the value is the same, but its points together with another attribute changed.")
        }
        if view.change.untold.isVisible {
            notes.append("unattributed: " + view.gaps.map(Self.words).sorted().joined(separator: "; ") + ".")
        }
        return notes.map { $0.wrapped(Terminal.width) }
    }

    private static func words(_ gap: ScoreChange.Gap) -> String {
        switch gap {
        case .noEvidence: "a scoring in between has lost its evidence, because a contact was erased"
        case .noScorecard:
            "the scorecard that gave a score in between is not in Redis, or another one has its name and number"
        case .noBridge: "a new version took over without evidence under the former one"
        }
    }
}

extension Double {
    fileprivate var shown: String { isVisible ? signed(self) : "·" }
}
