/// One attribute's exact share of a score.
public struct Reason: Equatable, Sendable {
    public var attribute: String
    /// The label of the bin: "Finance", "3 to 7", "missing"; for a list, the labels of all its bins: "Chat, E-mail".
    public var label: String
    /// In log-odds. All shares and the intercept add up to the score's log-odds.
    public var contribution: Double
    /// For a person: "Industry: Finance — strongly positive".
    public var phrase: String
    /// What the training records show: "Of 1,210 leads with industry = Finance, 64 % were qualified (of all leads 38 %),
    /// half of them within 3 days of creation". If that contradicts the contribution, it ends with the cause.
    public var insight: String
    /// The record's own value, where it is known (`reasons(_:of:at:)`) and says more than the label.
    public var value: String?
}

/// The reasons that are not among the top ones, so that nothing is left out of the sum.
public struct OtherReasons: Equatable, Sendable {
    /// Of shares other than 0.
    public var count = 0
    /// In log-odds, together.
    public var contribution = 0.0
}

/// A reason as it is written, split where its contribution goes.
public struct RenderedReason: Equatable, Sendable {
    public var before, after: [UInt8]

    public init(before: [UInt8], after: [UInt8]) { (self.before, self.after) = (before, after) }
}

extension Scorecard {
    /// The share of every attribute, the largest first, ties in the order of the scorecard.
    ///
    /// - Precondition: `fits(evidence)`.
    public func reasons(_ evidence: Evidence) -> [Reason] {
        shares(evidence).enumerated().map { RankedShare(attribute: $0, points: $1) }.sorted(by: <)
            .map { reason($0, evidence) }
    }

    /// The largest shares, at most `count` of each sign, the largest first. Shares of 0 are left out.
    ///
    /// - Precondition: `fits(evidence)`.
    public func topReasons(_ evidence: Evidence, count: Int = 5) -> [Reason] {
        topShares(evidence, count: count) { top, _ in top.map { reason($0, evidence) } }
    }

    /// The same reasons, rendered, and what the others are together. `render` is called once for each text; the result is
    /// cached.
    ///
    /// - Returns: nil if the evidence does not fit this scorecard.
    public func topReasons(
        _ evidence: Evidence, count: Int = 5, rendered render: (Reason) -> RenderedReason
    ) -> (top: [(contribution: Double, reason: RenderedReason)], others: OtherReasons)? {
        guard fits(evidence) else { return nil }
        return topShares(evidence, count: count) { top, others in
            let reasons = top.map { share in
                let rendered = prepared.texts.rendered(share.points, of: share.attribute, evidence) {
                    render(reason(share, $0))
                }
                return (contribution: share.points, reason: rendered)
            }
            return (reasons, others)
        }
    }

    private func reason(_ share: RankedShare, _ evidence: Evidence) -> Reason {
        reason(share, prepared.texts.text(share.points, of: share.attribute, evidence))
    }

    private func reason(_ share: RankedShare, _ text: ReasonText) -> Reason {
        Reason(
            attribute: attributes[share.attribute].name, label: text.label, contribution: share.points,
            phrase: text.phrase, insight: text.insight)
    }

    /// Selects the top shares without allocating on the heap.
    private func topShares<Result>(
        _ evidence: Evidence, count: Int,
        _ body: (Slice<UnsafeMutableBufferPointer<RankedShare>>, OtherReasons) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: attributes.count) { shares in
            prepared.tables.write(sharesOf: evidence, to: shares)
            return withUnsafeTemporaryAllocation(of: RankedShare.self, capacity: 2 * count + 1) { top in
                // The last slot takes the share that drops out.
                var (raising, lowering) = (0, 0)
                var others = OtherReasons()
                for (attribute, points) in shares.enumerated() where points != 0 {
                    let share = RankedShare(attribute: attribute, points: points)
                    var place = raising + lowering
                    let isFull = points > 0 ? raising == count : lowering == count
                    if isFull {
                        guard let last = top[..<place].lastIndex(where: { ($0.points > 0) == (points > 0) }),
                            share < top[last]
                        else {
                            others.add(points)
                            continue
                        }
                        others.add(top[last].points)
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
                return body(top[..<(raising + lowering)], others)
            }
        }
    }
}

extension OtherReasons {
    fileprivate mutating func add(_ points: Double) { (count, contribution) = (count + 1, contribution + points) }
}

/// The larger share comes first, ties in the order of the attributes.
private struct RankedShare {
    var attribute: Int
    var points: Double

    static func < (a: RankedShare, b: RankedShare) -> Bool {
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
