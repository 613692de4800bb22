import Contract
import LeadTrainer

/// Two evaluations on the same folds; as JSON they have the shape of the contract.
public struct ComparisonValue: Encodable {
    struct Side: Encodable {
        var name: String
        var evaluation: EvaluationValue
    }

    struct Difference: Encodable {
        var value, low, high: Double

        init(_ difference: EvaluationComparison.Difference) {
            value = difference.value
            (low, high) = (difference.interval.lowerBound, difference.interval.upperBound)
        }
    }

    struct Differences: Encodable {
        @OrNull var auc: Difference?
        var logLoss, brier, calibrationError: Difference
    }

    struct Finding: Encodable { var better, text: String }

    var records, unmatched, contradicting: Int
    var finding: Finding
    var differences: Differences
    var first, second: Side

    /// - Parameters:
    ///   - names: of the two sides, for a person.
    ///   - finding: what the comparison shows, for a person.
    public init(
        _ comparison: EvaluationComparison, names: (first: String, second: String), finding text: String,
        unmatched: Int, contradicting: Int, sides: (first: EvaluationValue, second: EvaluationValue)
    ) {
        records = comparison.first.pooled.records
        (self.unmatched, self.contradicting) = (unmatched, contradicting)
        finding = Finding(better: comparison.finding.rawValue, text: text)
        differences = Differences(
            auc: comparison.auc.map(Difference.init), logLoss: Difference(comparison.logLoss),
            brier: Difference(comparison.brier), calibrationError: Difference(comparison.calibrationError))
        first = Side(name: names.first, evaluation: sides.first)
        second = Side(name: names.second, evaluation: sides.second)
    }
}
