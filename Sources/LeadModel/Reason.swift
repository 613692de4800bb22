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
        shares(evidence).map { reason(attribute: $0, bin: Int(evidence.bins[$0])) }
    }

    /// The shares that matter most: at most `count` of each sign, the largest first. What has no share is no reason.
    public func topReasons(_ evidence: Evidence, count: Int = 5) -> [Reason] {
        topShares(evidence, count: count).map { reason(attribute: $0.attribute, bin: $0.bin) }
    }

    /// The same reasons as `render` writes them, which it does but once for each bin.
    public func topReasons(
        _ evidence: Evidence, count: Int = 5, rendered render: (Reason) -> [UInt8]
    ) -> [[UInt8]] {
        let bytes = rendering.bytes {
            attributes.indices.map { index in
                attributes[index].bins.indices.map { render(reason(attribute: index, bin: $0)) }
            }
        }
        return topShares(evidence, count: count).map { bytes[$0.attribute][$0.bin] }
    }

    private func topShares(_ evidence: Evidence, count: Int) -> [(attribute: Int, bin: Int)] {
        var (raising, lowering) = (0, 0)
        var top: [(attribute: Int, bin: Int)] = []
        for index in shares(evidence) {
            let bin = Int(evidence.bins[index])
            let points = attributes[index].bins[bin].points
            if points > 0, raising < count {
                raising += 1
            } else if points < 0, lowering < count {
                lowering += 1
            } else {
                continue
            }
            top.append((index, bin))
        }
        return top
    }

    /// The places of the attributes, that of the largest share first.
    private func shares(_ evidence: Evidence) -> [Int] {
        var shares = evidence.bins.indices.map { index in
            (size: abs(attributes[index].bins[Int(evidence.bins[index])].points), index: index)
        }
        shares.sort { ($0.size, $1.index) > ($1.size, $0.index) }
        return shares.map(\.index)
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
