import Foundation

/// The four classes of scores, A the best.
public enum Grade: String, CaseIterable, Codable, Sendable {
    case a = "A"
    case b = "B"
    case c = "C"
    case d = "D"
}

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

/// 1…100: the probability in percent, rounded, never 0.
public func score(probability: Double) -> Int { min(100, max(1, Int((probability * 100).rounded()))) }

/// The logistic function: log-odds to probability.
public func logistic(_ logOdds: Double) -> Double {
    // Written so that neither side overflows.
    if logOdds >= 0 { return 1 / (1 + exp(-logOdds)) }
    let odds = exp(logOdds)
    return odds / (1 + odds)
}

/// The log-odds of a probability. What a double rounds to 0 or 1 is held to the numbers next to them.
public func logit(_ probability: Double) -> Double {
    let held = min(max(probability, .leastNormalMagnitude), 1 - .ulpOfOne / 2)
    return log(held) - log1p(-held)
}
