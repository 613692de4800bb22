import LeadModel

/// A value that an attribute might have had.
public struct AttributeChange: Sendable {
    /// What it can mean, most likely first; never empty.
    private let readings: [(attribute: String, value: String)]

    /// - Parameter value: as a file of records would give it; blank means missing.
    public init(_ attribute: String, _ value: String) { readings = [(attribute, value)] }

    /// From `attribute=value`. Both can contain "=", so which sign separates them depends on the scorecard.
    ///
    /// - Returns: nil if there is no "=" behind an attribute.
    public init?(_ text: String) {
        readings = text.indices.filter { text[$0] == "=" && $0 > text.startIndex }.map { sign in
            (String(text[..<sign]), String(text[text.index(after: sign)...]))
        }
        if readings.isEmpty { return nil }
    }

    /// The first reading whose attribute the scorecard reads.
    ///
    /// - Throws: `ViewError.unreadAttribute`.
    func resolved(by card: Scorecard, _ model: ModelVersion) throws -> (attribute: String, value: Value?) {
        let known = Set(card.attributes.map { Exact($0.name) })
        let (attribute, value) = readings.first { known.contains(Exact($0.attribute)) } ?? readings[0]
        try card.require(attribute, of: model)
        return (attribute, value.trimmed.isEmpty ? nil : .text(value))
    }
}

extension Scorecard {
    /// - Throws: `ViewError.unreadAttribute` if the scorecard doesn't read the attribute.
    func require(_ attribute: String, of model: ModelVersion) throws {
        guard !attributes.contains(where: { Exact($0.name) == Exact(attribute) }) else { return }
        throw ViewError.unreadAttribute(
            attribute, model, reason: selection.first { Exact($0.attribute) == Exact(attribute) }?.reason,
            attributes: attributes.map(\.name))
    }
}
