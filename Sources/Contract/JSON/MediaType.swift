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

    static func isJSON(_ mediaType: String) -> Bool {
        mediaType.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 } && isJSON(essence: essence(mediaType))
    }

    private static func isJSON(essence: String) -> Bool {
        if essence == "application/json" || essence == "text/json" { return true }
        let parts = essence.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count == 2 && essence.hasSuffix("+json") && parts.allSatisfy(isToken)
    }

    /// A name as RFC 9110 has it, in lower case.
    private static func isToken(_ text: Substring.UTF8View) -> Bool {
        !text.isEmpty
            && text.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || "!#$%&'*+-.^_`|~".utf8.contains($0)
            }
    }

    /// Without parameters, and its letters of ASCII in lower case.
    private static func essence(_ text: String) -> String {
        if text == event || text == batch { return text }
        let name = text.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 && $0 != 0x09 }
        return String(decoding: name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
