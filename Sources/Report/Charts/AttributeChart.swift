import LeadModel

/// The strength of each bin of an attribute, its points on the scorecard: bars for categories, steps for numbers and ages.
public struct AttributeChart: Sendable {
    public let markup: Markup

    public init(_ attribute: Scorecard.Attribute, terms: OutcomeTerms) {
        let shown = attribute.bins.indices.filter { attribute.bins[$0].records > 0 }
        if attribute.reading.edges != nil, attribute.valueBinCount > 2 {
            markup = Self.steps(attribute, terms)
        } else {
            markup = Self.bars(attribute, shown, terms)
        }
    }

    private static let mostBars = 12

    /// A bar for each of the most frequent values, those with the most points first; missing and rare come last.
    private static func bars(
        _ attribute: Scorecard.Attribute, _ shown: [Int], _ terms: OutcomeTerms
    ) -> Markup {
        let bins = attribute.bins
        let values = shown.filter { $0 < attribute.valueBinCount }
        let frequent = values.sorted { (-bins[$0].records, $0) < (-bins[$1].records, $1) }.prefix(mostBars)
        let ordered = attribute.isOrdered ? frequent.sorted() : frequent.sorted { bins[$0].points > bins[$1].points }
        let rows = ordered + shown.filter { $0 >= attribute.valueBinCount }
        let reach = max(rows.map { abs(bins[$0].points) }.max() ?? 0, 0.1) * 1.05
        var plot = Plot(
            width: chartWidth, height: Double(rows.count) * 26 + 66, xRange: -reach...reach, yRange: 0...1)
        (plot.left, plot.right, plot.top, plot.bottom) = (158, 112, 24, 42)
        let base = plot.height - plot.bottom
        var content = Plot.ticks(plot.xRange, count: 3).flatMap { tick in
            [
                line(plot.x(tick.value), plot.top, plot.x(tick.value), base, "grid"),
                text(plot.x(tick.value), base + 16, tick.text, "tick", anchor: "middle"),
            ]
        }
        content.append(text(plot.width - 62, 14, terms.plural, "tiny", anchor: "end"))
        content.append(text(plot.width - 2, 14, terms.positive.fitted(58, 11.5), "tiny", anchor: "end"))
        content.append(
            text(
                plot.left + plot.innerWidth / 2, plot.height - 8, "strength (log-odds)", "axis-title", anchor: "middle")
        )
        for (row, number) in rows.enumerated() {
            let (bin, y) = (bins[number], plot.top + Double(row) * 26 + 4)
            let (from, to) = (plot.x(min(0, bin.points)), plot.x(max(0, bin.points)))
            let style = number >= attribute.valueBinCount ? "label special" : "label"
            content.append(
                tag(
                    "text", ["x": place(plot.left - 10), "y": place(y + 13), "class": style, "text-anchor": "end"],
                    [tag("title", [:], [Markup(bin.label)]), Markup(bin.label.fitted(plot.left - 14))]))
            content.append(
                rectangle(
                    from, y, max(1, to - from), 18, bin.points < 0 ? "lower" : "raise",
                    note: "\(bin.label): \(signed(bin.points))"))
            content.append(text(plot.width - 62, y + 13, bin.records.grouped, "tick", anchor: "end"))
            content.append(
                text(plot.width - 2, y + 13, bin.rate.percent, "tick", anchor: "end"))
        }
        content.append(line(plot.x(0), plot.top, plot.x(0), base, "zero"))
        return plot.svg("Strength of \(attribute.name) by value", content)
    }

