import LeadModel

/// How much an attribute matters: how far it moves a score, up or down, in the mean over the closed records.
public struct Importance: Equatable, Sendable {
    /// Place among the scorecard's attributes.
    public var attribute: Int
    public var name: String
    /// Mean absolute contribution, in log-odds.
    public var points: Double

    /// The largest first; equal ones in the order of the scorecard.
    ///
    /// - Parameter evidence: of each record.
    static func ranked(_ card: Scorecard, by evidence: some Collection<Evidence>) -> [Importance] {
        var sums = [Double](repeating: 0, count: card.attributes.count)
        for one in evidence {
            for (attribute, share) in card.shares(one).enumerated() { sums[attribute] += abs(share) }
        }
        return card.attributes.enumerated().map { place, attribute in
            Importance(attribute: place, name: attribute.name, points: sums[place] / Double(max(1, evidence.count)))
        }
        .sorted { ($1.points, $0.attribute) < ($0.points, $1.attribute) }
    }
}
