/// HTML or SVG that is well-formed by the way it is made: texts and attributes are escaped as they go in.
struct Markup: ExpressibleByStringInterpolation {
    private(set) var source: String

    /// A text, such as a value that others wrote.
    init(_ text: String) { source = Self.escaped(text) }

    init(stringLiteral text: String) { self.init(text) }

    /// What stands one after the other.
    init(_ parts: [Markup]) { source = parts.map(\.source).joined() }

    /// Of a style sheet, which is ours and not escaped.
    init(style: String) { source = "<style>\n\(style)\n</style>" }

    static func element(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = []
    ) -> Markup {
        var markup = Markup([])
        let named = attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
        markup.source =
            children.isEmpty && standsAlone.contains(name)
            ? "<\(name)\(named)/>" : "<\(name)\(named)>\(children.map(\.source).joined())</\(name)>"
        return markup
    }

    /// What HTML has no end tag for, and the shapes of SVG.
    private static let standsAlone: Set = ["meta", "br", "col", "rect", "line", "path", "circle"]

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

/// A short name for what reports are made of.
func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = []
) -> Markup {
    .element(name, attributes, children)
}
