import LeadModel
import LeadTrainer

/// How much each attribute matters, the most important first.
public struct ImportanceChart: Sendable {
    public let markup: Markup

    private static let most = 20

    /// - Parameter importance: the most important first, as `Importance.ranked` has them.
    public init(_ importance: [Importance]) {
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
            content.append(text(plot.x(one.points) + 8, y + 14, one.points.decimals(2), "tick"))
        }
        let more = importance.count > Self.most ? "; \(importance.count - Self.most) less important attributes" : ""
        content.append(
            text(
                plot.left + plot.innerWidth / 2, plot.height - 8, "mean absolute points (log-odds)\(more)",
                "axis-title", anchor: "middle"))
        markup = plot.svg("Importance of attributes", content)
    }
}
