import Foundation

/// Whether a model is good enough to act on, by one rule for all models.
///
/// **Ready**: the lower end of the AUC's 95 % interval (AUC − 1.96 standard errors, Hanley & McNeil 1982) is at least
/// 0.70; the log loss is below that of giving every record the base rate, and the calibration error over all held-out
/// records is at most 0.05. **Fair**: the lower end of the AUC's interval is at least 0.60, and the log loss is below the base
/// rate's. **Not ready**: otherwise. **Not measured**: an attribute in use is a suspected leak. The figures then show how
/// well the outcome is copied, which says nothing of records whose outcome is open.
///
/// AUC and log loss are means over the parts. Few records widen the AUC's interval and the spread of the calibration
/// error, so they prevent the better verdicts by themselves.
public struct Verdict: Equatable, Sendable {
    public enum Level: String, Sendable {
        case ready
        case fair
        case notReady = "not ready"
        case notMeasured = "not measured"
    }

    /// One condition of the rule, with what was measured.
    public struct Check: Equatable, Sendable {
        /// For a person: "the AUC is 0.893, and at least 0.885 (95 %): 0.70 is needed to be ready, 0.60 to be fair".
        public var text: String
        /// Whether it holds for a model that is ready.
        public var holds: Bool

        init(_ text: String, _ holds: Bool) { (self.text, self.holds) = (text, holds) }
    }

    public var level: Level
    public var checks: [Check]
    /// Names of attributes.
    public var suspectedLeaks: [String]

    static let readyAUC = 0.70
    static let fairAUC = 0.60
    static let mostCalibrationError = 0.05

    /// The rule in words for a person.
    public static let rule = """
        Ready: the AUC is at least \(two(readyAUC)) even at the lower end of its 95 % interval (AUC - 1.96 standard \
        errors, Hanley and McNeil 1982), the log loss is below that of predicting the base rate, and the calibration error \
        over all held-out records is at most \(two(mostCalibrationError)). Fair: the AUC's lower end is at least \
        \(two(fairAUC)) and the log loss is below the base rate's. Not ready: otherwise. Not measured, whatever the figures: \
        an attribute in use is suspected of leaking the outcome.
        """

    /// - Parameters:
    ///   - mean: over the parts.
    ///   - pooled: of all held-out records together.
    ///   - calibration: the 95 % interval of the pooled calibration error.
    init(
        mean: EvaluationFigures, pooled: EvaluationFigures, calibration: ClosedRange<Double>, suspectedLeaks: [String]
    ) {
        self.suspectedLeaks = suspectedLeaks
        let low = mean.aucInterval?.lowerBound ?? 0
        let beatsBase = mean.logLoss < mean.baseLogLoss
        let isCalibrated = pooled.calibrationError <= Self.mostCalibrationError
        let chance = pooled.calibrationErrorByChance
        checks = [
            Check(
                "ranking: AUC \(three(mean.auc ?? 0)), lower end of its interval \(three(low)); "
                    + "ready needs \(two(Self.readyAUC)), fair \(two(Self.fairAUC))", low >= Self.readyAUC),
            Check(
                "better than the base rate: log loss \(three(mean.logLoss)), of the base rate "
                    + three(mean.baseLogLoss), beatsBase),
            Check(
                "calibrated: calibration error \(three(pooled.calibrationError)) (95 %: "
                    + "\(three(calibration.lowerBound))–\(three(calibration.upperBound)); by chance alone \(three(chance))); "
                    + "ready needs at most \(two(Self.mostCalibrationError))"
                    + (isCalibrated || chance < Self.mostCalibrationError / 2
                        ? "" : " (these are few records: more would say whether it is chance)"),
                isCalibrated),
            Check(
                suspectedLeaks.isEmpty
                    ? "no attribute is suspected of leaking the outcome"
                    : "suspected of leaking the outcome: \(suspectedLeaks.joined(separator: ", ")); evaluate again "
                        + "without what was not known in time (--exclude-suspects, or --exclude for each)",
                suspectedLeaks.isEmpty),
        ]
        level =
            !suspectedLeaks.isEmpty
            ? .notMeasured
            : checks.allSatisfy(\.holds)
                ? .ready : low >= Self.fairAUC && beatsBase && mean.auc != nil ? .fair : .notReady
    }
}

private func two(_ number: Double) -> String { String(format: "%.2f", number) }
private func three(_ number: Double) -> String { String(format: "%.3f", number) }
