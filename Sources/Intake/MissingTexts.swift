import LeadModel

/// The texts that mean "no value" in a file, in addition to empty ones. Case and surrounding blanks are ignored, and
/// numbers are compared as numbers, as a scorecard does.
public struct MissingTexts: Sendable {
    private let keys: Set<String>

    public init(_ texts: [String]) { keys = Set(texts.compactMap { Value.text($0).asCategory }) }

    /// Whether a value means "no value".
    public func contains(_ value: Value) -> Bool {
        if keys.isEmpty, case .text(let text) = value { return text.trimmed.isEmpty }
        guard let category = value.asCategory else { return true }
        return keys.contains(category)
    }
}
