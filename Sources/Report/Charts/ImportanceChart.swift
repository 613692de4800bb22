import LeadModel
import LeadTrainer

/// How much each attribute matters, the most important first: a table with a bar in each row, whose names have room on a
/// narrow page too.
public struct ImportanceChart: Sendable {
    public let markup: Markup

    private static let most = 20

    /// - Parameter importance: the most important first, as `Importance.ranked` has them.
    public init(_ importance: [Importance]) {
        let shown = importance.prefix(Self.most)
        let top = max(shown.first?.points ?? 0, 0.01)
        var rows = shown.map { one in
            let bar = tag("div", ["style": "width: \(place(100 * one.points / top))%"], [])
            return tag(
                "tr", [:],
                [
                    tag("td", [:], [Markup(one.name)]), tag("td", ["class": "track"], [bar]),
                    tag("td", [:], [Markup(one.points.decimals(2))]),
                ])
        }
        if importance.count > Self.most {
            let more = "and \(importance.count - Self.most) less important attributes"
            rows.append(tag("tr", [:], [tag("td", ["colspan": "3"], [Markup(more)])]))
        }
        markup = tag("table", ["class": "bars"], rows)
    }
}
