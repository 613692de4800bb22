import LeadModel

/// Closed records in, scorecard out.
public enum Trainer {
    /// Trains on the records within the window: reads and screens the attributes, measures out of fold, fits all,
    /// calibrates.
    ///
    /// The same records, options and seed give the same result, byte for byte, whatever `threads` is.
    ///
    /// - Parameters:
    ///   - progress: is called on the caller's thread, in rising order.
    /// - Throws: `TrainingError`: too few records of an outcome, nothing to learn from, an option out of its range.
    public static func train(
        _ records: [TrainingRecord], options: TrainingOptions = TrainingOptions(),
        progress: (TrainingProgress) -> Void = { _ in }
    ) throws(TrainingError) -> TrainingResult {
        let table = TrainingTable(options: options)
        for record in records { table.add(record) }
        return try train(table, progress: progress)
    }

    /// The same on records that were added one by one, by the table's own options. The table is used up.
    public static func train(
        _ table: TrainingTable, progress: (TrainingProgress) -> Void = { _ in }
    ) throws(TrainingError) -> TrainingResult {
        let options = table.options
        try options.validate()
        table.sort()
        let window = Window(table)
        let outcomes = window.inside.map { table.outcomes[$0] }
        try check(outcomes, window, options)

        progress(TrainingProgress(phase: "reading", fraction: 0))
        let asOf = window.asOf ?? table.newestDate
        let columns = table.takeColumns(rows: window.inside, asOf: asOf)
        let folds = Folds(options.folds, indices: window.inside, outcomes: outcomes)
        let screening = Screening(
            columns, outcomes: outcomes, folds: folds, lateFilling: table.lateFilling, options: options)
        guard !screening.kept.isEmpty else { throw .nothingToLearnFrom(options.entity) }

        let fitting = Fitting(columns: screening.kept, outcomes: outcomes, options: options)
        let parts = Double(folds.count + 1)
        var logOdds = [Double](repeating: 0, count: outcomes.count)
        for fold in 0..<folds.count {
            let model = fitting.fit(rows: folds.training(fold), part: fold) { share in
                let phase = "fold \(fold + 1) of \(folds.count)"
                progress(TrainingProgress(phase: phase, fraction: (Double(fold) + share) / parts))
            }
            let rows = folds.test(fold)
            for (row, score) in zip(rows, fitting.logOdds(model, rows: rows)) { logOdds[row] = score }
        }
        let probabilities = folds.calibrated(logOdds, outcomes: outcomes)

        let model = fitting.fit(rows: Array(outcomes.indices), part: folds.count) { share in
            progress(
                TrainingProgress(phase: "all \(options.entity.plural)", fraction: (Double(folds.count) + share) / parts)
            )
        }
        let training = Scorecard.Training(
            asOf: asOf?.text, positives: outcomes.count { $0 }, negatives: outcomes.count { !$0 },
            seed: options.seed)
        var scorecard = fitting.scorecard(
            model, calibration: Calibration(logOdds: logOdds, outcomes: outcomes),
            days: window.inside.map { table.daysToClose($0) }, training: training,
            quality: folds.quality(probabilities, outcomes))
        scorecard.selection = screening.selection
        progress(TrainingProgress(phase: "done", fraction: 1))

        var byRecord = [Double?](repeating: nil, count: table.count)
        for (row, index) in window.inside.enumerated() { byRecord[index] = probabilities[row] }
        return TrainingResult(
            scorecard: scorecard, outOfFoldProbabilities: byRecord,
            warnings: window.warnings(of: table.count, options) + screening.warnings)
    }

    private static func check(
        _ outcomes: [Bool], _ window: Window, _ options: TrainingOptions
    ) throws(TrainingError) {
        let positives = outcomes.count { $0 }
        let negatives = outcomes.count - positives
        guard min(positives, negatives) < options.minimumOfEachOutcome else { return }
        throw .tooFew(
            entity: options.entity, positives: positives, negatives: negatives, needed: options.minimumOfEachOutcome,
            since: window.since)
    }
}

extension Window {
    fileprivate func warnings(of count: Int, _ options: TrainingOptions) -> [Warning] {
        guard let since, let asOf, inside.count < count else { return [] }
        let text =
            "\(count - inside.count) of \(count) \(options.entity.plural) are not trained on: "
            + "created before \(since) or after \(asOf.dayText)"
        return [Warning(kind: .outsideWindow, attribute: nil, description: text)]
    }
}

extension Folds {
    /// Probabilities out of fold, each calibrated by the line that the other folds give.
    fileprivate func calibrated(_ logOdds: [Double], outcomes: [Bool]) -> [Double] {
        var probabilities = [Double](repeating: 0, count: logOdds.count)
        for fold in 0..<count {
            let others = training(fold)
            let line = Calibration(logOdds: others.map { logOdds[$0] }, outcomes: others.map { outcomes[$0] })
            for row in test(fold) { probabilities[row] = logistic(line(logOdds[row])) }
        }
        return probabilities
    }
}
