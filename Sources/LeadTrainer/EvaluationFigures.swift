import Foundation
import LeadModel

/// How good probabilities are that were given to records which the training had not seen.
public struct EvaluationFigures: Equatable, Sendable {
    public var records: Int
    public var positives: Int
    /// Nothing where all ended the same way.
    public var auc: Double?
    public var logLoss: Double
    /// The log loss of giving every record the share of positives in the training.
    public var baseLogLoss: Double
    public var brier: Double
    /// In ten bins of equally many records (`Metrics.calibrationError`).
    public var calibrationError: Double

    /// - Parameter base: by record, the share of positives in its training.
    init(_ probabilities: [Double], _ outcomes: [Bool], base: [Double]) {
        records = outcomes.count
        positives = outcomes.count { $0 }
        auc = Metrics.auc(probabilities, outcomes)
        logLoss = Metrics.logLoss(probabilities, outcomes)
        baseLogLoss = Metrics.logLoss(base, outcomes)
        brier = Metrics.brier(probabilities, outcomes)
        calibrationError = Metrics.calibrationError(probabilities, outcomes)
    }

    /// The plain mean over parts, as the published figures of other learners are taken; the AUC's over those that have
    /// both outcomes.
    init(meanOf parts: [EvaluationFigures]) {
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
        let aucs = parts.compactMap(\.auc)
        records = parts.reduce(0) { $0 + $1.records }
        positives = parts.reduce(0) { $0 + $1.positives }
        auc = aucs.isEmpty ? nil : mean(aucs)
        logLoss = mean(parts.map(\.logLoss))
        baseLogLoss = mean(parts.map(\.baseLogLoss))
        brier = mean(parts.map(\.brier))
        calibrationError = mean(parts.map(\.calibrationError))
    }

    /// The AUC's standard error by its size and the records behind it (Hanley & McNeil: The meaning and use of the area
    /// under a receiver operating characteristic curve, Radiology 1982). Nothing without an AUC.
    public var aucError: Double? {
        auc.map { Metrics.aucError($0, positives: positives, negatives: records - positives) }
    }
}

extension Metrics {
    /// Hanley & McNeil 1982, with their exponential approximation of Q₁ and Q₂.
    static func aucError(_ auc: Double, positives: Int, negatives: Int) -> Double {
        let (one, two) = (auc / (2 - auc), 2 * auc * auc / (1 + auc))
        let (m, n) = (Double(positives), Double(negatives))
        let variance = auc * (1 - auc) + (m - 1) * (one - auc * auc) + (n - 1) * (two - auc * auc)
        return (max(0, variance) / (m * n)).squareRoot()
    }

    /// The calibration error to be expected of probabilities that are perfectly right, by chance alone: the mean
    /// distance of each bin's normal approximation, √(2/π · Σp(1 − p)).
    static func calibrationErrorByChance(_ probabilities: [Double], bins: Int = 10) -> Double {
        let sorted = probabilities.sorted()
        var (error, first) = (0.0, 0)
        for bin in 0..<bins {
            let size = sorted.count / bins + (bin < sorted.count % bins ? 1 : 0)
            let variance = sorted[first..<first + size].reduce(0) { $0 + $1 * (1 - $1) }
            error += (2 / Double.pi * variance).squareRoot()
            first += size
        }
        return error / Double(max(1, sorted.count))
    }
}
