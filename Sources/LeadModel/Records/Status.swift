/// Where a record stands: open, or closed with an outcome.
public enum Status: String, CaseIterable, Codable, Sendable {
    case open, qualified, disqualified, won, lost
}
