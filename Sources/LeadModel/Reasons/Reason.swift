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

/// What stands before and after a reason's contribution where it is written.
public struct RenderedReason: Equatable, Sendable {
    public var before, after: [UInt8]

    public init(before: [UInt8], after: [UInt8]) { (self.before, self.after) = (before, after) }
}

extension Scorecard {
    /// The share of every attribute, the largest first; equal ones in the order of the scorecard. The evidence must fit.
    public func reasons(_ evidence: Evidence) -> [Reason] {
        shares(evidence).enumerated().map { Share(attribute: $0, points: $1) }.sorted(by: <)
            .map { reason($0, evidence) }
    }

    /// The shares that matter most: at most `count` of each sign, the largest first. What has no share is no reason. The
    /// evidence must fit.
    public func topReasons(_ evidence: Evidence, count: Int = 5) -> [Reason] {
        topShares(evidence, count: count) { top in top.map { reason($0, evidence) } }
    }

    /// The same reasons as `render` writes what stands before and after their contributions, which it does but once for
    /// those that read alike.
    ///
    /// - Returns: nothing if the evidence is of another scorecard.
    public func topReasons(
        _ evidence: Evidence, count: Int = 5, rendered render: (Reason) -> RenderedReason
    ) -> [(contribution: Double, reason: RenderedReason)]? {
        guard fits(evidence) else { return nil }
        return topShares(evidence, count: count) { top in
            top.map { share in
                let rendered = prepared.texts.rendered(share.strength, of: share.attribute, evidence) {
                    render(reason(share, $0))
                }
                return (share.points, rendered)
            }
        }
    }

    private func reason(_ share: Share, _ evidence: Evidence) -> Reason {
        reason(share, prepared.texts.text(share.strength, of: share.attribute, evidence))
    }

    private func reason(_ share: Share, _ text: ReasonText) -> Reason {
        Reason(
            attribute: attributes[share.attribute].name, label: text.label, contribution: share.points,
            phrase: text.phrase, insight: text.insight)
    }

    /// Nothing is allocated for it.
    private func topShares<Result>(
        _ evidence: Evidence, count: Int, _ body: (Slice<UnsafeMutableBufferPointer<Share>>) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: attributes.count) { shares in
            prepared.tables.write(sharesOf: evidence, to: shares)
            return withUnsafeTemporaryAllocation(of: Share.self, capacity: 2 * count + 1) { top in
                // Each sign has at most `count` places of the first so many; the last place takes what falls out.
                var (raising, lowering) = (0, 0)
                for (attribute, points) in shares.enumerated() where points != 0 {
                    let share = Share(attribute: attribute, points: points)
                    var place = raising + lowering
                    let isFull = points > 0 ? raising == count : lowering == count
                    if isFull {
                        guard let last = top[..<place].lastIndex(where: { ($0.points > 0) == (points > 0) }),
                            share < top[last]
                        else { continue }
                        for index in last..<place - 1 { top[index] = top[index + 1] }
                        place -= 1
                    } else if points > 0 {
                        raising += 1
                    } else {
                        lowering += 1
                    }
                    while place > 0, share < top[place - 1] {
                        top[place] = top[place - 1]
                        place -= 1
                    }
                    top[place] = share
                }
                return body(top[..<(raising + lowering)])
            }
        }
    }
}

/// The larger comes first; of equal ones that whose attribute does.
private struct Share {
    var attribute: Int
    var points: Double

    var strength: Strength { Strength(points) }

    static func < (a: Share, b: Share) -> Bool {
        abs(a.points) != abs(b.points) ? abs(a.points) > abs(b.points) : a.attribute < b.attribute
    }
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
