/// Content types as far as they say how a body is to be read.
enum MediaType {
    static let event = "application/cloudevents+json"
    static let batch = "application/cloudevents-batch+json"

    /// What the body must be.
    enum Shape { case event, batch, either }

    static func shape(_ contentType: String?) throws(Refusal) -> Shape {
        guard let contentType, !contentType.isEmpty else { return .either }
        switch essence(contentType) {
        case event: return .event
        case batch: return .batch
        case let other where isJSON(essence: other): return .either
        default:
            throw Refusal(
                .unsupportedContentType, "content type",
                "must be \(event), \(batch), another JSON type, or none")
        }
    }

    static func isJSON(_ mediaType: String) -> Bool { isJSON(essence: essence(mediaType)) }

    private static func isJSON(essence: String) -> Bool {
        essence == "application/json" || essence == "text/json" || (essence.hasSuffix("+json") && essence.contains("/"))
    }

    /// In lower case and without parameters.
    private static func essence(_ text: String) -> String {
        if text == event || text == batch { return text }
        return String(text.prefix { $0 != ";" && $0 != " " && $0 != "\t" }).lowercased()
    }
}
