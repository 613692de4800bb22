import LeadModel

/// The conversion rate of each range of scores, with its 95 % interval.
public struct ConversionChart: Sendable {
    public let markup: Markup

    /// - Parameters:
    ///   - title: what the bands are: "score" or "grade".
    ///   - width: in units of the SVG's view box.
    public init(_ bands: [ScoreBand], title: String, terms: OutcomeTerms, width: Double) {
        let (good, plural) = (terms.positive, terms.plural)
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
                text(middle, base + 35, below + band.conversion.records.grouped, "tiny", anchor: "middle"))
            guard let rate = band.conversion.rate else { continue }
            let interval = band.conversion.interval
            let note =
                "\(scores): \(band.conversion.positives.grouped) of \(band.conversion.records.grouped) "
                + "\(plural); 95 % interval \(interval.lowerBound.percent) to \(interval.upperBound.percent)"
            content.append(rectangle(left, plot.y(rate), right - left, plot.y(0) - plot.y(rate), "bar", note: note))
            content.append(
                line(middle, plot.y(interval.lowerBound), middle, plot.y(interval.upperBound), "whisker"))
            content.append(
                text(middle, plot.y(interval.upperBound) - 6, rate.percent, "label strong", anchor: "middle"))
        }
        content.append(line(plot.left, plot.y(0), plot.width - plot.right, plot.y(0), "axis"))
        content.append(
            text(
                plot.left + plot.innerWidth / 2, plot.height - 8, "\(title), and number of \(plural)", "axis-title",
                anchor: "middle"))
        markup = plot.svg("Conversion by \(title)", content)
    }
}
