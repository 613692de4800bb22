import LeadModel
import LeadTrainer

/// The sections about the scorecard: a chart and a table for each attribute, and a chart for each pair.
extension EvaluationPage {
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
                        [Markup("mean strength: \(one.points.decimals(2)) log-odds")]),
                    AttributeChart(attribute, terms: terms).markup, table(attribute),
                ])
        }
        let lead = Markup([
            "A score is the probability in percent. Behind it is a sum: each value of an attribute ",
            tag("b", ["class": "raise"], ["raises"]), " or ", tag("b", ["class": "lower"], ["lowers"]),
            Markup(
                " the log-odds by its strength; +0.7 doubles the odds, −0.7 halves them. These are the tables of the "
                    + "scorecard trained on all \(trained.grouped) \(plural), the most important attribute first."),
        ])
        return tag(
            "section", [:],
            [
                tag("h2", [:], ["What does the model look at?"]), tag("p", ["class": "muted"], [lead]),
                figure("Importance: mean strength of each attribute", ImportanceChart(importance).markup),
                tag("div", ["class": "grid shapes"], figures),
            ])
    }

    private var trained: Int { card.training.positives + card.training.negatives }

    var pairs: Markup {
        guard !card.pairs.isEmpty || !card.triples.isEmpty else { return Markup([]) }
        let ranked = card.pairs.indices.sorted { (-card.pairs[$0].importance, $0) < (-card.pairs[$1].importance, $1) }
        let figures = ranked.map { number in
            let pair = card.pairs[number]
            let chart = PairChart(pair, of: card, terms: terms)
            return figure(name(of: pair), chart.markup, style: chart.isWide ? "card wide" : "card")
        }
        let layers = card.triples.flatMap { triple in
            (0..<triple.sizes[0]).map { group in
                let chart = PairChart(triple.layer(group), of: card, terms: terms)
                let first = card.attributes[triple.attributes[0]].name
                return figure(
                    "\(name(of: triple.layer(group))), \(first): \(triple.layerLabel(group, in: card))", chart.markup,
                    style: chart.isWide ? "card wide" : "card")
            }
        }
        return section(
            "Which attributes interact?",
            "Some combinations of values are worth more, or less, than their sum. A cell's strength is added to those of "
                + "its attributes.",
            figures + layers)
    }

    private func name(of pair: Scorecard.Pair) -> String {
        "\(card.attributes[pair.first].name) × \(card.attributes[pair.second].name)"
    }

    /// All bins, including those that the chart leaves out.
    private func table(_ attribute: Scorecard.Attribute) -> Markup {
        let bins = attribute.bins.filter { $0.records > 0 }
        let rows = bins.map { bin in
            row("td", [bin.label, signed(bin.points), bin.records.grouped, bin.rate.percent])
        }
        return tag(
            "details", [:],
            [
                tag("summary", [:], [Markup("All \(bins.count.grouped) values as a table")]),
                tag("div", [:], [tag("table", [:], [row("th", ["value", "strength", plural, good])] + rows)]),
            ])
    }
}
