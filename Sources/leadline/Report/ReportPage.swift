import LeadModel
import LeadTrainer

/// An evaluation as one page for a browser: nothing is fetched, nothing runs. The same evaluation gives the same page.
struct ReportPage {
    private(set) var source: String

    private let outcome: EvaluationOutcome
    var evaluation: Evaluation { outcome.evaluation }
    var card: Scorecard { evaluation.scorecard }
    var good: String { evaluation.entity.outcomes.positive.rawValue }
    private var bad: String { evaluation.entity.outcomes.negative.rawValue }
    var plural: String { evaluation.entity.plural }

    init(_ outcome: EvaluationOutcome) {
        (self.outcome, source) = (outcome, "")
        let name = String(outcome.file.split(separator: "/").last ?? "")
        let head = tag(
            "head", [:],
            [
                tag("meta", ["charset": "utf-8"]),
                tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
                tag("title", [:], ["How good is the model? \(name)"]), Markup(style: ReportStyle.sheet),
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
                        "Measured on \(counted(pooled.records)) closed \(plural) of \(name), of which "
                            + "\(counted(pooled.positives)) were \(good): each was scored by a scorecard that had not "
                            + "seen it (\(outcome.way)).")
                ]),
        ])
    }

    private var verdict: Markup {
        let verdict = evaluation.verdict
        let (title, meaning): (String, String) =
            switch verdict.level {
            case .ready: ("Ready.", "It ranks \(plural) well, and its scores can be taken at their word.")
            case .fair: ("Fair.", "It helps to choose among \(plural), but not all that a ready model needs is shown.")
            case .notReady: ("Not ready.", "Do not act on these scores yet.")
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
        let auc = mean.auc.map { decimals($0, 3) } ?? "–"
        let hundred = Int(((mean.auc ?? 0.5) * 100).rounded())
        let over = evaluation.parts.count > 1 ? " Mean of \(evaluation.parts.count) folds." : ""
        func tile(_ name: String, _ value: String, _ text: String) -> Markup {
            tag(
                "div", ["class": "card tile"],
                [tag("span", [:], [Markup(name)]), tag("b", [:], [Markup(value)]), tag("p", [:], [Markup(text)])])
        }
        return tag(
            "section", ["class": "tiles"],
            [
                tile(
                    "Ranking (AUC)", auc,
                    "Of a \(good) and a \(bad) one, the \(good) one has the higher score \(hundred) times in 100; 50 is "
                        + "chance.\(over)"),
                tile(
                    "Log loss", decimals(mean.logLoss, 3),
                    "How far probabilities are from what came; lower is better. Giving everyone the base rate: "
                        + "\(decimals(mean.baseLogLoss, 3)).\(over)"),
                tile(
                    "Calibration error (ECE)", decimals(pooled.calibrationError, 3),
                    "How far scores lie from what happens: \(decimals(100 * pooled.calibrationError, 1)) points in 100 "
                        + "in the mean, all together."),
                tile(
                    "Brier score", decimals(mean.brier, 3),
                    "Mean squared distance of probability and outcome; lower is better.\(over)"),
            ])
    }

    private var conversion: Markup {
        func rate(_ band: ScoreBand?) -> String { band?.conversion.rate.map(percent) ?? "none" }
        let shown = evaluation.bands.filter { $0.conversion.records > 0 }
        func name(_ band: ScoreBand?) -> String { band.map { "\($0.scores.lowerBound)–\($0.scores.upperBound)" } ?? "" }
        return section(
            "Do higher scores convert more often?",
            "Of \(plural) scored \(name(shown.last)), \(rate(shown.last)) were \(good); of those scored "
                + "\(name(shown.first)), \(rate(shown.first)). The thin lines hold the true rate with 95 % certainty.",
            [
                figure(
                    "By score",
                    ConversionChart(evaluation.bands, title: "score", good: good, plural: plural, width: 640).markup),
                figure(
                    "By grade",
                    ConversionChart(evaluation.grades, title: "grade", good: good, plural: plural, width: 440).markup),
            ], style: "grid conversion")
    }

    private var curves: Markup {
        section(
            "Can the scores be trusted?",
            "On the left: going down the list from the highest score, how fast the \(good) ones are found. The further "
                + "the curve bends to the upper left, the better. On the right: where points lie on the dashed line, "
                + "scores mean what they say.",
            [
                figure("ROC curve", ROCChart(evaluation.roc, best: evaluation.best, good: good, bad: bad).markup),
                figure(
                    "Reliability: what was said, and what came",
                    ReliabilityChart(
                        evaluation.reliability, bands: evaluation.bands, good: good, plural: plural
                    ).markup),
            ])
    }

    private var decisions: Markup {
        let best = evaluation.best
        func cell(_ count: Int, _ text: String, _ isRight: Bool) -> Markup {
            tag(
                "td", ["class": isRight ? "right" : "wrong"],
                [Markup(counted(count)), tag("small", [:], [Markup(text)])])
        }
        let confusion = tag(
            "table", ["class": "confusion"],
            [
                row("th", ["", "called \(good)", "called \(bad)"]),
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
                        cell(best.trueNegatives, "rightly passed over", true),
                    ]),
            ])
        func share(_ value: Double?) -> String { value.map { decimals(100 * $0, 1) + " %" } ?? "–" }
        let figures = [("highest F1", best), ("one half", evaluation.half)].map { name, confusion in
            row(
                "td",
                [
                    "\(name) (\(decimals(confusion.threshold, 3)))", share(confusion.accuracy),
                    share(confusion.precision),
                ]
                    + [share(confusion.recall), share(confusion.f1)])
        }
        return section(
            "If one line is drawn",
            "Those with a probability of at least \(decimals(best.threshold, 2)) are called \(good), the others \(bad). "
                + "Precision is the share of those called \(good) that were; recall the share of the \(good) ones found; "
                + "F1 weighs both, and is highest at this line.",
            [
                figure("Confusion matrix at the highest F1", confusion),
                figure(
                    "Figures of two lines",
                    tag(
                        "table", [:],
                        [row("th", ["called \(good) from", "accuracy", "precision", "recall", "F1"])] + figures)),
            ])
    }

    private var measured: Markup {
        let partRows = evaluation.parts.map { part in
            row(
                "td",
                [
                    part.name, counted(part.training), counted(part.figures.records),
                    part.figures.auc.map { decimals($0, 4) } ?? "–", decimals(part.figures.logLoss, 4),
                    decimals(part.figures.brier, 4), decimals(part.figures.calibrationError, 4),
                ])
        }
        let header = row("th", ["held out", "trained on", "measured on", "AUC", "log loss", "Brier", "ECE"])
        var parts = [figure("Part by part", tag("table", [:], [header] + partRows), style: "card wide")]
        let notes =
            evaluation.warnings.map(\.description)
            + (outcome.leftOut.isEmpty ? [] : ["Not measured: \(outcome.leftOut.joined(separator: ", "))"])
        if !notes.isEmpty {
            let list = tag("ul", [:], notes.map { tag("li", [:], [Markup($0)]) })
            parts.append(figure("Warnings", list, style: "card wide"))
        }
        return section("How it was measured", "", parts)
    }
}

/// The parts that sections are made of.
extension ReportPage {
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
