import LeadModel
import LeadTrainer

/// An evaluation as one self-contained HTML page without scripts. The same evaluation gives the same bytes.
public struct EvaluationPage: Sendable {
    public private(set) var source: String

    private let evaluated: EvaluatedFile
    var evaluation: Evaluation { evaluated.evaluation }
    var card: Scorecard { evaluation.scorecard }
    let terms: OutcomeTerms
    var good: String { terms.positive }
    private var bad: String { terms.negative }
    var plural: String { terms.plural }

    public init(_ evaluated: EvaluatedFile) {
        (self.evaluated, source) = (evaluated, "")
        terms = OutcomeTerms(evaluated.evaluation.entity)
        let name = String(evaluated.file.split(separator: "/").last ?? "")
        let head = tag(
            "head", [:],
            [
                tag("meta", ["charset": "utf-8"]),
                tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
                tag("title", [:], ["How good is the model? \(name)"]), Markup(style: StyleSheet.css),
            ])
        let sections = [heading(name), verdict, tiles, conversion, curves, decisions, attributes, pairs, measured]
        let page = tag("html", ["lang": "en"], [head, tag("body", [:], [tag("main", [:], sections)])])
        source = "<!DOCTYPE html>\n\(page.source)\n"
    }

    private func heading(_ name: String) -> Markup {
        let pooled = evaluation.pooled
        return Markup([
            tag("h1", [:], ["How good is the model?"]),
            tag(
                "p", ["class": "muted"],
                [
                    Markup(
                        "Measured on \(pooled.records.grouped) closed \(plural) of \(name), of which "
                            + "\(pooled.positives.grouped) were \(good). Each was scored by a scorecard whose training "
                            + "had left it out (\(evaluated.method)).")
                ]),
        ])
    }

    private var verdict: Markup {
        let verdict = evaluation.verdict
        let (title, meaning): (String, String) =
            switch verdict.level {
            case .ready: ("Ready.", "It ranks \(plural) well, and its scores can be taken as probabilities.")
            case .fair: ("Fair.", "It helps to choose among \(plural), but it does not meet every condition for Ready.")
            case .notReady: ("Not ready.", "Do not act on these scores yet.")
            case .notMeasured:
                (
                    "Not measured.",
                    "An attribute that probably gives away the outcome is in use. The figures show how well it is copied, "
                        + "and say nothing of open \(plural)."
                )
            }
        let checks = verdict.checks.map { tag("li", ["class": $0.holds ? "yes" : "no"], [Markup($0.text)]) }
        return tag(
            "section", ["class": "card verdict \(verdict.level.rawValue.replacing(" ", with: "-"))"],
            [
                tag("strong", [:], [Markup(title)]), Markup(" \(meaning)"), tag("ul", ["class": "checks"], checks),
                tag("details", [:], [tag("summary", [:], ["The rule"]), tag("p", [:], [Markup(Verdict.rule)])]),
            ])
    }

    private var tiles: Markup {
        let (mean, pooled) = (evaluation.mean, evaluation.pooled)
        let auc = mean.auc.map { $0.decimals(3) } ?? "–"
        let hundred = Int(((mean.auc ?? 0.5) * 100).rounded())
        let over = evaluation.parts.count > 1 ? " Mean of \(evaluated.method)." : ""
        let (ofMean, ofPooled) = (evaluation.meanIntervals, evaluation.pooledIntervals)
        func tile(_ name: String, _ value: String, _ interval: ClosedRange<Double>?, _ text: String) -> Markup {
            let range = interval.map { "95 %: \($0.lowerBound.decimals(3))–\($0.upperBound.decimals(3))" } ?? ""
            return tag(
                "div", ["class": "card tile"],
                [
                    tag("span", [:], [Markup(name)]),
                    tag("b", [:], [Markup(value), tag("small", [:], [Markup(range)])]), tag("p", [:], [Markup(text)]),
                ])
        }
        return tag(
            "section", ["class": "tiles"],
            [
                tile(
                    "Ranking (AUC)", auc, ofMean.auc,
                    "Given one \(good) and one \(bad) record, the \(good) one has the higher score \(hundred) times in "
                        + "100; 50 is random order.\(over)"),
                tile(
                    "Log loss", mean.logLoss.decimals(3), ofMean.logLoss,
                    "How far probabilities are from the outcomes; lower is better. Predicting the base rate for every "
                        + "record: \(mean.baseLogLoss.decimals(3)).\(over)"),
                tile(
                    "Calibration error (ECE)", pooled.calibrationError.decimals(3), ofPooled.calibrationError,
                    "Predicted and observed rates differ by \((100 * pooled.calibrationError).decimals(1)) percentage "
                        + "points on average, over all records. Chance alone would make "
                        + "\((100 * pooled.calibrationErrorByChance).decimals(1))."),
                tile(
                    "Brier score", mean.brier.decimals(3), ofMean.brier,
                    "Mean squared difference of probability and outcome; lower is better.\(over)"),
            ])
    }

    private var conversion: Markup {
        func rate(_ band: ScoreBand?) -> String { band?.conversion.rate.map(\.percent) ?? "none" }
        let shown = evaluation.bands.filter { $0.conversion.records > 0 }
        func name(_ band: ScoreBand?) -> String { band.map { "\($0.scores.lowerBound)–\($0.scores.upperBound)" } ?? "" }
        return section(
            "Do higher scores convert more often?",
            "Of \(plural) scored \(name(shown.last)), \(rate(shown.last)) were \(good); of those scored "
                + "\(name(shown.first)), \(rate(shown.first)). The thin lines are 95 % intervals.",
            [
                figure(
                    "By score",
                    ConversionChart(evaluation.bands.reversed(), title: "score", terms: terms).markup),
                figure(
                    "By grade",
                    ConversionChart(evaluation.grades, title: "grade", terms: terms).markup),
            ])
    }

