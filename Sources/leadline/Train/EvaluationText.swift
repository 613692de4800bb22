import LeadModel
import LeadTrainer
import Report

/// An evaluation as a person reads it on a terminal.
struct EvaluationText {
    let text: String

    init(_ evaluated: EvaluatedFile, width: Int) {
        let evaluation = evaluated.evaluation
        let (entity, pooled) = (evaluation.entity, evaluation.pooled)
        let (good, bad) = (entity.outcomes.positive.rawValue, entity.outcomes.negative.rawValue)
        let head =
            "\(evaluation.verdict.level.rawValue.uppercased()): measured on \(pooled.records) \(entity.plural) "
            + "(\(pooled.positives) \(good), \(pooled.records - pooled.positives) \(bad)), each scored by a scorecard "
            + "that had not seen it (\(evaluated.method))."
        var sections = [head.wrapped(width), Self.checks(evaluation.verdict, width)]
        sections.append(Self.figures(evaluation).render())
        sections.append(Self.thresholds(evaluation).render())
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
        let (mean, pooled) = (evaluation.mean, evaluation.pooled)
        func auc(_ figures: EvaluationFigures) -> String {
            guard let auc = figures.auc, let error = figures.aucError else { return "–" }
            return "\(auc.decimals(4)) ± \((1.96 * error).decimals(3))"
        }
        var rows = [
            ["AUC (95 %)", auc(mean), auc(pooled)],
            ["log loss", mean.logLoss.decimals(4), pooled.logLoss.decimals(4)],
            ["  of the base rate alone", mean.baseLogLoss.decimals(4), pooled.baseLogLoss.decimals(4)],
            ["Brier score", mean.brier.decimals(4), pooled.brier.decimals(4)],
            ["calibration error (ECE)", mean.calibrationError.decimals(4), pooled.calibrationError.decimals(4)],
        ]
        var header = ["", "mean of \(evaluation.parts.count) folds", "all together"]
        if evaluation.parts.count == 1 {
            header = ["", evaluation.parts[0].name]
            rows = rows.map { Array($0.prefix(2)) }
        }
        return Table(header: header, rows: rows, rightAligned: [1, 2])
    }

    private static func thresholds(_ evaluation: Evaluation) -> Table {
        var table = Table(
            header: ["called good from", "probability", "accuracy", "precision", "recall", "F1"],
            rightAligned: [1, 2, 3, 4, 5])
        for (name, confusion) in [("highest F1", evaluation.best), ("one half", evaluation.half)] {
            table.rows.append(
                [name, confusion.threshold.decimals(4), percent(confusion.accuracy)]
                    + [confusion.precision, confusion.recall, confusion.f1].map { $0.map(percent) ?? "–" })
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
        var table = Table(header: ["attribute", "moves a score by (log-odds)", ""], rightAligned: [1])
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
