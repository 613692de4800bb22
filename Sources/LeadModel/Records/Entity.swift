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

/// Where a record stands: open, or closed with an outcome.
public enum Status: String, CaseIterable, Codable, Sendable {
    case open, qualified, disqualified, won, lost
}

/// What a connector says happened to a record.
public enum Verb: String, CaseIterable, Sendable {
    case created, imported, updated, deleted, erased

    /// A record is scored in real time when the first event of either kind is seen.
    public var isCreation: Bool { self == .created || self == .imported }
}
