import LeadModel

/// How well a scorecard predicts records that it was not trained on.
///
/// Each part is trained as a deployed scorecard is (`Trainer.train`), and the records that are held out are scored by that
/// scorecard, so the figures describe the scorecards that would score leads.
public struct Evaluation: Sendable {
    /// One training and how it did.
    public struct Part: Equatable, Sendable {
        public var name: String
        /// Records trained on.
        public var training: Int
        public var figures: EvaluationFigures
    }

    public var entity: Entity
    /// "folds", "repeated folds", "fold column" or "time order".
    public var method: String
    public var parts: [Part]
    /// How many times the folds were drawn; each time holds out the same records. 1 unless folds are repeated.
    public var repeats: Int
    /// Over the parts, and over the repeats.
    public var mean: EvaluationFigures
    public var meanIntervals: FigureIntervals
    /// Of all held-out records together, over the repeats.
    public var pooled: EvaluationFigures
    public var pooledIntervals: FigureIntervals
    // What follows counts records: each once, of several repeats the first.
    /// At the threshold of the highest F1, and at 0.5.
    public var best: Confusion
    public var half: Confusion
    /// Ten bands of ten scores, the lowest first; then the grades, the best first.
    public var bands: [ScoreBand]
    public var grades: [ScoreBand]
    public var roc: [ROCPoint]
    public var reliability: [ReliabilityPoint]
    public var verdict: Verdict

    /// By record: the probability that was given to it unseen. Nothing for records that were not held out.
    public var probabilities: [Double?]
    /// Of the given records: those that lie outside the training window,
    public var outsideWindow: Int
    /// and those within that have no date of creation to be put in order by. Only in order of time.
    public var undated: Int
    /// The first UTC day of the window, where the data has dates.
    public var since: String?
    /// Trained on all records within the window: what would be deployed.
    public var scorecard: Scorecard
    /// Its attributes, the most important first.
    public var importance: [Importance]
    /// Of that training, and the leaks that only parts suspected, but most of them. Each attribute's once.
    public var warnings: [TrainingWarning]

    /// What the figures were taken of.
    let held: HeldOut

    /// - Parameters:
    ///   - records: closed ones, in the order of the data.
    ///   - open: the stages of the open ones.
    ///   - progress: is called on the caller's thread, in rising order.
    /// - Throws: `EvaluationError`, before any training if the records can't be split or are too few.
    public init(
        _ records: [TrainingRecord], _ method: EvaluationMethod, open: OpenStages = OpenStages(),
        options: TrainingOptions = TrainingOptions(),
        progress: (TrainingProgress) -> Void = { _ in }
    ) throws(EvaluationError) {
        let plan = try EvaluationPlan(records, method, options: options)
        try self.init(records, plan, open: open, options: options, progress: progress)
    }

    init(
        _ records: [TrainingRecord], _ plan: EvaluationPlan, open: OpenStages, options: TrainingOptions,
        progress: (TrainingProgress) -> Void
    ) throws(EvaluationError) {
        // The window is that of all records, for each part too.
        var options = options
        options.asOf = plan.window.asOf
        let trainings = Double(plan.parts.count + 1)
        let all = try Self.train(records, plan.inside, open, options) { share in
            progress(TrainingProgress(phase: "all \(options.entity.plural)", fraction: share / trainings))
        } failure: {
            .trainingOnAll($0)
        }
        // What is left out of the scorecard is left out of what measures it, though a part may not show why.
        options.exclude += all.warnings.filter { $0.kind == .excludedSuspect }.compactMap(\.attribute)
        options = plan.partOptions(options)
        var held = HeldOut()
        var suspects: [[TrainingWarning]] = []
        for (number, part) in plan.parts.enumerated() {
            let result = try Self.train(records, part.training, open, options) { share in
                progress(
                    TrainingProgress(
                        phase: plan.parts.count > 1 ? part.name : "without \(part.name)",
                        fraction: (Double(number + 1) + share) / trainings))
            } failure: {
                .training(without: part.name, $0)
            }
            held.score(records, part, by: result.scorecard)
            suspects.append(result.warnings.filter { $0.kind == .suspectedLeak })
        }

        (entity, method, self.held) = (options.entity, plan.method.name, held)
        parts = zip(plan.parts, held.repeats.joined()).map { part, predictions in
            Part(name: part.name, training: part.training.count, figures: EvaluationFigures(predictions))
        }
        repeats = held.repeats.count
        (mean, pooled) = (EvaluationFigures(held.repeats), EvaluationFigures(held.pooled))
        meanIntervals = FigureIntervals(mean, held.repeats)
        pooledIntervals = FigureIntervals(pooled, held.pooled)
        let predictions = held.first
        let (p, y) = (predictions.map(\.probability), predictions.map(\.outcome))
        (best, half) = (Confusion(bestOf: p, y), Confusion(p, y, threshold: 0.5))
        (bands, grades) = (ScoreBand.tens(p, y), ScoreBand.grades(p, y))
        (roc, reliability) = (ROCPoint.curve(p, y), ReliabilityPoint.diagram(p, y))
        var probabilities = [Double?](repeating: nil, count: records.count)
        for prediction in predictions { probabilities[prediction.record] = prediction.probability }
        self.probabilities = probabilities
        outsideWindow = records.count - plan.inside.count
        undated = plan.method == .timeOrdered ? plan.inside.count { records[$0].createdAt == nil } : 0
        since = plan.window.since
        scorecard = all.scorecard
        importance = Importance.ranked(
            all.scorecard, by: plan.inside.lazy.map { all.scorecard.evidence(of: records[$0]) })
        warnings = (all.warnings + suspects.ofMost).firstOfEach
        verdict = Verdict(
            mean: mean, pooled: pooled, calibration: pooledIntervals.calibrationError,
            suspectedLeaks: warnings.filter { $0.kind == .suspectedLeak }.compactMap(\.attribute))
    }

    private static func train(
        _ records: [TrainingRecord], _ rows: [Int], _ open: OpenStages, _ options: TrainingOptions,
        progress: (Double) -> Void,
        failure: (TrainingError) -> EvaluationError
    ) throws(EvaluationError) -> TrainingResult {
        do {
            return try Trainer.train(rows.map { records[$0] }, open: open, options: options) { progress($0.fraction) }
        } catch {
            throw failure(error)
        }
    }
}

extension [TrainingWarning] {
    /// Each attribute's first of a kind: the trainings of all parts find much the same.
    fileprivate var firstOfEach: [TrainingWarning] {
        var seen: Set<String> = []
        return filter { seen.insert("\($0.kind.rawValue) \($0.attribute ?? "")").inserted }
    }
}

extension [[TrainingWarning]] {
    /// By part: the warnings of attributes that more than half of the parts warn of. One small part can be wrong by chance.
    fileprivate var ofMost: [TrainingWarning] {
        let counts = reduce(into: [String: Int]()) { counts, part in
            for name in Set(part.compactMap(\.attribute)) { counts[name, default: 0] += 1 }
        }
        return joined().filter { 2 * counts[$0.attribute ?? "", default: 0] > count }
    }
}
