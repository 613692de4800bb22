import LeadModel

/// Closed records in, scorecard out.
public enum Trainer {
    /// Trains on the records within the window: reads and screens the attributes, fits on bags of the records, and
    /// calibrates and measures by what the bags say of the records that they left out.
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
        let screening = Screening(
            columns, outcomes: outcomes, folds: Folds(5, indices: window.inside, outcomes: outcomes),
            lateFilling: table.lateFilling, options: options)
        guard !screening.kept.isEmpty else { throw .nothingToLearnFrom(options.entity) }

        let fitting = Fitting(columns: screening.kept, outcomes: outcomes, options: options)
        let model = fitting.fit { progress(TrainingProgress(phase: "fitting", fraction: 0.95 * $0)) }
        let unseen = LeftOut(model.logOddsLeftOut, outcomes, bags: model.bags)
        let training = Scorecard.Training(
            asOf: asOf?.text, positives: outcomes.count { $0 }, negatives: outcomes.count { !$0 },
            seed: options.seed)
        let scorecard = fitting.scorecard(
            model, calibration: unseen.calibration, days: window.inside.map { table.daysToClose($0) },
            selection: screening.selection, training: training, quality: unseen.quality)
        progress(TrainingProgress(phase: "done", fraction: 1))

        var byRecord = [Double?](repeating: nil, count: table.count)
        for (row, index) in window.inside.enumerated() { byRecord[index] = unseen.probability(row) }
        return TrainingResult(
            scorecard: scorecard, outOfBagProbabilities: byRecord,
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
