import Foundation
import LeadModel

/// How good predicted probabilities are on held-out records.
public struct EvaluationFigures: Equatable, Sendable {
    public var records: Int
    public var positives: Int
    /// Nil where all ended the same way.
    public var auc: Double?
    public var logLoss: Double
    /// The log loss of giving every record the share of positives in the training.
    public var baseLogLoss: Double
    public var brier: Double
    /// In ten bins of equally many records (`Metrics.calibrationError`),
    public var calibrationError: Double
    /// and what chance alone would make of it if all probabilities were right (`Metrics.calibrationErrorByChance`).
    public var calibrationErrorByChance: Double

    /// - Parameter base: by record, the share of positives in its training.
    init(_ probabilities: [Double], _ outcomes: [Bool], base: [Double]) {
        records = outcomes.count
        positives = outcomes.count { $0 }
        auc = Metrics.auc(probabilities, outcomes)
        logLoss = Metrics.logLoss(probabilities, outcomes)
        baseLogLoss = Metrics.logLoss(base, outcomes)
        brier = Metrics.brier(probabilities, outcomes)
        calibrationError = Metrics.calibrationError(probabilities, outcomes)
        calibrationErrorByChance = Metrics.calibrationErrorByChance(probabilities)
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
        calibrationErrorByChance = mean(parts.map(\.calibrationErrorByChance))
    }

    /// The mean over repeats, each of which measured the same records.
    init(meanOfRepeats repeats: [EvaluationFigures]) {
        self.init(meanOf: repeats)
        (records, positives) = (repeats.first?.records ?? 0, repeats.first?.positives ?? 0)
    }

    /// The AUC's standard error by its size and the records behind it (Hanley & McNeil: The meaning and use of the area
    /// under a receiver operating characteristic curve, Radiology 1982). Nil without an AUC.
    public var aucError: Double? {
        auc.map { Metrics.aucError($0, positives: positives, negatives: records - positives) }
    }

    /// 95 %: 1.96 standard errors to each side.
    public var aucInterval: ClosedRange<Double>? {
        guard let auc, let aucError else { return nil }
        return max(0, auc - 1.96 * aucError)...min(1, auc + 1.96 * aucError)
    }
}
