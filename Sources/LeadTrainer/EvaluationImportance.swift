import LeadModel

/// How much an attribute matters: how far it moves a score, up or down, in the mean over the closed records.
public struct Importance: Equatable, Sendable {
    /// Place among the scorecard's attributes.
    public var attribute: Int
    public var name: String
    /// Mean absolute contribution, in log-odds.
    public var points: Double

    /// The largest first; equal ones in the order of the scorecard.
    static func ranked(_ card: Scorecard) -> [Importance] {
        card.attributes.enumerated().map { place, attribute in
            let records = attribute.bins.reduce(0) { $0 + $1.records }
            let sum = attribute.bins.reduce(0) { $0 + Double($1.records) * abs($1.points) }
            return Importance(attribute: place, name: attribute.name, points: sum / Double(max(1, records)))
        }
        .sorted { ($1.points, $0.attribute) < ($0.points, $1.attribute) }
    }
}
