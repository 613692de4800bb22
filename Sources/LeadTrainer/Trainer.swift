import LeadModel

/// Closed records in, scorecard out.
public enum Trainer {
    /// Trains on the records within the window: reads and screens the attributes, fits on bags of the records, and
    /// calibrates and measures on out-of-bag predictions.
    ///
    /// The same records, options and seed give the same result, byte for byte, whatever `threads` is.
    ///
    /// - Parameters:
    ///   - open: the stages of the open records, where they are known.
    ///   - progress: is called on the caller's thread, in rising order.
    /// - Throws: `TrainingError`: too few records of an outcome, nothing to learn from, an option out of its range.
    public static func train(
        _ records: [TrainingRecord], open: OpenStages = OpenStages(), options: TrainingOptions = TrainingOptions(),
        progress: (TrainingProgress) -> Void = { _ in }
    ) throws(TrainingError) -> TrainingResult {
        let table = TrainingTable(options: options)
        table.open = open
        for record in records { table.add(record) }
        return try train(table, progress: progress)
    }

    /// Trains on a table with its own options. The table is consumed.
    public static func train(
        _ table: TrainingTable, progress: (TrainingProgress) -> Void = { _ in }
    ) throws(TrainingError) -> TrainingResult {
        let options = table.options
        try options.validate()
        table.sort()
        let window = TrainingWindow(table)
        let outcomes = window.inside.map { table.outcomes[$0] }
        try check(outcomes, window, options)

        progress(TrainingProgress(phase: "reading", fraction: 0))
        let screened = ScreenedTable(table, window, outcomes: outcomes)
        let screening = screened.screening
        guard !screening.kept.isEmpty else { throw .nothingToLearnFrom(options.entity) }
        if options.perStage { try checkStages(screening.kept, options) }

        let duplicates = Duplicates(screening.kept, outcomes: outcomes)
        let copies = Set(duplicates.copies)
        let rows = outcomes.indices.filter { !copies.contains($0) }
        let counted = rows.map { outcomes[$0] }
        try check(counted, window, options)

        let fitting = Fitting(
            columns: screening.kept, rows: rows, outcomes: counted, group: rows.map { duplicates.group[$0] },
            options: options)
        let model = fitting.fit { progress(TrainingProgress(phase: "fitting", fraction: 0.95 * $0)) }
        let unseen = OutOfBag(model.logOddsOutOfBag, counted, bags: model.bags)
        let created = rows.map { table.createdAt(window.inside[$0]) }
        let shift = options.followsTime ? TimeShift(fitting, created: created) : nil
        let training = Scorecard.Training(
            asOf: screened.asOf?.text, positives: counted.count { $0 }, negatives: counted.count { !$0 },
            seed: options.seed)
        let scorecard = fitting.scorecard(
            model, calibration: unseen.calibration.followed(by: shift?.line ?? Calibration()),
            days: rows.map { table.daysToClose(window.inside[$0]) },
            grown: table.lateFilling.grown, stages: screened.stages, selection: screening.selection,
            training: training, quality: unseen.quality)
        progress(TrainingProgress(phase: "done", fraction: 1))

        var byRecord = [Double?](repeating: nil, count: table.count)
        for (place, row) in rows.enumerated() { byRecord[window.inside[row]] = unseen.probability(place) }
        return TrainingResult(
            scorecard: scorecard.fixing(options.fixed, except: options.changeable), outOfBagProbabilities: byRecord,
            warnings: window.warnings(of: table.count, options) + duplicates.warnings(options)
                + (shift.map { [$0.warning(options)] } ?? []) + screened.warnings)
    }

    /// Which records are others again, as a training finds it.
    ///
    /// - Returns: by record within the window that resembles an earlier one, the first of its group; and the copies.
    static func duplicates(
        _ records: [TrainingRecord], options: TrainingOptions
    ) -> (first: [Int: Int], copies: Set<Int>) {
        let table = TrainingTable(options: options)
        for record in records { table.add(record) }
        let window = TrainingWindow(table)
        let outcomes = window.inside.map { table.outcomes[$0] }
        let kept = ScreenedTable(table, window, outcomes: outcomes).screening.kept
        let duplicates = Duplicates(kept, outcomes: outcomes)
        let pairs = duplicates.group.enumerated().filter { $0.offset != $0.element }
        return (
            Dictionary(uniqueKeysWithValues: pairs.map { (window.inside[$0.offset], window.inside[$0.element]) }),
            Set(duplicates.copies.map { window.inside[$0] })
        )
    }

    /// Tables per stage need enough records in at least some stages.
    private static func checkStages(_ columns: [Column], _ options: TrainingOptions) throws(TrainingError) {
        let stage = columns.first { Exact($0.name) == CoreAttribute.stage.name }
        let counts = stage.map { $0.counts(rows: Array($0.codes.indices)) } ?? []
        guard counts.count(where: { $0 >= options.leastPerStage }) < options.leastStages else { return }
        throw .tooFewPerStage(
            entity: options.entity, counts: counts.filter { $0 > 0 }.sorted(by: >), needed: options.leastPerStage)
    }

    private static func check(
        _ outcomes: [Bool], _ window: TrainingWindow, _ options: TrainingOptions
    ) throws(TrainingError) {
        let positives = outcomes.count { $0 }
        let negatives = outcomes.count - positives
        guard min(positives, negatives) < options.minimumOfEachOutcome else { return }
        throw .tooFew(
            entity: options.entity, positives: positives, negatives: negatives, needed: options.minimumOfEachOutcome,
            since: window.since)
    }
}

extension Duplicates {
    fileprivate func warnings(_ options: TrainingOptions) -> [TrainingWarning] {
        guard !copies.isEmpty || nearCount > 0 else { return [] }
        func counted(_ count: Int) -> String { "\(count.grouped) \(count == 1 ? "is" : "are")" }
        var text = "of \(group.count.grouped) \(options.entity.plural), "
        if !copies.isEmpty {
            text += "\(counted(copies.count)) the same as another in all but ids and dates, so these count once"
        }
        if nearCount > 0 {
            text += copies.isEmpty ? "" : ", and "
            text += "\(counted(nearCount)) nearly the same; what has learned from one is not tested on the other"
        }
        text += ". If a join has doubled them, train on one row each"
        return [TrainingWarning(kind: .duplicates, attribute: nil, description: text)]
    }
}

extension TrainingWindow {
    fileprivate func warnings(of count: Int, _ options: TrainingOptions) -> [TrainingWarning] {
        guard let since, let asOf, inside.count < count else { return [] }
        let text =
            "\((count - inside.count).grouped) of \(count.grouped) \(options.entity.plural) are outside the training window: "
            + "created before \(since) or after \(asOf.dayText)"
        return [TrainingWarning(kind: .outsideWindow, attribute: nil, description: text)]
    }
}
