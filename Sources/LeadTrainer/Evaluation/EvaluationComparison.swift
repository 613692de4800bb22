import LeadModel

/// Two evaluations on the same records in the same parts, and by how much they differ.
public struct EvaluationComparison: Sendable {
    /// What the second has more than the first, with its 95 % interval.
    public struct Difference: Equatable, Sendable {
        public var value: Double
        public var interval: ClosedRange<Double>

        /// Whether the records show which of the two is higher.
        public var isCertain: Bool { interval.lowerBound > 0 || interval.upperBound < 0 }

        init(_ first: Double, _ second: Double, _ draws: [Double]) {
            value = second - first
            let sorted = draws.sorted()
            // The measured difference is always within.
            let low = sorted.isEmpty ? value : sorted[Int(0.025 * Double(sorted.count))]
            let high = sorted.isEmpty ? value : sorted[Int((0.975 * Double(sorted.count)).rounded(.up)) - 1]
            interval = min(low, value)...max(high, value)
        }
    }

    /// What the records show.
    public enum Finding: String, Sendable {
        case first, second
        /// They don't show which is better.
        case neither
        /// One ranks better, the other's probabilities are closer to the outcomes.
        case each
        /// A suspected leak is in use.
        case notMeasured = "not measured"
    }

    public var first: Evaluation
    public var second: Evaluation
    /// Over the parts, as the verdict takes it. Nil if one has no AUC.
    public var auc: Difference?
    public var logLoss, brier: Difference
    /// Of all held-out records together.
    public var calibrationError: Difference

    /// Evaluates both.
    ///
    /// - Parameters:
    ///   - first: records, the stages of open ones, options.
    ///   - second: the same records in the same order, read otherwise or to be trained on with other options.
    ///   - method: takes the first's rows, names or dates.
    ///   - progress: is called on the caller's thread, in rising order.
    /// - Throws: `EvaluationError`, before any training if the records can't be split or are too few.
    public init(
        _ first: (records: [TrainingRecord], open: OpenStages, options: TrainingOptions),
        _ second: (records: [TrainingRecord], open: OpenStages, options: TrainingOptions),
        _ method: EvaluationMethod, progress: (TrainingProgress) -> Void = { _ in }
    ) throws(EvaluationError) {
        let plans = try EvaluationPlan.pair(
            first.records, first.options, second.records, second.options, method)
        let one = try Evaluation(first.records, plans.first, open: first.open, options: first.options) {
            progress(TrainingProgress(phase: "first, \($0.phase)", fraction: $0.fraction / 2))
        }
        let other = try Evaluation(second.records, plans.second, open: second.open, options: second.options) {
            progress(TrainingProgress(phase: "second, \($0.phase)", fraction: 0.5 + $0.fraction / 2))
        }
        (self.first, self.second) = (one, other)
        let draws = PairedDraws.differences(one.held, other.held, threads: first.options.threads)
        if let a = one.mean.auc, let b = other.mean.auc { auc = Difference(a, b, draws.compactMap(\.auc)) }
        logLoss = Difference(one.mean.logLoss, other.mean.logLoss, draws.map(\.logLoss))
        brier = Difference(one.mean.brier, other.mean.brier, draws.map(\.brier))
        calibrationError = Difference(
            one.pooled.calibrationError, other.pooled.calibrationError, draws.map(\.calibrationError))
    }

    /// By AUC and log loss, of which one is enough if the other doesn't say the opposite.
    public var finding: Finding {
        guard first.verdict.suspectedLeaks.isEmpty, second.verdict.suspectedLeaks.isEmpty else { return .notMeasured }
        // +1: the second is better.
        let ranking = auc.map { $0.isCertain ? $0.value.sign : 0 } ?? 0
        let loss = logLoss.isCertain ? -logLoss.value.sign : 0
        switch (ranking, loss) {
        case (0, 0): return .neither
        case (1, -1), (-1, 1): return .each
        default: return ranking + loss > 0 ? .second : .first
        }
    }
}

extension Double {
    fileprivate var sign: Int { self > 0 ? 1 : self < 0 ? -1 : 0 }
}
