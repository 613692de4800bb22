/// A line of a CSV file (RFC 4180), without its line end.
public struct CSVLine: Sendable {
    public let text: String

    public init(_ fields: [String]) {
        text = fields.map { field in
            guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
            return "\"" + field.replacing("\"", with: "\"\"") + "\""
        }
        .joined(separator: ",")
    }
}
