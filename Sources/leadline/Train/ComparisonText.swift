import LeadModel
import LeadTrainer
import Report

/// The comparison of two evaluations as a person reads it on a terminal.
struct ComparisonText {
    /// What the comparison shows, in one or two sentences.
    let finding: String
    private let comparison: EvaluationComparison
    private let names: (first: String, second: String)

    init(_ comparison: EvaluationComparison, names: (first: String, second: String)) {
        (self.comparison, self.names) = (comparison, names)
        finding = Self.finding(comparison, names)
    }

    /// - Parameters:
    ///   - method: how the records were split.
    ///   - leftOut: a phrase for each reason why closed records were not compared.
    func text(method: String, leftOut: [String], width: Int) -> String {
        let (first, second) = (comparison.first, comparison.second)
        let head =
            "\(finding) Both were measured on the same \(first.pooled.records.grouped) \(first.entity.plural), split "
            + "in the same way (\(method))."
        var table = Table(header: ["", "A", "B", "B − A (95 %)"], rightAligned: [1, 2])
        func row(_ name: String, _ a: Double?, _ b: Double?, _ difference: EvaluationComparison.Difference?) {
            let change = difference.map { one in
                "\(Self.signed(one.value)) (\(Self.signed(one.interval.lowerBound)) to "
                    + "\(Self.signed(one.interval.upperBound)))"
            }
            table.rows.append([name, a?.decimals(4) ?? "–", b?.decimals(4) ?? "–", change ?? "–"])
        }
        let (a, b) = (first.mean, second.mean)
        row("AUC", a.auc, b.auc, comparison.auc)
        row("log loss", a.logLoss, b.logLoss, comparison.logLoss)
        row("Brier score", a.brier, b.brier, comparison.brier)
        row(
            "calibration error (ECE)", first.pooled.calibrationError, second.pooled.calibrationError,
            comparison.calibrationError)
        row(
            "  by chance alone", first.pooled.calibrationErrorByChance, second.pooled.calibrationErrorByChance, nil)
        table.rows[table.rows.count - 1][3] = ""
        table.rows.append(
            ["verdict", first.verdict.level.rawValue, second.verdict.level.rawValue, ""])
        var sections = [
            head.printable.wrapped(width),
            ["A: \(names.first)", "B: \(names.second)"].map { $0.printable.wrapped(width, indent: 3) }
                .joined(separator: "\n"), table.render(),
        ]
        if !leftOut.isEmpty { sections.append("not compared: \(leftOut.joined(separator: ", "))".wrapped(width)) }
        sections.append(
            """
            The intervals are of 95 %: the same records drawn again and again with replacement, and both measured on each \
            draw. A lower log loss, Brier score and calibration error are better, and a higher AUC.
            """.wrapped(width))
        return sections.joined(separator: "\n\n")
    }

    private static func finding(
        _ comparison: EvaluationComparison, _ names: (first: String, second: String)
    ) -> String {
        let (auc, loss) = (comparison.auc, comparison.logLoss)
        let (a, b) = ("A (\(names.first))", "B (\(names.second))")
        func moved(_ name: String, _ difference: EvaluationComparison.Difference, isBetterB: Bool) -> String {
            let up = (difference.value > 0) == isBetterB
            return "\(name) \(abs(difference.value).decimals(4)) \(up ? "higher" : "lower")"
        }
        switch comparison.finding {
        case .notMeasured:
            let leaks = [(a, comparison.first), (b, comparison.second)].compactMap { name, one in
                one.verdict.suspectedLeaks.isEmpty
                    ? nil : "\(name): \(one.verdict.suspectedLeaks.joined(separator: ", "))"
            }
            return
                "NOT MEASURED: what is suspected to give away the outcome is in use (\(leaks.joined(separator: "; "))), so "
                + "the figures don't show which is better on open \(comparison.first.entity.plural)."
        case .neither:
            return "The data can't say which is better: both differences can be chance."
        case .each:
            let isRankedBySecond = (auc?.value ?? 0) > 0
            return
                "\(isRankedBySecond ? b : a) ranks better, but the probabilities of "
                + "\(isRankedBySecond ? a : b) are closer to the outcomes."
        case .first, .second:
            let isSecond = comparison.finding == .second
            let certain = [
                auc.flatMap { $0.isCertain ? moved("AUC", $0, isBetterB: isSecond) : nil },
                loss.isCertain ? moved("log loss", loss, isBetterB: isSecond) : nil,
            ].compactMap(\.self)
            let open =
                auc?.isCertain != true
                ? " Which ranks better, the data can't say."
                : loss.isCertain ? "" : " Whose probabilities are closer to the outcomes, the data can't say."
            return "\(isSecond ? b : a) is better: \(certain.joined(separator: ", ")).\(open)"
        }
    }

    /// "+0.0123", "−0.0040", "0.0000".
    private static func signed(_ number: Double) -> String {
        let text = abs(number).decimals(4)
        guard text.contains(where: { ("1"..."9").contains($0) }) else { return text }
        return (number < 0 ? "−" : "+") + text
    }
}
