/// Well-formed HTML or SVG: texts and attribute values are escaped when they are added.
public struct Markup: ExpressibleByStringInterpolation, Sendable {
    public private(set) var source: String

    /// - Parameter text: any text; it is escaped. No line ends between a number and its percent sign.
    public init(_ text: String) { source = Self.escaped(text).replacing(" %", with: "\u{a0}%") }

    public init(stringLiteral text: String) { self.init(text) }

    /// The parts in order.
    public init(_ parts: [Markup]) { source = parts.map(\.source).joined() }

    /// A style sheet, which is not escaped.
    init(style: String) { source = "<style>\n\(style)\n</style>" }

    static func element(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = []
    ) -> Markup {
        var markup = Markup([])
        let named = attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
        markup.source =
            children.isEmpty && selfClosing.contains(name)
            ? "<\(name)\(named)/>" : "<\(name)\(named)>\(children.map(\.source).joined())</\(name)>"
        return markup
    }

    /// HTML's void elements and SVG's shapes.
    private static let selfClosing: Set = ["meta", "br", "col", "rect", "line", "path", "circle"]

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.printable.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}

/// Short for `Markup.element`.
func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = []
) -> Markup {
    .element(name, attributes, children)
}