    private var curves: Markup {
        section(
            "Can the scores be trusted?",
            "The ROC curve shows how fast the \(good) records are found from the highest score downwards; the closer it "
                + "comes to the upper left corner, the better. Reliability: the closer the points are to the dashed line, "
                + "the better predicted probabilities agree with observed rates.",
            [
                figure("ROC curve", ROCChart(evaluation.roc, best: evaluation.best, terms: terms).markup),
                figure(
                    "Reliability: predicted and observed",
                    ReliabilityChart(evaluation.reliability, bands: evaluation.bands, terms: terms).markup),
            ])
    }

    private var decisions: Markup {
        let best = evaluation.best
        func cell(_ count: Int, _ text: String, _ isRight: Bool) -> Markup {
            tag(
                "td", ["class": isRight ? "right" : "wrong"],
                [Markup(count.grouped), tag("small", [:], [Markup(text)])])
        }
        let confusion = tag(
            "table", ["class": "confusion"],
            [
                row("th", ["", "predicted \(good)", "predicted \(bad)"]),
                tag(
                    "tr", [:],
                    [
                        tag("th", [:], [Markup("were \(good)")]), cell(best.truePositives, "found", true),
                        cell(best.falseNegatives, "missed", false),
                    ]),
                tag(
                    "tr", [:],
                    [
                        tag("th", [:], [Markup("were \(bad)")]), cell(best.falsePositives, "false alarms", false),
                        cell(best.trueNegatives, "correctly rejected", true),
                    ]),
            ])
        func shares(_ name: String, _ value: (Confusion) -> Double?, _ interval: (Confusion) -> ClosedRange<Double>)
            -> Markup
        {
            let cells = [best, evaluation.half].map { confusion in
                guard let share = value(confusion) else { return tag("td", [:], ["–"]) }
                let (low, high) = (interval(confusion).lowerBound, interval(confusion).upperBound)
                let range = "\((100 * low).decimals(1))–\((100 * high).decimals(1)) %"
                return tag("td", [:], [Markup("\((100 * share).decimals(1)) %"), tag("small", [:], [Markup(range)])])
            }
            return tag("tr", [:], [tag("td", [:], [Markup(name)])] + cells)
        }
        let figures = [
            row("th", ["with 95 % intervals", "highest F1", "one half"]),
            row("td", ["probability", best.threshold.decimals(3), evaluation.half.threshold.decimals(3)]),
            shares("accuracy", \.accuracy, \.accuracyInterval), shares("precision", \.precision, \.precisionInterval),
            shares("recall", \.recall, \.recallInterval), shares("F1", \.f1, \.f1Interval),
        ]
        return section(
            "With one threshold",
            "Records with a probability of at least \(best.threshold.decimals(2)) are predicted \(good), all others "
                + "\(bad). Precision is the share of records predicted \(good) that were \(good). Recall is the share of "
                + "\(good) records that were predicted \(good). F1 is their harmonic mean, highest at this threshold.",
            [
                figure("Confusion matrix at the highest F1", confusion),
                figure(
                    "Two thresholds compared", tag("table", [:], figures)),
            ])
    }

    private var measured: Markup {
        let partRows = evaluation.parts.map { part in
            let counts = "\(part.training.grouped) trained on, \(part.figures.records.grouped) held out"
            let figures = [part.figures.auc, part.figures.logLoss, part.figures.brier, part.figures.calibrationError]
            return tag(
                "tr", [:],
                [tag("td", [:], [Markup(part.name), tag("small", [:], [Markup(counts)])])]
                    + figures.map { tag("td", [:], [Markup($0.map { $0.decimals(4) } ?? "–")]) })
        }
        let header = row("th", ["held out", "AUC", "log loss", "Brier", "ECE"])
        var parts = [figure("Part by part", tag("table", [:], [header] + partRows), style: "card wide")]
        let notes =
            evaluation.warnings.map(\.description)
            + (evaluated.notMeasured.isEmpty ? [] : ["Not measured: \(evaluated.notMeasured.joined(separator: ", "))"])
        if !notes.isEmpty {
            let list = tag("ul", [:], notes.map { tag("li", [:], [Markup($0)]) })
            parts.append(figure("Warnings", list, style: "card wide"))
        }
        let repeats =
            evaluation.repeats == 1
            ? ""
            : "Figures are means over \(evaluation.repeats) draws of the folds. What counts \(plural), and the curves, are of "
                + "the first draw."
        return section("How the model was measured", repeats, parts)
    }
}

/// Building blocks of sections.
extension EvaluationPage {
    func section(_ title: String, _ lead: String, _ content: [Markup], style: String = "grid") -> Markup {
        tag(
            "section", [:],
            [tag("h2", [:], [Markup(title)])]
                + (lead.isEmpty ? [] : [tag("p", ["class": "muted"], [Markup(lead)])])
                + [tag("div", ["class": style], content)])
    }

    func figure(_ title: String, _ content: Markup, style: String = "card") -> Markup {
        tag("div", ["class": style], [tag("h3", [:], [Markup(title)]), content])
    }

    func row(_ cell: String, _ texts: [String]) -> Markup {
        tag("tr", [:], texts.map { tag(cell, [:], [Markup($0)]) })
    }
}
