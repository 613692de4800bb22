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
    /// "folds", "fold column" or "time order".
    public var method: String
    public var parts: [Part]
    /// Over the parts.
    public var mean: EvaluationFigures
    /// Of all held-out records together; so is what follows.
    public var pooled: EvaluationFigures
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
    /// Of that training, and the leaks that only a part suspected. Each attribute's once.
    public var warnings: [TrainingWarning]

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
        // The window is that of all records, for each part too.
        let window = TrainingWindow(records, options: options)
        var options = options
        options.asOf = window.asOf
        try Self.check(records, window.inside, options, window.since) { .trainingOnAll($0) }
        let split = try method.parts(records, inside: window.inside)
        for part in split {
            try Self.check(records, part.training, options, window.since) { .training(without: part.name, $0) }
        }

        let trainings = Double(split.count + 1)
        let all = try Self.train(records, window.inside, open, options) { share in
            progress(TrainingProgress(phase: "all \(options.entity.plural)", fraction: share / trainings))
        } failure: {
            .trainingOnAll($0)
        }
        // What is left out of the scorecard is left out of what measures it, though a part may not show why.
        options.exclude += all.warnings.filter { $0.kind == .excludedSuspect }.compactMap(\.attribute)
        var held = HeldOutPredictions(count: records.count)
        var warnings: [TrainingWarning] = []
        for (number, part) in split.enumerated() {
            let result = try Self.train(records, part.training, open, options) { share in
                progress(
                    TrainingProgress(
                        phase: split.count > 1 ? part.name : "without \(part.name)",
                        fraction: (Double(number + 1) + share) / trainings))
            } failure: {
                .training(without: part.name, $0)
            }
            held.score(records, part, by: result.scorecard)
            warnings += result.warnings
        }

        (entity, self.method) = (options.entity, method.name)
        parts = held.parts
        mean = EvaluationFigures(meanOf: parts.map(\.figures))
        let predictions = held.byRecord.compactMap(\.self)
        let (p, y) = (predictions.map(\.probability), predictions.map(\.outcome))
        pooled = EvaluationFigures(p, y, base: predictions.map(\.base))
        (best, half) = (Confusion(bestOf: p, y), Confusion(p, y, threshold: 0.5))
        (bands, grades) = (ScoreBand.tens(p, y), ScoreBand.grades(p, y))
        (roc, reliability) = (ROCPoint.curve(p, y), ReliabilityPoint.diagram(p, y))
        probabilities = held.byRecord.map { $0?.probability }
        outsideWindow = records.count - window.inside.count
        undated = method == .timeOrdered ? window.inside.count { records[$0].createdAt == nil } : 0
        since = window.since
        scorecard = all.scorecard
        importance = Importance.ranked(
            all.scorecard, by: window.inside.lazy.map { all.scorecard.evidence(of: records[$0]) })
        self.warnings = (all.warnings + warnings.filter { $0.kind == .suspectedLeak }).firstOfEach
        verdict = Verdict(
            mean: mean, pooled: pooled, chanceError: Metrics.calibrationErrorByChance(p),
            suspectedLeaks: self.warnings.filter { $0.kind == .suspectedLeak }.compactMap(\.attribute))
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

    /// What the training would refuse is refused before hours were spent on the parts before.
    private static func check(
        _ records: [TrainingRecord], _ rows: [Int], _ options: TrainingOptions, _ since: String?,
        failure: (TrainingError) -> EvaluationError
    ) throws(EvaluationError) {
        let positives = rows.count { records[$0].isPositive }
        let needed = options.minimumOfEachOutcome
        guard min(positives, rows.count - positives) < needed else { return }
        throw failure(
            .tooFew(
                entity: options.entity, positives: positives, negatives: rows.count - positives, needed: needed,
                since: since))
    }
}

/// The held-out records with their predictions.
private struct HeldOutPredictions {
    struct Prediction {
        var probability: Double
        var outcome: Bool
        /// The share of positives in the training.
        var base: Double
    }

    var byRecord: [Prediction?]
    var parts: [Evaluation.Part] = []

    init(count: Int) { byRecord = [Prediction?](repeating: nil, count: count) }

    mutating func score(_ records: [TrainingRecord], _ part: EvaluationPart, by card: Scorecard) {
        let base = Double(part.training.count { records[$0].isPositive }) / Double(part.training.count)
        let predictions = part.test.map { index in
            let record = records[index]
            let probability = card.probability(card.evidence(of: record))
            return Prediction(probability: probability, outcome: record.isPositive, base: base)
        }
        for (index, prediction) in zip(part.test, predictions) { byRecord[index] = prediction }
        parts.append(
            .init(
                name: part.name, training: part.training.count,
                figures: EvaluationFigures(
                    predictions.map(\.probability), predictions.map(\.outcome), base: predictions.map(\.base))))
    }
}

extension Scorecard {
    /// Ages are taken as the training takes them: of the record's creation where that is known, else of the date by
    /// which all was trained; days in stage of its closing.
    fileprivate func evidence(of record: TrainingRecord) -> Evidence {
        let asOf = training.asOf.flatMap { Moment(rfc3339: $0) } ?? Moment(microseconds: 0)
        return evidence(
            of: record.attributes, at: record.createdAt ?? asOf, stage: StageTime.reference(of: record, asOf: asOf))
    }
}

extension [TrainingWarning] {
    /// Each attribute's first of a kind: the trainings of all parts find much the same.
    fileprivate var firstOfEach: [TrainingWarning] {
        var seen: Set<String> = []
        return filter { seen.insert("\($0.kind.rawValue) \($0.attribute ?? "")").inserted }
    }
}
