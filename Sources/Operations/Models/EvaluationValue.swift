import Contract
import LeadModel
import LeadTrainer

/// An evaluation's figures; as JSON they have the shape of the contract.
public struct EvaluationValue: Encodable {
    struct Rows: Encodable { var all, open, outsideWindow, undated, measured: Int }

    struct Figures: Encodable {
        var records, positives: Int
        @OrNull var auc: Double?
        @OrNull var aucError: Double?
        var logLoss, baseLogLoss, brier, calibrationError, calibrationErrorByChance: Double

        init(_ figures: EvaluationFigures) {
            (records, positives) = (figures.records, figures.positives)
            (auc, aucError) = (figures.auc, figures.aucError)
            (logLoss, baseLogLoss) = (figures.logLoss, figures.baseLogLoss)
            (brier, calibrationError) = (figures.brier, figures.calibrationError)
            calibrationErrorByChance = figures.calibrationErrorByChance
        }
    }

    /// Of 95 %.
    struct Interval: Encodable {
        var low, high: Double

        init(_ interval: ClosedRange<Double>) { (low, high) = (interval.lowerBound, interval.upperBound) }
    }

    struct Intervals: Encodable {
        @OrNull var auc: Interval?
        var logLoss, brier, calibrationError: Interval

        init(_ intervals: FigureIntervals) {
            auc = intervals.auc.map(Interval.init)
            (logLoss, brier) = (Interval(intervals.logLoss), Interval(intervals.brier))
            calibrationError = Interval(intervals.calibrationError)
        }
    }

    struct Part: Encodable {
        var name: String
        var training: Int
        var figures: Figures
    }

    struct Threshold: Encodable {
        var threshold: Double
        var truePositives, falsePositives, trueNegatives, falseNegatives: Int
        var accuracy: Double
        @OrNull var precision: Double?
        @OrNull var recall: Double?
        @OrNull var f1: Double?
        var accuracyInterval, precisionInterval, recallInterval, f1Interval: Interval

        init(_ confusion: Confusion) {
            threshold = confusion.threshold
            (truePositives, falsePositives) = (confusion.truePositives, confusion.falsePositives)
            (trueNegatives, falseNegatives) = (confusion.trueNegatives, confusion.falseNegatives)
            (accuracy, precision) = (confusion.accuracy, confusion.precision)
            (recall, f1) = (confusion.recall, confusion.f1)
            accuracyInterval = Interval(confusion.accuracyInterval)
            precisionInterval = Interval(confusion.precisionInterval)
            (recallInterval, f1Interval) = (Interval(confusion.recallInterval), Interval(confusion.f1Interval))
        }
    }

    struct Band: Encodable {
        @OrNull var grade: Grade?
        var from, to, records, positives: Int
        @OrNull var rate: Double?
        var low, high: Double

        init(_ band: ScoreBand) {
            (grade, from, to) = (band.grade, band.scores.lowerBound, band.scores.upperBound)
            let conversion = band.conversion
            (records, positives, rate) = (conversion.records, conversion.positives, conversion.rate)
            (low, high) = (conversion.interval.lowerBound, conversion.interval.upperBound)
        }
    }

    struct Point: Encodable { var threshold, falsePositiveRate, truePositiveRate: Double }

    struct Reliability: Encodable {
        var predicted: Double
        var records, positives: Int
        @OrNull var rate: Double?
        var low, high: Double
    }

    struct Attribute: Encodable {
        var attribute: String
        var importance: Double
    }

    struct Judgement: Encodable {
        struct Check: Encodable {
            var text: String
            var holds: Bool
        }

        var level: String
        var checks: [Check]
        var suspectedLeaks: [String]
        var rule: String
    }

    var entity: String
    var method: String
    var rows: Rows
    var verdict: Judgement
    var mean, pooled: Figures
    var meanIntervals, pooledIntervals: Intervals
    var repeats: Int
    var parts: [Part]
    var bestF1, half: Threshold
    var bands, grades: [Band]
    var roc: [Point]
    var reliability: [Reliability]
    var attributes: [Attribute]
    var warnings: [String]

    /// - Parameters:
    ///   - rows: all rows of the data.
    ///   - closed: those with an outcome.
    public init(_ evaluation: Evaluation, rows count: Int, closed: Int) {
        (entity, method) = (evaluation.entity.rawValue, evaluation.method)
        rows = Rows(
            all: count, open: count - closed, outsideWindow: evaluation.outsideWindow,
            undated: evaluation.undated, measured: evaluation.pooled.records)
        let verdict = evaluation.verdict
        self.verdict = Judgement(
            level: verdict.level.rawValue, checks: verdict.checks.map { .init(text: $0.text, holds: $0.holds) },
            suspectedLeaks: verdict.suspectedLeaks, rule: Verdict.rule)
        (mean, pooled) = (Figures(evaluation.mean), Figures(evaluation.pooled))
        meanIntervals = Intervals(evaluation.meanIntervals)
        (pooledIntervals, repeats) = (Intervals(evaluation.pooledIntervals), evaluation.repeats)
        parts = evaluation.parts.map { Part(name: $0.name, training: $0.training, figures: Figures($0.figures)) }
        (bestF1, half) = (Threshold(evaluation.best), Threshold(evaluation.half))
        (bands, grades) = (evaluation.bands.map(Band.init), evaluation.grades.map(Band.init))
        roc = evaluation.roc.map {
            Point(
                threshold: $0.threshold, falsePositiveRate: $0.falsePositiveRate, truePositiveRate: $0.truePositiveRate)
        }
        reliability = evaluation.reliability.map { point in
            let interval = point.conversion.interval
            return Reliability(
                predicted: point.predicted, records: point.conversion.records, positives: point.conversion.positives,
                rate: point.conversion.rate, low: interval.lowerBound, high: interval.upperBound)
        }
        attributes = evaluation.importance.map { Attribute(attribute: $0.name, importance: $0.points) }
        warnings = evaluation.warnings.map(\.description)
    }
}
