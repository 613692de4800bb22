import LeadModel
import LeadTrainer

/// How well records are told apart: the ROC curve, with the threshold of the highest F1 on it.
struct ROCChart {
    let markup: Markup

    init(_ curve: [ROCPoint], best: Confusion, good: String, bad: String) {
        let plot = Plot(width: 480, height: 420, xRange: 0...1, yRange: 0...1)
        var content = plot.xAxis(Plot.percentTicks, title: "share of \(bad) ones that are called too", grid: true)
        content += plot.yAxis(Plot.percentTicks, title: "share of \(good) ones found")
        let points = curve.map { (x: plot.x($0.falsePositiveRate), y: plot.y($0.truePositiveRate)) }
        content.append(path(points + [(plot.x(1), plot.y(0)), (plot.x(0), plot.y(0))], "area"))
        content.append(line(plot.x(0), plot.y(0), plot.x(1), plot.y(1), "chance"))
        content.append(text(plot.x(0.63), plot.y(0.57), "chance alone", "tick"))
        content.append(path(points, "curve"))
        let negatives = best.falsePositives + best.trueNegatives
        if let recall = best.recall, negatives > 0 {
            let wrong = Double(best.falsePositives) / Double(negatives)
            content.append(
                tag("circle", ["cx": place(plot.x(wrong)), "cy": place(plot.y(recall)), "r": "6", "class": "mark"]))
            let note = "highest F1: probability from \(decimals(best.threshold, 2))"
            content.append(text(plot.x(wrong) + 12, plot.y(recall) + 20, note, "label"))
        }
        markup = plot.svg("ROC curve", content)
    }
}

/// Whether probabilities mean what they say: what was said against what came, with the number of records at each.
struct ReliabilityChart {
    let markup: Markup

    init(_ points: [ReliabilityPoint], bands: [ScoreBand], good: String, plural: String) {
        var plot = Plot(width: 480, height: 420, xRange: 0...1, yRange: 0...1)
        plot.bottom = 118
        var content = plot.yAxis(Plot.percentTicks, title: "were \(good)")
        content += Plot.percentTicks.map { line(plot.x($0.value), plot.top, plot.x($0.value), plot.y(0), "grid") }
        content.append(line(plot.x(0), plot.y(0), plot.x(1), plot.y(1), "chance"))
        content.append(path(points.map { (plot.x($0.predicted), plot.y($0.conversion.rate ?? 0)) }, "curve thin"))
        for point in points {
            let (x, interval) = (plot.x(point.predicted), point.conversion.interval)
            content.append(line(x, plot.y(interval.lowerBound), x, plot.y(interval.upperBound), "whisker"))
            let note =
                "said \(percent(point.predicted)), came \(percent(point.conversion.rate ?? 0)), "
                + "\(counted(point.conversion.records)) \(plural)"
            content.append(
                tag(
                    "circle",
                    ["cx": place(x), "cy": place(plot.y(point.conversion.rate ?? 0)), "r": "5.5", "class": "dot"],
                    [tag("title", [:], [Markup(note)])]))
        }
        content += Self.counts(bands, plot, plural)
        markup = plot.svg("Reliability diagram", content)
    }

    /// How many records have such a probability, below the diagram, and the axis of both.
    private static func counts(_ bands: [ScoreBand], _ plot: Plot, _ plural: String) -> [Markup] {
        let (top, room) = (plot.height - plot.bottom + 22, 40.0)
        let most = Double(max(1, bands.map(\.conversion.records).max() ?? 1))
        var content: [Markup] = []
        for band in bands {
            let (low, high) = (Double(band.scores.lowerBound - 1) / 100, Double(band.scores.upperBound) / 100)
            let height = Double(band.conversion.records) / most * room
            let width = plot.x(high) - plot.x(low)
            content.append(rectangle(plot.x(low) + 1, top + room - height, width - 2, height, "count"))
            content.append(
                text(
                    plot.x(low) + width / 2, top + room - height - 3, counted(band.conversion.records), "tiny",
                    anchor: "middle"))
        }
        content.append(line(plot.left, top + room, plot.width - plot.right, top + room, "axis"))
        content += Plot.percentTicks.map { text(plot.x($0.value), top + room + 16, $0.text, "tick", anchor: "middle") }
        content.append(
            text(
                plot.left + plot.innerWidth / 2, plot.height - 8, "probability that was given, and how many \(plural)",
                "axis-title", anchor: "middle"))
        return content
    }
}

/// How many records of each range of scores ended well, with 95 % intervals.
struct ConversionChart {
    let markup: Markup

    init(_ bands: [ScoreBand], title: String, good: String, plural: String, width: Double) {
        var plot = Plot(width: width, height: 320, xRange: 0...Double(bands.count), yRange: 0...1)
        (plot.top, plot.bottom) = (26, 66)
        var content = plot.yAxis(Plot.percentTicks, title: "were \(good)")
        for (place, band) in bands.enumerated() {
            let (left, right) = (plot.x(Double(place) + 0.14), plot.x(Double(place) + 0.86))
            let middle = (left + right) / 2
            let scores = "\(band.scores.lowerBound)–\(band.scores.upperBound)"
            let base = plot.height - plot.bottom
            content.append(text(middle, base + 18, band.grade?.rawValue ?? scores, "label", anchor: "middle"))
            let below = band.grade == nil ? "" : "\(scores): "
            content.append(
                text(middle, base + 35, below + counted(band.conversion.records), "tiny", anchor: "middle"))
            guard let rate = band.conversion.rate else { continue }
            let interval = band.conversion.interval
            let note =
                "\(scores): \(band.conversion.positives) of \(band.conversion.records) \(plural); 95 %: "
                + "\(percent(interval.lowerBound)) to \(percent(interval.upperBound))"
            content.append(rectangle(left, plot.y(rate), right - left, plot.y(0) - plot.y(rate), "bar", note: note))
            content.append(
                line(middle, plot.y(interval.lowerBound), middle, plot.y(interval.upperBound), "whisker"))
            content.append(
                text(middle, plot.y(interval.upperBound) - 6, percent(rate), "label strong", anchor: "middle"))
        }
        content.append(line(plot.left, plot.y(0), plot.width - plot.right, plot.y(0), "axis"))
        content.append(
            text(
                plot.left + plot.innerWidth / 2, plot.height - 8, "\(title), and how many \(plural)", "axis-title",
                anchor: "middle"))
        markup = plot.svg("Conversion by \(title)", content)
    }
}
