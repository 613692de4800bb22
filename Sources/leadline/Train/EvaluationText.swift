import LeadModel
import LeadTrainer
import Report

/// An evaluation as a person reads it on a terminal.
struct EvaluationText {
    let text: String

    /// - Parameter withoutSuspects: the command that leaves out what is suspected to give away the outcome.
    init(_ evaluated: EvaluatedFile, withoutSuspects: String, width: Int) {
        let evaluation = evaluated.evaluation
        let (entity, pooled) = (evaluation.entity, evaluation.pooled)
        let (good, bad) = (entity.outcomes.positive.rawValue, entity.outcomes.negative.rawValue)
        let measured =
            "measured on \(pooled.records) \(entity.plural) "
            + "(\(pooled.positives) \(good), \(pooled.records - pooled.positives) \(bad)), each scored by a scorecard "
            + "that had not seen it (\(evaluated.method))."
        let head =
            "\(evaluation.verdict.level.rawValue.uppercased()): "
            + (evaluation.verdict.level == .notMeasured
                ? "a suspected leak is in use, so the figures don't hold for open \(entity.plural). They were " : "")
            + measured
        var sections = [head.printable.wrapped(width), Self.checks(evaluation.verdict, width)]
        if evaluation.verdict.level == .notMeasured {
            sections.append("without what is suspected:\n  \(withoutSuspects.printable)")
        }
        sections.append(Self.figures(evaluation).render())
        sections.append(Self.thresholds(evaluation, good).render())
        if evaluation.repeats > 1 {
            sections.append(
                "The figures above the thresholds are means over \(evaluation.repeats) draws of the folds. What counts \(entity.plural) is of the first draw."
                    .wrapped(width))
        }
        sections.append(Self.confusion(evaluation.best, good: good, bad: bad).render())
        sections.append(Self.bands(evaluation.bands, "score", good, entity, width).render())
        sections.append(Self.bands(evaluation.grades, "grade", good, entity, width).render())
        sections.append(Self.importance(evaluation.importance, width).render())
        if !evaluated.notMeasured.isEmpty {
            sections.append("not measured: \(evaluated.notMeasured.joined(separator: ", "))".wrapped(width))
        }
        sections.append("The rule. \(Verdict.rule)".wrapped(width))
        text = sections.joined(separator: "\n\n")
    }

    private static func checks(_ verdict: Verdict, _ width: Int) -> String {
        verdict.checks.map { check in
            (check.holds ? "  yes  " : "  no   ") + check.text.printable.wrapped(width - 7, indent: 7)
        }
        .joined(separator: "\n")
    }

    private static func figures(_ evaluation: Evaluation) -> Table {
        let columns = [
            (
                evaluation.repeats == 1
                    ? "mean of \(evaluation.parts.count) folds"
                    : "mean of \(evaluation.repeats) × \(evaluation.parts.count / evaluation.repeats) folds",
                evaluation.mean, evaluation.meanIntervals
            ),
            ("all together", evaluation.pooled, evaluation.pooledIntervals),
        ]
        var table = Table(header: ["figure (95 %)"])
        table.rows = [
            "AUC", "log loss", "  of the base rate alone", "Brier score", "calibration error (ECE)",
            "  by chance alone",
        ].map { [$0] }
        for (name, figures, intervals) in columns.prefix(evaluation.parts.count == 1 ? 1 : 2) {
            table.header.append(evaluation.parts.count == 1 ? evaluation.parts[0].name : name)
            let cells = [
                figures.auc.map { $0.decimals(4) + (intervals.auc?.text(3) ?? "") } ?? "–",
                figures.logLoss.decimals(4) + intervals.logLoss.text(3), figures.baseLogLoss.decimals(4),
                figures.brier.decimals(4) + intervals.brier.text(3),
                figures.calibrationError.decimals(4) + intervals.calibrationError.text(3),
                figures.calibrationErrorByChance.decimals(4),
            ]
            for (row, cell) in cells.enumerated() { table.rows[row].append(cell) }
        }
        return table
    }

    private static func thresholds(_ evaluation: Evaluation, _ good: String) -> Table {
        var table = Table(
            header: ["called \(good) from"],
            rows: [["accuracy (95 %)"], ["precision"], ["recall"], ["F1"]])
        for (name, confusion) in [("highest F1: ", evaluation.best), ("one half: ", evaluation.half)] {
            table.header.append(name + confusion.threshold.decimals(4))
            let cells = [
                (confusion.accuracy, confusion.accuracyInterval), (confusion.precision, confusion.precisionInterval),
                (confusion.recall, confusion.recallInterval), (confusion.f1, confusion.f1Interval),
            ].map { figure, interval in
                figure.map { share in
                    "\(percent(share)) (\((100 * interval.lowerBound).decimals(1))–\((100 * interval.upperBound).decimals(1)))"
                } ?? "–"
            }
            for (row, cell) in cells.enumerated() { table.rows[row].append(cell) }
        }
        return table
    }

    private static func confusion(_ confusion: Confusion, good: String, bad: String) -> Table {
        Table(
            header: ["at the highest F1", "called \(good)", "called \(bad)"],
            rows: [
                ["were \(good)", "\(confusion.truePositives)", "\(confusion.falseNegatives)"],
                ["were \(bad)", "\(confusion.falsePositives)", "\(confusion.trueNegatives)"],
            ], rightAligned: [1, 2])
    }

    private static func bands(
        _ bands: [ScoreBand], _ name: String, _ good: String, _ entity: Entity, _ width: Int
    ) -> Table {
        var table = Table(header: [name, entity.plural, good, "rate", "95 %", ""], rightAligned: [1, 2, 3, 4])
        for band in bands {
            let conversion = band.conversion
            let scores = "\(band.scores.lowerBound)–\(band.scores.upperBound)"
            let interval = conversion.interval
            let cells =
                conversion.rate.map { rate in
                    [
                        percent(rate), "\(whole(interval.lowerBound))–\(whole(interval.upperBound)) %",
                        String(repeating: "█", count: Int((rate * Double(width - 56)).rounded())),
                    ]
                } ?? ["–", "–", ""]
            table.rows.append(
                [band.grade.map { "\($0.rawValue) (\(scores))" } ?? scores, "\(conversion.records)"]
                    + ["\(conversion.positives)"] + cells)
        }
        return table
    }

    private static func importance(_ ranked: [Importance], _ width: Int) -> Table {
        let most = max(ranked.first?.points ?? 0, .leastNonzeroMagnitude)
        var table = Table(header: ["attribute", "mean strength (log-odds)", ""], rightAligned: [1])
        for one in ranked.prefix(10) {
            let bar = String(repeating: "█", count: Int((one.points / most * 20).rounded()))
            table.rows.append([one.name.shortened(width - 52), one.points.decimals(3), bar])
        }
        if ranked.count > 10 { table.rows.append(["and \(ranked.count - 10) more", "", ""]) }
        return table
    }

    private static func percent(_ share: Double) -> String { (100 * share).decimals(1) + " %" }
    private static func whole(_ share: Double) -> String { (100 * share).decimals(0) }
}

extension ClosedRange<Double> {
    /// " (0.885–0.903)"
    fileprivate func text(_ digits: Int) -> String {
        " (\(lowerBound.decimals(digits))–\(upperBound.decimals(digits)))"
    }
}