    /// A step for each bin, in order and of equal width, with a histogram of the records below.
    private static func steps(_ attribute: Scorecard.Attribute, _ terms: OutcomeTerms) -> Markup {
        let bins = attribute.bins
        let count = attribute.valueBinCount
        let special = bins.indices.filter { $0 >= count && bins[$0].records > 0 }
        let all = Array(0..<count) + special
        let (low, high) = (all.map { bins[$0].points }.min() ?? 0, all.map { bins[$0].points }.max() ?? 0)
        let reach = max(high - low, 0.2)
        // Missing values are drawn apart, to the right, with room for their name.
        let gap = special.isEmpty ? 0 : Double(count) * 0.05 + 0.2
        let wide = max(1, Double(count) * 0.16)
        let end = Double(count) + gap + wide * Double(special.count) * 1.3
        var plot = Plot(
            width: chartWidth, height: 280, xRange: 0...end,
            yRange: min(0, low) - reach * 0.08...max(0, high) + reach * 0.08)
        plot.bottom = 104
        var content = plot.yAxis(Plot.ticks(plot.yRange, count: 4), title: "strength (log-odds)")
        let most = Double(max(1, all.map { bins[$0].records }.max() ?? 1))
        let (countBase, countRoom) = (plot.height - 46, 36.0)
        func column(_ number: Int, from: Double, to: Double, gap: Double) {
            let (bin, zero) = (bins[number], plot.y(0))
            let note =
                "\(bin.label): \(signed(bin.points)); \(bin.records.grouped) \(terms.plural), "
                + "\(bin.rate.percent) \(terms.positive)"
            let (left, right) = (plot.x(from), plot.x(to))
            content.append(
                rectangle(
                    left, min(zero, plot.y(bin.points)), right - left, abs(plot.y(bin.points) - zero),
                    bin.points < 0 ? "lower soft" : "raise soft", note: note))
            let height = Double(bin.records) / most * countRoom
            content.append(
                rectangle(left + gap, countBase - height, right - left - 2 * gap, height, "count", note: note))
        }
        for number in 0..<count {
            column(number, from: Double(number), to: Double(number) + 1, gap: count > 60 ? 0 : 0.5)
        }
        let steps = (0..<count).flatMap { number in
            [
                (x: plot.x(Double(number)), y: plot.y(bins[number].points)),
                (x: plot.x(Double(number) + 1), y: plot.y(bins[number].points)),
            ]
        }
        content.append(path(steps, count > 150 ? "curve hair" : "curve"))
        // Where the texts below the axis end, from the right, so that none runs into another.
        var free = plot.width
        for (place, number) in special.enumerated() {
            let from = Double(count) + gap + wide * 1.3 * Double(place)
            column(number, from: from, to: from + wide, gap: 0)
            let y = plot.y(bins[number].points)
            content.append(line(plot.x(from), y, plot.x(from + wide), y, "curve"))
            let (middle, label) = (plot.x(from + wide / 2), bins[number].label.fitted(64, 12))
            content.append(text(middle, countBase + 16, label, "tick special", anchor: "middle"))
            free = min(free, middle - label.width(12) / 2)
        }
        content.append(line(plot.left, plot.y(0), plot.width - plot.right, plot.y(0), "zero"))
        content.append(line(plot.left, countBase, plot.width - plot.right, countBase, "axis"))
        content.append(text(plot.left - 8, countBase - 3, "0", "tick", anchor: "end"))
        content.append(text(plot.left - 8, countBase - countRoom + 8, Int(most).grouped, "tick", anchor: "end"))
        for (edge, value) in attribute.labeledEdges.reversed() {
            let (x, half) = (plot.x(Double(edge)), value.width(12) / 2)
            guard x + half + 6 < free else { continue }
            free = x - half
            content.append(line(x, countBase, x, countBase + 4, "axis"))
            content.append(text(x, countBase + 16, value, "tick", anchor: "middle"))
        }
        content.append(
            text(
                plot.left + plot.innerWidth / 2, plot.height - 8,
                "\(attribute.isAge ? "age in days" : "value"); below, the number of \(terms.plural)", "axis-title",
                anchor: "middle"))
        return plot.svg("Strength of \(attribute.name) over its values", content)
    }
}

extension Scorecard.Attribute {
    /// At most six edges between bins: the number of the bin that begins there, and the value.
    fileprivate var labeledEdges: [(Int, String)] {
        guard let edges = reading.edges, !edges.isEmpty else { return [] }
        let step = max(1, Int((Double(edges.count) / 6).rounded(.up)))
        return stride(from: step / 2, to: edges.count, by: step).map { ($0 + 1, JSONNumber.shortest(edges[$0])) }
    }

    /// The bins of values have an order.
    var isOrdered: Bool { orderedCount > 0 }

    fileprivate var isAge: Bool { if case .age = reading { true } else { false } }
}

extension Scorecard.Bin {
    /// The share of positive records; 0 without records.
    var rate: Double { records > 0 ? Double(positives) / Double(records) : 0 }
}
