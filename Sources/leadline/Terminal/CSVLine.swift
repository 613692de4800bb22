/// Fields as CSV wants them (RFC 4180).
struct CSVLine {
    let text: String

    init(_ fields: [String]) {
        text = fields.map { field in
            guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
            return "\"" + field.replacing("\"", with: "\"\"") + "\""
        }
        .joined(separator: ",")
    }
}
