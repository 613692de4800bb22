import LeadModel

/// The interaction of two attributes as a heat map: a cell for each combination of their groups of values.
public struct PairChart: Sendable {
    public let markup: Markup
    /// It has so many columns that it needs the page's full width.
    public let isWide: Bool

    private struct Side {
        var name: String
        var labels: [String]

        init(_ attribute: Scorecard.Attribute, groups: [UInt16]) {
            name = attribute.name
            let byGroup = Dictionary(grouping: groups.indices) { Int(groups[$0]) }
            labels = (0...Int(groups.max() ?? 0)).map { Scorecard.Pair.label(of: byGroup[$0] ?? [], in: attribute) }
        }
    }

    /// - Parameter card: the scorecard that the pair belongs to.
    public init(_ pair: Scorecard.Pair, of card: Scorecard, terms: OutcomeTerms) {
        let first = Side(card.attributes[pair.first], groups: pair.firstGroups)
        let second = Side(card.attributes[pair.second], groups: pair.secondGroups)
        // The attribute with more groups is on the x-axis.
        let isTurned = first.labels.count > second.labels.count
        let (rows, columns) = isTurned ? (second, first) : (first, second)
        isWide = columns.labels.count > 6
        let (width, cellHeight) = (
            isWide ? min(1000, 210 + 56 * Double(columns.labels.count)) : chartWidth, rows.labels.count > 16 ? 14.0 : 26
        )
        var plot = Plot(
            width: width, height: 0, xRange: 0...Double(columns.labels.count), yRange: 0...Double(rows.labels.count))
        (plot.left, plot.right, plot.top, plot.bottom) = (isWide ? 200 : 140, 10, 30, 128)
        plot.height = plot.top + plot.bottom + cellHeight * Double(rows.labels.count)

        let cellWidth = plot.innerWidth / Double(columns.labels.count)
        let most = max(pair.points.joined().map(abs).max() ?? 0, 0.01)
        var content = [text(plot.left - 10, 18, rows.name.fitted(plot.left - 14), "axis-title", anchor: "end")]
        for (row, rowLabel) in rows.labels.enumerated() {
            let y = plot.top + Double(row) * cellHeight
            content.append(
                Self.label(
                    rowLabel, plot.left - 14, plot.left - 10, y + cellHeight / 2 + 4, cellHeight > 20 || row % 2 == 0))
            for (column, columnLabel) in columns.labels.enumerated() {
                let (a, b) = isTurned ? (column, row) : (row, column)
                let (points, records) = (pair.points[a][b], pair.records[a][b])
                let x = plot.left + Double(column) * cellWidth
                let note = "\(rowLabel) × \(columnLabel): \(signed(points)), \(records.grouped) \(terms.plural)"
                content.append(
                    tag(
                        "rect",
                        [
                            "x": place(x + 0.5), "y": place(y + 0.5), "width": place(cellWidth - 1),
                            "height": place(cellHeight - 1),
                            "fill-opacity": (0.04 + 0.9 * abs(points) / most).decimals(2),
                            "class": points < 0 ? "lower" : "raise",
                        ], [tag("title", [:], [Markup(note)])]))
                if cellWidth > 34, cellHeight > 20, records > 0 {
                    let style = abs(points) / most > 0.62 ? "tiny on-color" : "tiny on-pale"
                    content.append(text(x + cellWidth / 2, y + 17, signed(points), style, anchor: "middle"))
                }
            }
        }
        let every = max(1, Int((22 / cellWidth).rounded(.up)))
        for (column, label) in columns.labels.enumerated() where column % every == 0 {
            let (x, y) = (plot.left + (Double(column) + 0.5) * cellWidth, plot.height - plot.bottom + 12)
            content.append(
                tag(
                    "text",
                    [
                        "x": place(x), "y": place(y), "class": "tick", "text-anchor": "end",
                        "transform": "rotate(-38 \(place(x)) \(place(y)))",
                    ], [tag("title", [:], [Markup(label)]), Markup(label.fitted(min(150, (x - 6) / 0.79), 12))]))
        }
        content.append(
            text(
                plot.left + plot.innerWidth / 2, plot.height - 6, columns.name.fitted(plot.innerWidth), "axis-title",
                anchor: "middle"))
        markup = plot.svg("Strength of \(first.name) and \(second.name) together", content)
    }

    private static func label(_ label: String, _ room: Double, _ x: Double, _ y: Double, _ isShown: Bool) -> Markup {
        guard isShown else { return Markup([]) }
        return tag(
            "text", ["x": place(x), "y": place(y), "class": "tick", "text-anchor": "end"],
            [tag("title", [:], [Markup(label)]), Markup(label.fitted(room, 12))])
    }
}

extension Scorecard.Pair {
    /// Mean absolute points over the training records, in log-odds.
    var importance: Double {
        let all = zip(records.joined(), points.joined())
        let count = all.reduce(0) { $0 + $1.0 }
        return all.reduce(0) { $0 + Double($1.0) * abs($1.1) } / Double(max(1, count))
    }
}
