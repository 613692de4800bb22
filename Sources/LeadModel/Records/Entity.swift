/// What is scored.
public enum Entity: String, CaseIterable, Codable, Sendable {
    case lead, opportunity

    /// How a record of this entity can end, the good way first.
    public var outcomes: (positive: Status, negative: Status) {
        switch self {
        case .lead: (.qualified, .disqualified)
        case .opportunity: (.won, .lost)
        }
    }

    public func allows(_ status: Status) -> Bool {
        status == .open || status == outcomes.positive || status == outcomes.negative
    }
}
