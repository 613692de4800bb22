import Foundation
import LeadModel

/// How good probabilities are. All take as many outcomes as probabilities, by record.
public enum Metrics {
    /// The chance that a positive has the higher probability than a negative, ties counted half (Mann–Whitney U over
    /// the number of pairs). Nothing without both outcomes.
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

/// Parts of the rows, each judged by what the others say: for what an attribute alone tells.
struct Folds {
    let count: Int
    /// By row.
    let ofRow: [Int]

    /// - Parameter indices: of the rows' records, whose remainder is the fold; where that leaves a fold without one of
    ///   the outcomes (data in a regular pattern), rows of each outcome are dealt out in turn.
    init(_ count: Int, indices: [Int], outcomes: [Bool]) {
        self.count = count
        let plain = indices.map { $0 % count }
        let seen = Set(zip(plain, outcomes).map { $0 * 2 + ($1 ? 1 : 0) })
        guard seen.count < 2 * count else {
            ofRow = plain
            return
        }
        var dealt = [0, 0]
        ofRow = outcomes.map { outcome in
            defer { dealt[outcome ? 1 : 0] += 1 }
            return dealt[outcome ? 1 : 0] % count
        }
    }

    func test(_ fold: Int) -> [Int] { ofRow.indices.filter { ofRow[$0] == fold } }
}
