import LeadModel

/// The confusion matrix of one threshold: records with at least this probability are predicted positive.
public struct Confusion: Equatable, Sendable {
    public var threshold: Double
    public var truePositives: Int
    public var falsePositives: Int
    public var trueNegatives: Int
    public var falseNegatives: Int

    public init(
        threshold: Double, truePositives: Int, falsePositives: Int, trueNegatives: Int, falseNegatives: Int
    ) {
        self.threshold = threshold
        (self.truePositives, self.falsePositives) = (truePositives, falsePositives)
        (self.trueNegatives, self.falseNegatives) = (trueNegatives, falseNegatives)
    }

    init(_ probabilities: [Double], _ outcomes: [Bool], threshold: Double) {
        self.init(threshold: threshold, truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0)
        for (probability, outcome) in zip(probabilities, outcomes) {
            switch (probability >= threshold, outcome) {
            case (true, true): truePositives += 1
            case (true, false): falsePositives += 1
            case (false, false): trueNegatives += 1
            case (false, true): falseNegatives += 1
            }
        }
    }

    /// At the threshold of the highest F1; of several the highest, which calls fewest positive.
    init(bestOf probabilities: [Double], _ outcomes: [Bool]) {
        let order = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }
        let positives = outcomes.count { $0 }
        var (best, bestF1) = (order.first.map { probabilities[$0] } ?? 0.5, -1.0)
        var (called, right) = (0, 0)
        for (place, index) in order.enumerated() {
            called += 1
            if outcomes[index] { right += 1 }
            let isLastOfEqual = place + 1 == order.count || probabilities[order[place + 1]] < probabilities[index]
            let f1 = 2 * Double(right) / Double(called + positives)
            if isLastOfEqual, f1 > bestF1 { (best, bestF1) = (probabilities[index], f1) }
        }
        self.init(probabilities, outcomes, threshold: best)
    }

    public var records: Int { truePositives + falsePositives + trueNegatives + falseNegatives }

    /// The share of records that are called what they are.
    public var accuracy: Double { Self.share(truePositives + trueNegatives, of: records) ?? 0 }
    /// The share of those called positive that are. Nil if none is called so.
    public var precision: Double? { Self.share(truePositives, of: truePositives + falsePositives) }
    /// The share of the positives that are called so. Nil if there is none.
    public var recall: Double? { Self.share(truePositives, of: truePositives + falseNegatives) }
    /// The harmonic mean of precision and recall. Nil if no record is positive or called so.
    public var f1: Double? {
        Self.share(2 * truePositives, of: 2 * truePositives + falsePositives + falseNegatives)
    }

    /// 95 % intervals of the four figures at this threshold: Wilson's, of the F1 by way of the share J of found positives
    /// among all records that are positive or called so, since F1 = 2J / (1 + J).
    public var accuracyInterval: ClosedRange<Double> { Self.interval(truePositives + trueNegatives, of: records) }
    public var precisionInterval: ClosedRange<Double> {
        Self.interval(truePositives, of: truePositives + falsePositives)
    }
    public var recallInterval: ClosedRange<Double> {
        Self.interval(truePositives, of: truePositives + falseNegatives)
    }
    public var f1Interval: ClosedRange<Double> {
        let found = Self.interval(truePositives, of: truePositives + falsePositives + falseNegatives)
        func f1(_ share: Double) -> Double { 2 * share / (1 + share) }
        return f1(found.lowerBound)...f1(found.upperBound)
    }

    private static func interval(_ part: Int, of whole: Int) -> ClosedRange<Double> {
        Conversion(records: whole, positives: part).interval
    }

    private static func share(_ part: Int, of whole: Int) -> Double? {
        whole > 0 ? Double(part) / Double(whole) : nil
    }
}
