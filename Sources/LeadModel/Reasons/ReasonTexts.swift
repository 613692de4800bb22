import Synchronization

/// What a reason tells besides its number.
struct ReasonText: Equatable, Sendable {
    var label, phrase, insight: String
}

/// The texts of a scorecard's reasons, each made once: they follow from attribute, bin and strength. Lists have too many
/// sets of bins; theirs are made each time.
final class ReasonTexts: Sendable {
    private let wording: Wording
    private let tables: PointTables
    /// By attribute: its first place in what is kept. −1: it is a list.
    private let starts: [Int]
    private let kept: Mutex<[Kept]>

    private struct Kept {
        var text: ReasonText?
        var rendered: RenderedReason?
    }

    init(_ wording: Wording, _ attributes: [Scorecard.Attribute], _ tables: PointTables) {
        (self.wording, self.tables) = (wording, tables)
        var (starts, count): ([Int], Int) = ([], 0)
        for attribute in attributes {
            starts.append(attribute.reading.isList ? -1 : count)
            if !attribute.reading.isList { count += attribute.bins.count * Strength.allCases.count }
        }
        self.starts = starts
        kept = Mutex(Array(repeating: Kept(), count: count))
    }

    func text(_ strength: Strength, of attribute: Int, _ evidence: Evidence) -> ReasonText {
        guard let place = place(strength, of: attribute, evidence) else {
            return wording.text(strength, of: attribute, bins: tables.bins(of: attribute, in: evidence))
        }
        return kept.withLock { text(strength, of: attribute, evidence, in: &$0[place]) }
    }

    func insight(of attribute: Int, bin: Int) -> String {
        wording.text(.average, of: attribute, bins: [bin]).insight
    }

    /// - Parameter render: what it writes must follow from the text and the attribute.
    func rendered(
        _ strength: Strength, of attribute: Int, _ evidence: Evidence, _ render: (ReasonText) -> RenderedReason
    ) -> RenderedReason {
        guard let place = place(strength, of: attribute, evidence) else {
            return render(text(strength, of: attribute, evidence))
        }
        return kept.withLock { kept in
            if let rendered = kept[place].rendered { return rendered }
            let rendered = render(text(strength, of: attribute, evidence, in: &kept[place]))
            kept[place].rendered = rendered
            return rendered
        }
    }

    private func text(
        _ strength: Strength, of attribute: Int, _ evidence: Evidence, in kept: inout Kept
    ) -> ReasonText {
        if let text = kept.text { return text }
        let text = wording.text(strength, of: attribute, bins: tables.bins(of: attribute, in: evidence))
        kept.text = text
        return text
    }

    private func place(_ strength: Strength, of attribute: Int, _ evidence: Evidence) -> Int? {
        guard starts[attribute] >= 0 else { return nil }
        let bin = Int(evidence.bins[tables.word(of: attribute)])
        return starts[attribute] + bin * Strength.allCases.count + strength.rawValue
    }
}
