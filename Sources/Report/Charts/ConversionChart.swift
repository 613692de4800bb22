import LeadModel

/// The conversion rate of each range of scores with its 95 % interval, a bar for each.
public struct ConversionChart: Sendable {
    public let markup: Markup

    /// - Parameters:
    ///   - bands: from the top of the chart.
    ///   - title: what the bands are: "score" or "grade".
    public init(_ bands: [ScoreBand], title: String, terms: OutcomeTerms) {
        let (good, plural) = (terms.positive, terms.plural)
        var plot = Plot(
            width: chartWidth, height: Double(bands.count) * 28 + 70, xRange: 0...1, yRange: 0...1)
        (plot.left, plot.right, plot.top, plot.bottom) = (82, 112, 24, 46)
        let base = plot.height - plot.bottom
        var content = [0, 0.5, 1].flatMap { share in
            [
                line(plot.x(share), plot.top, plot.x(share), base, "grid"),
                text(plot.x(share), base + 17, share.percent, "tick", anchor: "middle"),
            ]
        }
        content += [
            text(plot.left - 10, 14, title, "tiny", anchor: "end"),
            text(plot.width - 58, 14, good.fitted(58, 11.5), "tiny", anchor: "end"),
            text(plot.width - 2, 14, plural.fitted(54, 11.5), "tiny", anchor: "end"),
            text(plot.left + plot.innerWidth / 2, plot.height - 8, "were \(good)", "axis-title", anchor: "middle"),
        ]
        for (row, band) in bands.enumerated() {
            let y = plot.top + Double(row) * 28 + 4
            let scores = "\(band.scores.lowerBound)–\(band.scores.upperBound)"
            let name = band.grade.map { "\($0.rawValue) (\(scores))" } ?? scores
            content.append(text(plot.left - 10, y + 15, name, "label", anchor: "end"))
            content.append(text(plot.width - 2, y + 15, band.conversion.records.grouped, "tick", anchor: "end"))
            guard let rate = band.conversion.rate else { continue }
            let interval = band.conversion.interval
            let note =
                "\(scores): \(band.conversion.positives.grouped) of \(band.conversion.records.grouped) "
                + "\(plural); 95 % interval \(interval.lowerBound.percent) to \(interval.upperBound.percent)"
            content.append(rectangle(plot.left, y, plot.x(rate) - plot.left, 20, "bar", note: note))
            content.append(
                line(plot.x(interval.lowerBound), y + 10, plot.x(interval.upperBound), y + 10, "whisker"))
            content.append(text(plot.width - 58, y + 15, rate.percent, "label strong", anchor: "end"))
        }
        content.append(line(plot.left, plot.top, plot.left, base, "axis"))
        markup = plot.svg("Conversion by \(title)", content)
    }
}
