import LeadModel
import LeadTrainer

/// The ROC curve, which shows how well scores separate the outcomes, with the threshold of the highest F1 marked on it.
public struct ROCChart: Sendable {
    public let markup: Markup

    /// - Parameter terms: what the outcomes are called.
    public init(_ curve: [ROCPoint], best: Confusion, terms: OutcomeTerms) {
        let (good, bad) = (terms.positive, terms.negative)
        let plot = Plot(width: chartWidth, height: 370, xRange: 0...1, yRange: 0...1)
        var content = plot.xAxis(Plot.percentTicks, title: "share of the \(bad) predicted \(good)", grid: true)
        content += plot.yAxis(Plot.percentTicks, title: "share of the \(good) found")
        let points = curve.map { (x: plot.x($0.falsePositiveRate), y: plot.y($0.truePositiveRate)) }
        content.append(path(points + [(plot.x(1), plot.y(0)), (plot.x(0), plot.y(0))], "area"))
        content.append(line(plot.x(0), plot.y(0), plot.x(1), plot.y(1), "chance"))
        content.append(text(plot.x(0.6), plot.y(0.5), "random order", "tick"))
        content.append(path(points, "curve"))
        let negatives = best.falsePositives + best.trueNegatives
        if let recall = best.recall, negatives > 0 {
            let wrong = Double(best.falsePositives) / Double(negatives)
            content.append(
                tag("circle", ["cx": place(plot.x(wrong)), "cy": place(plot.y(recall)), "r": "6", "class": "mark"]))
            let note = "highest F1: probability ≥ \(best.threshold.decimals(2))"
            // In the corner that a curve leaves empty, wherever its mark is.
            content.append(
                tag("circle", ["cx": place(plot.x(0.96)), "cy": place(plot.y(0.05)), "r": "6", "class": "mark"]))
            content.append(text(plot.x(0.96) - 12, plot.y(0.05) + 5, note, "label", anchor: "end"))
        }
        markup = plot.svg("ROC curve", content)
    }
}
