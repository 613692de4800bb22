/// One attribute's exact share of a score.
public struct Reason: Equatable, Sendable {
    public var attribute: String
    /// The bin's: "Finance", "3 to 7", "missing"; of a list those of all that it holds: "Chat, E-mail".
    public var label: String
    /// In log-odds. All shares and the intercept add up to the score's log-odds.
    public var contribution: Double
    /// For a person: "Finance is a strong industry".
    public var phrase: String
    /// What the training records say: "64 % of 210 leads with industry Finance were qualified, half within 3 days".
    public var insight: String
}

extension Scorecard {
    /// The share of every attribute, the largest first; equal ones in the order of the scorecard.
    public func reasons(_ evidence: Evidence) -> [Reason] {
        shares(evidence).enumerated().map { Share(attribute: $0, points: $1) }.sorted(by: <)
            .map { reason($0, evidence) }
    }

    /// The shares that matter most: at most `count` of each sign, the largest first. What has no share is no reason.
    public func topReasons(_ evidence: Evidence, count: Int = 5) -> [Reason] {
        var reasons: [Reason] = []
        eachTopShare(evidence, count: count) { reasons.append(reason($0, evidence)) }
        return reasons
    }

    /// The same reasons as `render` writes what stands before and after their contributions, which it does but once for
    /// all that are alike.
    ///
    /// - Returns: nothing if the evidence is of another scorecard.
    public func topReasons(
        _ evidence: Evidence, count: Int = 5, rendered render: (Reason) -> RenderedReason
    ) -> [(contribution: Double, reason: RenderedReason)]? {
        guard fits(evidence) else { return nil }
        var reasons: [(contribution: Double, reason: RenderedReason)] = []
        eachTopShare(evidence, count: count) { share in
            reasons.append((share.points, render(reason(share, evidence))))
        }
        return reasons
    }

    private func eachTopShare(_ evidence: Evidence, count: Int, _ body: (Share) -> Void) {
        var top: [Share] = []
        let all = shares(evidence).enumerated().map { Share(attribute: $0, points: $1) }.sorted(by: <)
        top = Array(all.filter { $0.points > 0 }.prefix(count)) + Array(all.filter { $0.points < 0 }.prefix(count))
        top.sorted(by: <).forEach(body)
    }

    private func reason(_ share: Share, _ evidence: Evidence) -> Reason {
        let attribute = attributes[share.attribute]
        let bins = bins(of: share.attribute, in: evidence)
        let label = bins.map { attribute.bins[$0].label }.joined(separator: ", ")
        let bin = attribute.bins[bins.max { abs(attribute.bins[$0].points) < abs(attribute.bins[$1].points) } ?? 0]
        return Reason(
            attribute: attribute.name, label: label, contribution: share.points,
            phrase: "\(attribute.name) is \(label)",
            insight: insight(bin))
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

/// What stands before and after a reason's contribution where it is written.
public struct RenderedReason: Equatable, Sendable {
    public var before, after: [UInt8]

    public init(before: [UInt8], after: [UInt8]) { (self.before, self.after) = (before, after) }
}

/// The larger comes first; of equal ones that whose attribute does.
private struct Share {
    var attribute: Int
    var points: Double

    static func < (a: Share, b: Share) -> Bool {
        (abs(a.points), b.attribute) > (abs(b.points), a.attribute)
    }
}

/// What the bins of a scorecard tell, written once.
final class Rendering: Sendable {}

extension Entity {
    /// "leads", "opportunities".
    public var plural: String {
        switch self {
        case .lead: "leads"
        case .opportunity: "opportunities"
        }
    }
}
