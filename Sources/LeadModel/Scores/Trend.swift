/// How a score stands to the one before.
public enum Trend: String, CaseIterable, Sendable {
    case improving, declining, steady, unknown

    /// The dead band unless an organization sets another.
    public static let standardDeadBand = 2

    /// - Parameter deadBand: a difference of at most so many points is steady.
    public init(from previous: Int?, to score: Int, deadBand: Int = standardDeadBand) {
        guard let previous else {
            self = .unknown
            return
        }
        let difference = score - previous
        self = abs(difference) <= deadBand ? .steady : difference > 0 ? .improving : .declining
    }
}
