import LeadModel

/// How some scored records turned out, by the score that they had when they closed.
public struct OutcomeGroup: Equatable, Sendable {
    /// Records of one grade, as it was when they closed.
    public struct OfGrade: Equatable, Sendable {
        public var grade: Grade
        public var conversion: Conversion
    }

    public var conversion: Conversion
    /// The mean probability; nil without records, like the figures below.
    public var predicted: Double?
    /// nil also if all ended the same way.
    public var auc: Double?
    /// Its standard error (Hanley & McNeil 1982); 0 where the AUC is 0 or 1, however few the records.
    public var aucError: Double?
    public var brier: Double?
    public var logLoss: Double?
    /// The mean over records of their bin's |mean probability − share of positives|, in the bins of `calibration`.
    public var calibrationError: Double?
    /// Its expected value if every probability were right, in the same bins.
    public var calibrationErrorByChance: Double?
    /// All four, the best first.
    public var grades: [OfGrade]
    /// All ten bands of ten scores, the lowest first.
    public var bands: [ScoreBand]
    /// At most ten bins of about equally many records, in order of probability. Equal probabilities are in one bin.
    public var calibration: [ReliabilityPoint]

    /// The AUC's 95 % interval. At 0 and 1, where its standard error says nothing, it is of the largest variance that an
    /// AUC can have, A(1 − A) over the number of the rarer outcome (Birnbaum & Klose: Bounds for the variance of the
    /// Mann–Whitney statistic, 1957): as of a rate of so many records, and never too narrow.
    public var aucInterval: ClosedRange<Double>? {
        guard let auc, let aucError else { return nil }
        if auc == 0 || auc == 1 {
            let rarer = min(conversion.positives, conversion.records - conversion.positives)
            return Conversion(records: rarer, positives: auc == 1 ? rarer : 0).interval
        }
        return max(0, auc - 1.96 * aucError)...min(1, auc + 1.96 * aucError)
    }

    init(_ tallies: [OutcomeTally]) {
        let judged = tallies.flatMap(\.judged).sorted { $0.probability < $1.probability }
        let (probabilities, outcomes) = (judged.map(\.probability), judged.map(\.isPositive))
        conversion = Conversion(records: judged.count, positives: outcomes.count { $0 })
        grades = Grade.allCases.enumerated().map { place, grade in
            OfGrade(
                grade: grade,
                conversion: tallies.reduce(into: Conversion(records: 0, positives: 0)) { sum, tally in
                    sum.records += tally.byGrade[place].records
                    sum.positives += tally.byGrade[place].positives
                })
        }
        bands = ScoreBand.tens(probabilities, outcomes)
        calibration = ReliabilityPoint.bins(rising: probabilities, outcomes)
        guard !judged.isEmpty else { return }
        predicted = probabilities.reduce(0, +) / Double(judged.count)
        auc = Metrics.auc(probabilities, outcomes)
        aucError = auc.map {
            Metrics.aucError($0, positives: conversion.positives, negatives: conversion.records - conversion.positives)
        }
        brier = Metrics.brier(probabilities, outcomes)
        logLoss = Metrics.logLoss(probabilities, outcomes)
        calibrationError =
            calibration.reduce(0) {
                $0 + abs($1.predicted * Double($1.conversion.records) - Double($1.conversion.positives))
            } / Double(judged.count)
        calibrationErrorByChance = Metrics.calibrationErrorByChance(
            rising: probabilities, sizes: calibration.map(\.conversion.records))
    }
}

/// The records of one month and version that a group is computed from: of each only its probability and how it ended.
struct OutcomeTally {
    struct Judged {
        var probability: Double
        var isPositive: Bool
    }

    private(set) var judged: [Judged] = []
    /// In the order of `Grade.allCases`.
    private(set) var byGrade = [Conversion](repeating: Conversion(records: 0, positives: 0), count: 4)

    /// - Parameter grade: its index among all grades; nil if it is not one.
    mutating func add(_ probability: Double, grade: Int?, isPositive: Bool) {
        judged.append(Judged(probability: probability, isPositive: isPositive))
        guard let grade else { return }
        byGrade[grade].records += 1
        if isPositive { byGrade[grade].positives += 1 }
    }
}
