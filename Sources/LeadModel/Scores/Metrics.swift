import Foundation

/// How good probabilities are. All take as many outcomes as probabilities, by record.
public enum Metrics {
    /// The chance that a positive has the higher probability than a negative, ties counted half (Mann–Whitney U over
    /// the number of pairs). Nil without both outcomes.
    public static func auc(_ probabilities: [Double], _ outcomes: [Bool]) -> Double? {
        let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
        let positives = outcomes.count { $0 }
        let negatives = outcomes.count - positives
        guard positives > 0, negatives > 0 else { return nil }
        var rankSum = 0.0
        var first = 0
        while first < order.count {
            var (end, tiedPositives) = (first, 0)
            while end < order.count, probabilities[order[end]] == probabilities[order[first]] {
                if outcomes[order[end]] { tiedPositives += 1 }
                end += 1
            }
            rankSum += Double(tiedPositives) * Double(first + 1 + end) / 2
            first = end
        }
        let least = Double(positives) * Double(positives + 1) / 2
        return (rankSum - least) / (Double(positives) * Double(negatives))
    }

    /// Mean of −ln of the probability given to what happened; probabilities are held to 10⁻⁶ … 1 − 10⁻⁶.
    public static func logLoss(_ probabilities: [Double], _ outcomes: [Bool]) -> Double {
        mean(probabilities, outcomes) { probability, outcome in
            let held = min(max(probability, 1e-6), 1 - 1e-6)
            return -log(outcome ? held : 1 - held)
        }
    }

    /// The mean squared distance of probability and outcome (Brier 1950).
    public static func brier(_ probabilities: [Double], _ outcomes: [Bool]) -> Double {
        mean(probabilities, outcomes) { ($0 - ($1 ? 1 : 0)) * ($0 - ($1 ? 1 : 0)) }
    }

    /// The share of records that fall on the side of `threshold` on which they ended.
    public static func accuracy(_ probabilities: [Double], _ outcomes: [Bool], threshold: Double = 0.5) -> Double {
        mean(probabilities, outcomes) { ($0 >= threshold) == $1 ? 1 : 0 }
    }

    /// Expected calibration error: records in order of probability, cut into bins of equal size (the first ones one
    /// larger where it does not divide); the mean over records of their bin's |mean probability − share of positives|.
    public static func calibrationError(_ probabilities: [Double], _ outcomes: [Bool], bins: Int = 10) -> Double {
        let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
        var (error, first) = (0.0, 0)
        for bin in 0..<bins {
            let size = order.count / bins + (bin < order.count % bins ? 1 : 0)
            let rows = order[first..<first + size]
            first += size
            let expected = rows.reduce(0.0) { $0 + probabilities[$1] }
            error += abs(expected - Double(rows.count { outcomes[$0] }))
        }
        return error / Double(max(1, order.count))
    }

    private static func mean(
        _ probabilities: [Double], _ outcomes: [Bool], _ value: (Double, Bool) -> Double
    ) -> Double {
        precondition(probabilities.count == outcomes.count, "a probability for each outcome")
        guard !outcomes.isEmpty else { return 0 }
        return zip(probabilities, outcomes).reduce(0.0) { $0 + value($1.0, $1.1) } / Double(outcomes.count)
    }
}

extension Metrics {
    /// Hanley & McNeil 1982, with their exponential approximation of Q₁ and Q₂.
    public static func aucError(_ auc: Double, positives: Int, negatives: Int) -> Double {
        let (one, two) = (auc / (2 - auc), 2 * auc * auc / (1 + auc))
        let (m, n) = (Double(positives), Double(negatives))
        let variance = auc * (1 - auc) + (m - 1) * (one - auc * auc) + (n - 1) * (two - auc * auc)
        return (max(0, variance) / (m * n)).squareRoot()
    }

    /// The calibration error to be expected of probabilities that are perfectly right, by chance alone, in the bins of
    /// `calibrationError`.
    public static func calibrationErrorByChance(_ probabilities: [Double], bins: Int = 10) -> Double {
        let sizes = (0..<bins).map { probabilities.count / bins + ($0 < probabilities.count % bins ? 1 : 0) }
        return calibrationErrorByChance(rising: probabilities.sorted(), sizes: sizes)
    }

    /// The same in bins of any sizes: the mean distance of each bin's normal approximation, √(2/π · Σp(1 − p)).
    ///
    /// - Parameter sizes: of the bins in order; together as many as there are probabilities.
    public static func calibrationErrorByChance(rising probabilities: [Double], sizes: [Int]) -> Double {
        var (error, first) = (0.0, 0)
        for size in sizes {
            let variance = probabilities[first..<first + size].reduce(0) { $0 + $1 * (1 - $1) }
            error += (2 / Double.pi * variance).squareRoot()
            first += size
        }
        return error / Double(max(1, probabilities.count))
    }
}
