import Foundation

/// 1…100: the probability in percent, rounded, never 0.
///
/// - Parameter probability: 0…1.
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
