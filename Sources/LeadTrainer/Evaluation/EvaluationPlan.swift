import LeadModel

/// Which records an evaluation trains on and holds out, part by part.
struct EvaluationPlan {
    /// Of all records; it is that of each part too.
    var window: TrainingWindow
    /// Indices of the records that take part, rising.
    var inside: [Int]
    var method: EvaluationMethod
    var parts: [EvaluationPart]

    init(
        _ records: [TrainingRecord], _ method: EvaluationMethod, options: TrainingOptions
    ) throws(EvaluationError) {
        window = TrainingWindow(records, options: options)
        inside = window.inside
        try Self.check(records, inside, options.minimumOfEachOutcome, options, window) { .trainingOnAll($0) }
        (self.method, parts) = try Self.split(records, method, inside, options)
        try check(records, options)
    }

    /// Plans for two readings of the same records, with the same parts: those of the first, of the records that lie
    /// within both windows.
    static func pair(
        _ first: [TrainingRecord], _ firstOptions: TrainingOptions, _ second: [TrainingRecord],
        _ secondOptions: TrainingOptions, _ method: EvaluationMethod
    ) throws(EvaluationError) -> (first: EvaluationPlan, second: EvaluationPlan) {
        let windows = (
            TrainingWindow(first, options: firstOptions), TrainingWindow(second, options: secondOptions)
        )
        let shared = Set(windows.1.inside)
        let inside = windows.0.inside.filter(shared.contains)
        for (records, options, window) in [(first, firstOptions, windows.0), (second, secondOptions, windows.1)] {
            try check(records, inside, options.minimumOfEachOutcome, options, window) { .trainingOnAll($0) }
        }
        let (method, parts) = try split(first, method, inside, firstOptions)
        let plans = (
            EvaluationPlan(windows.0, inside, method, parts), EvaluationPlan(windows.1, inside, method, parts)
        )
        try plans.0.check(first, firstOptions)
        try plans.1.check(second, secondOptions)
        return plans
    }

    /// The parts of the records that count, and by which method they were made: copies count for neither.
    private static func split(
        _ records: [TrainingRecord], _ method: EvaluationMethod, _ inside: [Int], _ options: TrainingOptions
    ) throws(EvaluationError) -> (EvaluationMethod, [EvaluationPart]) {
        let duplicates = Trainer.duplicates(records, options: options)
        let counted = inside.filter { !duplicates.copies.contains($0) }
        let method = method.resolved(count: counted.count)
        return (method, try method.parts(records, inside: counted, first: duplicates.first))
    }

    private init(
        _ window: TrainingWindow, _ inside: [Int], _ method: EvaluationMethod, _ parts: [EvaluationPart]
    ) {
        (self.window, self.inside, self.method, self.parts) = (window, inside, method, parts)
    }

    /// The options of a part's training, which has fewer records than the training on all.
    func partOptions(_ options: TrainingOptions) -> TrainingOptions {
        var options = options
        options.minimumOfEachOutcome = min(options.minimumOfEachOutcome, EvaluationMethod.leastOfEachOutcome)
        // Folds hold out records of the same time as they train on, so there is nothing to follow.
        if method != .timeOrdered { options.followsTime = false }
        return options
    }

    private func check(_ records: [TrainingRecord], _ options: TrainingOptions) throws(EvaluationError) {
        let least = partOptions(options).minimumOfEachOutcome
        for part in parts {
            try Self.check(records, part.training, least, options, window) { .training(without: part.name, $0) }
        }
    }

    /// What the training would refuse is refused before hours were spent on the parts before.
    private static func check(
        _ records: [TrainingRecord], _ rows: [Int], _ needed: Int, _ options: TrainingOptions,
        _ window: TrainingWindow, failure: (TrainingError) -> EvaluationError
    ) throws(EvaluationError) {
        let positives = rows.count { records[$0].isPositive }
        guard min(positives, rows.count - positives) < needed else { return }
        throw failure(
            .tooFew(
                entity: options.entity, positives: positives, negatives: rows.count - positives, needed: needed,
                since: window.since))
    }
}
