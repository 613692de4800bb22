import Foundation

/// The width of a chart that stands next to another on a large screen and alone on a phone. Its texts can be read on both:
/// the page never shrinks or widens it by more than about a third.
let chartWidth = 400.0

/// The area of a chart: it maps values to coordinates in the SVG's view box and draws axes, grid and titles.
struct Plot {
    var width: Double
    var height: Double
    /// Margins for ticks and titles.
    var left = 64.0, right = 20.0, top = 14.0, bottom = 48.0
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

    /// - Parameter label: what the chart shows, for screen readers.
    func svg(_ label: String, _ content: [Markup]) -> Markup {
        tag(
            "svg",
            [
                "viewBox": "0 0 \(place(width)) \(place(height))", "role": "img", "aria-label": label,
                "style":
                    "max-width: \(place(width * 1.3))px\(width > chartWidth ? "; min-width: \(place(width * 0.75))px" : "")",
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

    /// About `count` round numbers over the range, including zero if it lies in the range.
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

/// - Parameter style: a class of the style sheet.
func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> Markup {
    tag("line", ["x1": place(x1), "y1": place(y1), "x2": place(x2), "y2": place(y2), "class": style])
}

/// - Parameter note: the tooltip.
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

/// A line through points; its class says whether it is filled.
func path(_ points: [(x: Double, y: Double)], _ style: String) -> Markup {
    let steps = points.enumerated().map { "\($0 == 0 ? "M" : "L")\(place($1.x)) \(place($1.y))" }
    return tag("path", ["d": steps.joined(), "class": style])
}

/// A coordinate, rounded to a tenth.
func place(_ number: Double) -> String {
    let text = number.decimals(1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// Points with their sign: "+0.42", "−0.10", "0".
func signed(_ points: Double, _ digits: Int = 2) -> String {
    let text = abs(points).decimals(digits)
    guard text.contains(where: { $0 != "0" && $0 != "." }) else { return "0" }
    return (points < 0 ? "−" : "+") + text
}

extension String {
    /// About its width in the page's fonts, rather too much: charts are drawn without knowing the font.
    func width(_ size: Double = 13) -> Double {
        size
            * reduce(0) { sum, character in
                switch character {
                case "i", "l", "j", "t", "f", ".", ",", ":", ";", "'", "|", "!", "(", ")", " ": sum + 0.4
                case "m", "w", "M", "W", "@", "%", "—": sum + 1
                case "A"..."Z": sum + 0.75
                default: sum + (character.unicodeScalars.allSatisfy { $0.value < 0x2E80 } ? 0.62 : 1.05)
                }
            }
    }

    /// Shortened until it has room.
    func fitted(_ room: Double, _ size: Double = 13) -> String {
        var text = self
        while text.count > 2, text.width(size) > room { text = shortened(text.count - 1) }
        return text
    }

    /// "…" stays the last character.
    private func shortened(_ count: Int) -> String { prefix(Swift.max(1, count - 1)) + "…" }
}
