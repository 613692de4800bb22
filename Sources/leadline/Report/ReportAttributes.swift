import LeadModel
import LeadTrainer

/// What the model looks at: the tables of its attributes and pairs, as shapes.
extension ReportPage {
    var attributes: Markup {
        let importance = evaluation.importance
        let figures = importance.enumerated().map { rank, one in
            let attribute = card.attributes[one.attribute]
            return tag(
                "div", ["class": "card attribute"],
                [
                    tag("h3", [:], [Markup("\(rank + 1). \(attribute.name)")]),
                    tag(
                        "p", ["class": "muted"],
                        [Markup("moves a score by \(decimals(one.points, 2)) points in the mean")]),
                    AttributeChart(attribute, good: good, plural: plural).markup, table(attribute),
                ])
        }
        let lead = Markup([
            "A score is a sum: every value of an attribute ", tag("b", ["class": "raise"], ["adds"]), " its points or ",
            tag("b", ["class": "lower"], ["takes"]),
            Markup(
                " them. These are the tables of the scorecard trained on all \(counted(trained)) \(plural), the "
                    + "attribute that moves scores most first. Point at a bar for its counts."),
        ])
        return tag(
            "section", [:],
            [
                tag("h2", [:], ["What does the model look at?"]), tag("p", ["class": "muted"], [lead]),
                figure("How far each attribute moves a score in the mean", ImportanceChart(importance).markup),
                tag("div", ["class": "grid shapes"], figures),
            ])
    }

    private var trained: Int { card.training.positives + card.training.negatives }

    var pairs: Markup {
        guard !card.pairs.isEmpty else { return Markup([]) }
        let ranked = card.pairs.indices.sorted { (-card.pairs[$0].importance, $0) < (-card.pairs[$1].importance, $1) }
        let figures = ranked.map { number in
            let pair = card.pairs[number]
            let chart = PairChart(pair, of: card, plural: plural)
            return figure(
                "\(card.attributes[pair.first].name) × \(card.attributes[pair.second].name)", chart.markup,
                style: chart.isWide ? "card wide" : "card")
        }
        return section(
            "What do attributes tell together?",
            "Some values mean more, or less, in company. A cell's points come on top of what both attributes add alone.",
            figures)
    }

    /// All bins, also those that the chart leaves out.
    private func table(_ attribute: Scorecard.Attribute) -> Markup {
        let bins = attribute.bins.filter { $0.records > 0 }
        let rows = bins.map { bin in
            row("td", [bin.label, signed(bin.points), counted(bin.records), percent(bin.rate)])
        }
        return tag(
            "details", [:],
            [
                tag("summary", [:], [Markup("all \(counted(bins.count)) values as a table")]),
                tag("div", [:], [tag("table", [:], [row("th", ["value", "points", plural, good])] + rows)]),
            ])
    }
}

/// How much each attribute matters, the most first.
private struct ImportanceChart {
    let markup: Markup

    private static let most = 20

    init(_ importance: [Importance]) {
        let shown = importance.prefix(Self.most)
        let top = max(shown.first?.points ?? 0, 0.01)
        var plot = Plot(
            width: 1064, height: Double(shown.count) * 26 + 40, xRange: 0...top * 1.02, yRange: 0...1)
        (plot.left, plot.right, plot.top, plot.bottom) = (330, 70, 6, 34)
        var content: [Markup] = []
        for (row, one) in shown.enumerated() {
            let y = plot.top + Double(row) * 26 + 3
            content.append(
                tag(
                    "text", ["x": place(plot.left - 10), "y": place(y + 14), "class": "label", "text-anchor": "end"],
                    [tag("title", [:], [Markup(one.name)]), Markup(one.name.shortened(46))]))
            content.append(rectangle(plot.left, y, plot.x(one.points) - plot.left, 19, "bar"))
            content.append(text(plot.x(one.points) + 8, y + 14, decimals(one.points, 2), "tick"))
        }
        let more = importance.count > Self.most ? "; \(importance.count - Self.most) more attributes move it less" : ""
        content.append(
            text(
                plot.left + plot.innerWidth / 2, plot.height - 8, "mean points up or down (log-odds)\(more)",
                "axis-title", anchor: "middle"))
        markup = plot.svg("Importance of attributes", content)
    }
}
