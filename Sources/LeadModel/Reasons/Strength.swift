/// How strongly a share speaks for or against the positive outcome.
///
/// A share of 0.1 moves a probability of 50 % by 2.5 points; anything less is neutral. A share of 0.4 moves it by 10
/// points and counts as strong.
enum Strength: Int, CaseIterable, Sendable {
    case stronglyNegative, negative, neutral, positive, stronglyPositive

    /// - Parameter share: in log-odds.
    init(_ share: Double) {
        switch share {
        case ...(-0.4): self = .stronglyNegative
        case ...(-0.1): self = .negative
        case ..<0.1: self = .neutral
        case ..<0.4: self = .positive
        default: self = .stronglyPositive
        }
    }

    /// −1, 0 or 1.
    var sign: Int { (rawValue - Self.neutral.rawValue).signum() }

    var words: String {
        switch self {
        case .stronglyNegative: "strongly negative"
        case .negative: "negative"
        case .neutral: "neutral"
        case .positive: "positive"
        case .stronglyPositive: "strongly positive"
        }
    }
}
