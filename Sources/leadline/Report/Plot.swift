import Foundation

/// The ground of a chart: where values lie on it, its axes, grid and titles. In units of the SVG's view box.
struct Plot {
    var width: Double
    var height: Double
    /// Room for ticks and titles.
    var left = 64.0, right = 24.0, top = 14.0, bottom = 48.0
    var xRange: ClosedRange<Double>
    var yRange: ClosedRange<Double>

    var innerWidth: Double { width - left - right }
    var innerHeight: Double { height - top - bottom }

    func x(_ value: Double) -> Double {
        left + (value - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound) * innerWidth
    }

    func y(_ value: Double) -> Double {
        top + (yRange.upperBound - value) / (yRange.upperBound - yRange.lowerBound) * innerHeight
    }

    /// - Parameter label: what the chart shows, for who can't see it.
    func svg(_ label: String, _ content: [Markup]) -> Markup {
        tag(
            "svg",
            [
                "viewBox": "0 0 \(place(width)) \(place(height))", "role": "img", "aria-label": label,
                "xmlns": "http://www.w3.org/2000/svg",
            ], content)
    }

    func xAxis(_ ticks: [(value: Double, text: String)], title: String, grid: Bool = false) -> [Markup] {
        let base = height - bottom
        let lines = ticks.map { line(x($0.value), grid ? top : base, x($0.value), base, grid ? "grid" : "axis") }
        let texts = ticks.map { text(x($0.value), base + 18, $0.text, "tick", anchor: "middle") }
        return lines + texts + [text(left + innerWidth / 2, height - 8, title, "axis-title", anchor: "middle")]
    }

    func yAxis(_ ticks: [(value: Double, text: String)], title: String) -> [Markup] {
        let lines = ticks.map { line(left, y($0.value), width - right, y($0.value), "grid") }
        let texts = ticks.map { text(left - 8, y($0.value) + 4, $0.text, "tick", anchor: "end") }
        let middle = top + innerHeight / 2
        let upright = tag(
            "text",
            [
                "x": "14", "y": place(middle), "class": "axis-title", "text-anchor": "middle",
                "transform": "rotate(-90 14 \(place(middle)))",
            ], [Markup(title)])
        return lines + texts + [upright]
    }

    /// 0, 20 … 100 %.
    static let percentTicks: [(value: Double, text: String)] = (0...5).map { (Double($0) / 5, "\($0 * 20) %") }

    /// About `count` round numbers over the range, with zero where it lies within.
    static func ticks(_ range: ClosedRange<Double>, count: Int = 5) -> [(value: Double, text: String)] {
        let rough = max((range.upperBound - range.lowerBound) / Double(count), 1e-9)
        let power = pow(10, floor(log10(rough)))
        let step = power * ([1.0, 2, 5, 10].first { $0 * power >= rough * 0.75 } ?? 10)
        let digits = max(0, Int(-floor(log10(step))))
        return stride(from: ceil(range.lowerBound / step), through: floor(range.upperBound / step), by: 1).map {
            ($0 * step, signed($0 * step, digits))
        }
    }
}

/// A line, with a class of the style sheet.
func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> Markup {
    tag("line", ["x1": place(x1), "y1": place(y1), "x2": place(x2), "y2": place(y2), "class": style])
}

/// A rectangle, which says its note to who points at it.
func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String, note: String? = nil
) -> Markup {
    tag(
        "rect",
        [
            "x": place(x), "y": place(y), "width": place(max(0, width)), "height": place(max(0, height)),
            "class": style,
        ], note.map { [tag("title", [:], [Markup($0)])] } ?? [])
}

func text(_ x: Double, _ y: Double, _ text: String, _ style: String, anchor: String = "start") -> Markup {
    tag("text", ["x": place(x), "y": place(y), "class": style, "text-anchor": anchor], [Markup(text)])
}

/// A line through points, open or filled by its class.
func path(_ points: [(x: Double, y: Double)], _ style: String) -> Markup {
    let steps = points.enumerated().map { "\($0 == 0 ? "M" : "L")\(place($1.x)) \(place($1.y))" }
    return tag("path", ["d": steps.joined(), "class": style])
}

/// A place on a chart, to a tenth of its unit.
func place(_ number: Double) -> String {
    let text = decimals(number, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// Points, with the sign that says whether they raise or lower a score.
func signed(_ points: Double, _ digits: Int = 2) -> String {
    let text = decimals(abs(points), digits)
    guard text.contains(where: { $0 != "0" && $0 != "." }) else { return "0" }
    return (points < 0 ? "−" : "+") + text
}

/// "12,345".
func counted(_ number: Int) -> String {
    let digits = String(number)
    let groups = stride(from: digits.count, to: 0, by: -3).map { end in
        String(digits.dropLast(digits.count - end).suffix(3))
    }
    return groups.reversed().joined(separator: ",")
}

/// "64 %", with a decimal where it would round to none or all.
func percent(_ share: Double) -> String {
    let isNearEnd = share > 0 && share < 0.0095 || share > 0.9905 && share < 1
    return decimals(100 * share, isNearEnd ? 1 : 0) + " %"
}
