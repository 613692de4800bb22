import Synchronization

/// The words of a reason.
struct ReasonText: Equatable, Sendable {
    var label, phrase, insight: String
}

/// The texts of a scorecard's reasons, cached by attribute, bin and strength, from which they follow. The texts of lists
/// are not cached: there are too many sets of bins.
final class ReasonTexts: Sendable {
    private let wording: Wording
    private let tables: PointTables
    /// By attribute: the index of its first entry in the cache, or −1 for a list.
    private let starts: [Int]
    private let cache: Mutex<[CachedReason]>

    private struct CachedReason {
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
        cache = Mutex(Array(repeating: CachedReason(), count: count))
    }

    func text(_ strength: Strength, of attribute: Int, _ evidence: Evidence) -> ReasonText {
        guard let place = place(strength, of: attribute, evidence) else {
            return wording.text(strength, of: attribute, bins: tables.bins(of: attribute, in: evidence))
        }
        return cache.withLock { text(strength, of: attribute, evidence, in: &$0[place]) }
    }

    func insight(of attribute: Int, bin: Int) -> String {
        wording.text(.neutral, of: attribute, bins: [bin]).insight
    }

    /// - Parameter render: must depend on nothing but the text and the attribute, since its result is cached.
    func rendered(
        _ strength: Strength, of attribute: Int, _ evidence: Evidence, _ render: (ReasonText) -> RenderedReason
    ) -> RenderedReason {
        guard let place = place(strength, of: attribute, evidence) else {
            return render(text(strength, of: attribute, evidence))
        }
        return cache.withLock { cache in
            if let rendered = cache[place].rendered { return rendered }
            let rendered = render(text(strength, of: attribute, evidence, in: &cache[place]))
            cache[place].rendered = rendered
            return rendered
        }
    }

    private func text(
        _ strength: Strength, of attribute: Int, _ evidence: Evidence, in cached: inout CachedReason
    ) -> ReasonText {
        if let text = cached.text { return text }
        let text = wording.text(strength, of: attribute, bins: tables.bins(of: attribute, in: evidence))
        cached.text = text
        return text
    }

    private func place(_ strength: Strength, of attribute: Int, _ evidence: Evidence) -> Int? {
        guard starts[attribute] >= 0 else { return nil }
        let bin = Int(evidence.bins[tables.word(of: attribute)])
        return starts[attribute] + bin * Strength.allCases.count + strength.rawValue
    }
}
