import Synchronization

/// The words of a reason.
struct ReasonText: Equatable, Sendable {
    var label, phrase, insight: String
}

/// The texts of a scorecard's reasons, cached by attribute, bin, strength and, where strength and bin contradict each
/// other, the cause: from these they follow. The texts of lists are not cached: there are too many sets of bins.
final class ReasonTexts: Sendable {
    private let wording: Wording
    private let tables: PointTables
    private let causes: ShareCauses
    /// By attribute: the index of its first entry in the cache, or −1 for a list.
    private let starts: [Int]
    /// By place in the cache: whether strength and bin contradict each other.
    private let contradictions: [Bool]
    /// By place, for each cause that occurred.
    private let cache: Mutex<[[CachedReason]]>

    private struct CachedReason {
        var cause: ShareCause?
        var text: ReasonText
        var rendered: RenderedReason?
    }

    init(
        _ wording: Wording, _ causes: ShareCauses, _ attributes: [Scorecard.Attribute], _ tables: PointTables
    ) {
        (self.wording, self.causes, self.tables) = (wording, causes, tables)
        var starts: [Int] = []
        var contradictions: [Bool] = []
        for (index, attribute) in attributes.enumerated() {
            starts.append(attribute.reading.isList ? -1 : contradictions.count)
            guard !attribute.reading.isList else { continue }
            for bin in attribute.bins.indices {
                contradictions += Strength.allCases.map { wording.contradicts($0, of: index, bins: [bin]) }
            }
        }
        (self.starts, self.contradictions) = (starts, contradictions)
        cache = Mutex(Array(repeating: [], count: contradictions.count))
    }

    /// - Parameter share: the attribute's of the evidence, in log-odds.
    func text(_ share: Double, of attribute: Int, _ evidence: Evidence) -> ReasonText {
        withCached(share, of: attribute, evidence) { $0.text }
    }

    /// - Parameter render: must depend on nothing but the text and the attribute, since its result is cached.
    func rendered(
        _ share: Double, of attribute: Int, _ evidence: Evidence, _ render: (ReasonText) -> RenderedReason
    ) -> RenderedReason {
        withCached(share, of: attribute, evidence) { cached in
            if let rendered = cached.rendered { return rendered }
            let rendered = render(cached.text)
            cached.rendered = rendered
            return rendered
        }
    }

    /// The phrase with the record's own value.
    func phrase(_ share: Double, of attribute: Int, _ evidence: Evidence, own: String) -> String {
        wording.phrase(Strength(share), of: attribute, bins: tables.bins(of: attribute, in: evidence), own: own)
    }

    /// What the training records show of a bin, whatever its share.
    func insight(of attribute: Int, bin: Int) -> String { wording.insight(of: attribute, bin: bin) }

    private func withCached<Result>(
        _ share: Double, of attribute: Int, _ evidence: Evidence, _ body: (inout CachedReason) -> Result
    ) -> Result {
        let strength = Strength(share)
        func made(_ bins: [Int], _ cause: ShareCause?) -> CachedReason {
            CachedReason(cause: cause, text: wording.text(strength, of: attribute, bins: bins, cause: cause))
        }
        guard starts[attribute] >= 0 else {
            let bins = tables.bins(of: attribute, in: evidence)
            // Lists are in no pair or triple, so no other attribute can be named.
            let isExplained = wording.contradicts(strength, of: attribute, bins: bins)
            var list = made(bins, isExplained ? .others : nil)
            return body(&list)
        }
        func bin(_ attribute: Int) -> Int { Int(evidence.bins[tables.word(of: attribute)]) }
        let own = bin(attribute)
        let place = starts[attribute] + own * Strength.allCases.count + strength.rawValue
        let cause =
            contradictions[place] ? causes.cause(of: share, attribute: attribute, bin: own, otherBin: bin) : nil
        return cache.withLock { cache in
            if let known = cache[place].firstIndex(where: { $0.cause == cause }) { return body(&cache[place][known]) }
            cache[place].append(made([own], cause))
            return body(&cache[place][cache[place].count - 1])
        }
    }
}
