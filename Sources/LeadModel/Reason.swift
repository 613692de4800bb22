import Synchronization

/// One attribute's exact share of a score.
public struct Reason: Equatable, Sendable {
    public var attribute: String
    /// The bin's: "Finance", "3 to 7", "missing".
    public var label: String
    /// In log-odds. All shares and the intercept add up to the score's log-odds.
    public var contribution: Double
    /// For a person: "Lead Source is Google".
    public var phrase: String
    /// What the training records say: "64 % of 210 leads like it were qualified, half within 3 days".
    public var insight: String
}

extension Scorecard {
    /// The share of every attribute, the largest first; equal ones in the order of the scorecard.
    public func reasons(_ evidence: Evidence) -> [Reason] {
        shares(evidence).sorted(by: <).map { reason(attribute: $0.attribute, bin: $0.bin) }
    }

    /// The shares that matter most: at most `count` of each sign, the largest first. What has no share is no reason.
    public func topReasons(_ evidence: Evidence, count: Int = 5) -> [Reason] {
        topShares(evidence, count: count).map { reason(attribute: $0.attribute, bin: $0.bin) }
    }

    /// The same reasons as `render` writes them, which it does but once for each bin. Nothing if the evidence is of
    /// another scorecard.
    public func topReasons(
        _ evidence: Evidence, count: Int = 5, rendered render: (Reason) -> [UInt8]
    ) -> [[UInt8]]? {
        guard fits(evidence) else { return nil }
        let bytes = rendering.bytes {
            attributes.indices.map { index in
                attributes[index].bins.indices.map { render(reason(attribute: index, bin: $0)) }
            }
        }
        return topShares(evidence, count: count).map { bytes[$0.attribute][$0.bin] }
    }

    private func topShares(_ evidence: Evidence, count: Int) -> [Share] {
        var (raising, lowering): ([Share], [Share]) = ([], [])
        for share in shares(evidence) {
            if share.points > 0 {
                raising.insert(share, most: count)
            } else if share.points < 0 {
                lowering.insert(share, most: count)
            }
        }
        return (raising + lowering).sorted(by: <)
    }

    private func shares(_ evidence: Evidence) -> some Sequence<Share> {
        evidence.bins.indices.lazy.map { index in
            let bin = Int(evidence.bins[index])
            return Share(attribute: index, bin: bin, points: attributes[index].bins[bin].points)
        }
    }

    private func reason(attribute index: Int, bin number: Int) -> Reason {
        let attribute = attributes[index]
        let bin = attribute.bins[number]
        return Reason(
            attribute: attribute.name, label: bin.label, contribution: bin.points,
            phrase: "\(attribute.name) is \(bin.label)", insight: insight(bin))
    }

    private func insight(_ bin: Bin) -> String {
        let ended = "\(entity.outcomes.positive.rawValue)"
        guard bin.records > 0 else { return "no closed \(entity.rawValue) was like it" }
        let percent = Int((100 * Double(bin.positives) / Double(bin.records)).rounded())
        let counted = bin.records == 1 ? "1 \(entity.rawValue)" : "\(bin.records) \(entity.plural)"
        var text = "\(percent) % of \(counted) like it were \(ended)"
        if let days = bin.medianDays { text += ", half within \(Int(days.rounded(.up))) days" }
        return text
    }
}

/// The larger comes first; of equal ones that whose attribute does.
private struct Share {
    var attribute: Int
    var bin: Int
    var points: Double

    static func < (a: Share, b: Share) -> Bool {
        (abs(a.points), b.attribute) > (abs(b.points), a.attribute)
    }
}

extension [Share] {
    /// Puts a share into its place among the first `most`, or drops it if it is none of them.
    fileprivate mutating func insert(_ share: Share, most: Int) {
        if count == most {
            guard let last, share < last else { return }
            removeLast()
        }
        insert(share, at: lastIndex { $0 < share }.map { $0 + 1 } ?? 0)
    }
}

/// What the bins of a scorecard tell, written once. It follows from the scorecard, so all are equal.
final class Rendering: Equatable, Sendable {
    private let kept = Mutex<[[[UInt8]]]?>(nil)

    /// By attribute and bin; `make` makes them for the first who asks.
    func bytes(_ make: () -> [[[UInt8]]]) -> [[[UInt8]]] {
        kept.withLock { kept in
            let bytes = kept ?? make()
            kept = bytes
            return bytes
        }
    }

    static func == (a: Rendering, b: Rendering) -> Bool { true }
}

extension Entity {
    /// "leads", "opportunities".
    public var plural: String {
        switch self {
        case .lead: "leads"
        case .opportunity: "opportunities"
        }
    }
}
