import Foundation
import LeadModel

/// 95 % intervals of the figures of an evaluation, by closed formulas. They say what another draw of held-out records would
/// change, not what other records of the training would.
///
/// - AUC: 1.96 standard errors of Hanley & McNeil 1982 (`EvaluationFigures.aucError`).
/// - Log loss and Brier score: 1.96 standard errors. Both are means over records, so the standard error is that of a mean.
/// - Calibration error: `CalibrationBins.interval`.
public struct FigureIntervals: Equatable, Sendable {
    /// Nil without an AUC.
    public var auc: ClosedRange<Double>?
    public var logLoss, brier, calibrationError: ClosedRange<Double>

    /// - Parameter repeats: by repeat and part, what the figures were taken of.
    init(_ figures: EvaluationFigures, _ repeats: [[[HeldOut.Prediction]]]) {
        func around(_ figure: Double, _ loss: ([Double], [Bool]) -> Double) -> ClosedRange<Double> {
            let reach = 1.96 * Self.standardError(repeats, loss)
            return max(0, figure - reach)...figure + reach
        }
        auc = figures.aucInterval
        logLoss = around(figures.logLoss) { Metrics.logLoss($0, $1) }
        brier = around(figures.brier) { Metrics.brier($0, $1) }
        calibrationError = CalibrationBins.interval(repeats.map { $0.map { CalibrationBins($0) } })
    }

    /// Of the mean over repeats, parts and records: the root of the records' summed squared influence. A record's influence
    /// is its distance from its part's mean, over the part's size and the number of parts, in the mean over the repeats.
    private static func standardError(
        _ repeats: [[[HeldOut.Prediction]]], _ loss: ([Double], [Bool]) -> Double
    ) -> Double {
        var influence: [Int: Double] = [:]
        for parts in repeats {
            for part in parts where part.count > 1 {
                let losses = part.map { loss([$0.probability], [$0.outcome]) }
                let mean = losses.reduce(0, +) / Double(part.count)
                // Of a sample: with one record less.
                let size = (Double(part.count) * Double(part.count - 1)).squareRoot()
                let weight = 1 / (size * Double(parts.count) * Double(repeats.count))
                for (prediction, loss) in zip(part, losses) {
                    influence[prediction.record, default: 0] += (loss - mean) * weight
                }
            }
        }
        // In the order of the records, so that the sum is the same each time.
        return influence.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }.squareRoot()
    }
}
