import LeadModel

/// The texts that stand for "no value" in a file, besides empty ones: `--missing`. Case and blanks around them do not
/// matter, and numbers are compared as numbers, just as a scorecard does it.
public struct MissingTexts: Sendable {
    private let keys: Set<String>

    public init(_ texts: [String]) { keys = Set(texts.compactMap { Value.text($0).asCategory }) }

    /// Whether a value is none.
    public func contains(_ value: Value) -> Bool {
        if keys.isEmpty, case .text(let text) = value { return text.trimmed.isEmpty }
        guard let category = value.asCategory else { return true }
        return keys.contains(category)
    }
}
