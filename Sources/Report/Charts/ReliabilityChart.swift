import LeadModel

/// The reliability diagram: predicted probability against observed rate with its 95 % interval, and a histogram of the
/// predictions below.
public struct ReliabilityChart: Sendable {
    public let markup: Markup

    public init(_ points: [ReliabilityPoint], bands: [ScoreBand], terms: OutcomeTerms) {
        let (good, plural) = (terms.positive, terms.plural)
        var plot = Plot(width: chartWidth, height: 390, xRange: 0...1, yRange: 0...1)
        plot.bottom = 118
        var content = plot.yAxis(Plot.percentTicks, title: "observed: were \(good)")
        content += Plot.percentTicks.map { line(plot.x($0.value), plot.top, plot.x($0.value), plot.y(0), "grid") }
        content.append(line(plot.x(0), plot.y(0), plot.x(1), plot.y(1), "chance"))
        content.append(path(points.map { (plot.x($0.predicted), plot.y($0.conversion.rate ?? 0)) }, "curve thin"))
        for point in points {
            let (x, interval) = (plot.x(point.predicted), point.conversion.interval)
            content.append(line(x, plot.y(interval.lowerBound), x, plot.y(interval.upperBound), "whisker"))
            let note =
                "predicted \(point.predicted.percent), observed \((point.conversion.rate ?? 0).percent), "
                + "\(point.conversion.records.grouped) \(plural)"
            content.append(
                tag(
                    "circle",
                    ["cx": place(x), "cy": place(plot.y(point.conversion.rate ?? 0)), "r": "5.5", "class": "dot"],
                    [tag("title", [:], [Markup(note)])]))
        }
        content += Self.histogram(bands, plot, plural)
        markup = plot.svg("Reliability diagram", content)
    }

    /// The histogram below the diagram and the axis that both share.
    private static func histogram(_ bands: [ScoreBand], _ plot: Plot, _ plural: String) -> [Markup] {
        let (top, room) = (plot.height - plot.bottom + 22, 40.0)
        let most = Double(max(1, bands.map(\.conversion.records).max() ?? 1))
        var content: [Markup] = []
        for band in bands {
            let (low, high) = (Double(band.scores.lowerBound - 1) / 100, Double(band.scores.upperBound) / 100)
            let height = Double(band.conversion.records) / most * room
            let width = plot.x(high) - plot.x(low)
            content.append(
                rectangle(
                    plot.x(low) + 1, top + room - height, width - 2, height, "count",
                    note: "\(band.conversion.records.grouped) \(plural)"))
            content.append(
                text(
                    plot.x(low) + width / 2, top + room - height - 3, Self.short(band.conversion.records), "tiny",
                    anchor: "middle"))
        }
        content.append(line(plot.left, top + room, plot.width - plot.right, top + room, "axis"))
        content += Plot.percentTicks.map { text(plot.x($0.value), top + room + 16, $0.text, "tick", anchor: "middle") }
        content.append(
            text(
                plot.left + plot.innerWidth / 2, plot.height - 8, "predicted probability, and number of \(plural)",
                "axis-title", anchor: "middle"))
        return content
    }

    /// "294", "1.8k", "12k": short enough for a bar.
    private static func short(_ count: Int) -> String {
        count < 1000 ? "\(count)" : (Double(count) / 1000).decimals(count < 9950 ? 1 : 0) + "k"
    }
}
