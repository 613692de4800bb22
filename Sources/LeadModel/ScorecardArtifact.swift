import Foundation

/// The scorecard as JSON that a person can read and diff: its file, and what the registry keeps.
extension Scorecard {
    /// Keys sorted, numbers in the shortest form that reads back the same: equal scorecards give equal bytes.
    public func artifact() -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(Artifact(self)) + Data("\n".utf8)
        } catch {
            preconditionFailure("a scorecard holds nothing that JSON cannot: \(error)")
        }
    }

    /// - Throws: `ArtifactError` that says what of the artifact is wrong.
    public init(artifact data: Data) throws(ArtifactError) {
        let artifact: Artifact
        do {
            artifact = try JSONDecoder().decode(Artifact.self, from: data)
        } catch let DecodingError.keyNotFound(key, context) {
            throw ArtifactError("\(path(context.codingPath))\(key.stringValue) is missing")
        } catch let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(_, context) {
            throw ArtifactError("\(path(context.codingPath)) has the wrong type")
        } catch {
            throw ArtifactError("it is not JSON of a scorecard")
        }
        self = try artifact.scorecard()
    }

    /// An artifact that cannot be read: what of it is wrong.
    public struct ArtifactError: Error, CustomStringConvertible {
        public let description: String

        init(_ what: String) { description = "not a scorecard of format \(Artifact.format): \(what)" }
    }
}

private func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map { "[\($0)]." } ?? "\($0.stringValue)." }.joined()
}

private struct Artifact: Codable {
    static let format = "leadline-scorecard/2"
    /// The first had neither pairs, selection nor kinds besides numbers and categories; it is read like any other. Who
    /// knows the first alone must refuse the second, since pairs passed over would be wrong scores.
    static let readable = ["leadline-scorecard/1", format]

    var format: String
    var entity: Entity
    var intercept: Double
    var missing: [String]
    var attributes: [ArtifactAttribute]
    var pairs: [ArtifactPair]?
    var selection: [ArtifactChoice]?
    var training: Scorecard.Training
    var quality: Scorecard.Quality

    init(_ card: Scorecard) {
        (format, entity, intercept) = (Self.format, card.entity, card.intercept)
        (missing, training, quality) = (card.missing, card.training, card.quality)
        attributes = card.attributes.map(ArtifactAttribute.init)
        pairs = card.pairs.map { ArtifactPair($0, card.attributes) }
        selection = card.selection.map(ArtifactChoice.init)
    }

    func scorecard() throws(Scorecard.ArtifactError) -> Scorecard {
        guard Self.readable.contains(format) else {
            throw Scorecard.ArtifactError("format is \(format.debugDescription)")
        }
        var read: [Scorecard.Attribute] = []
        for attribute in attributes { read.append(try attribute.read()) }
        guard Set(read.map { Exact($0.name) }).count == read.count else {
            throw Scorecard.ArtifactError("an attribute stands twice")
        }
        var readPairs: [Scorecard.Pair] = []
        for pair in pairs ?? [] { readPairs.append(try pair.read(read)) }
        return Scorecard(
            entity: entity, intercept: intercept, attributes: read, pairs: readPairs, missing: missing,
            selection: selection?.map(\.choice) ?? [], training: training, quality: quality)
    }
}

/// Whether an attribute of the data is used, and why.
private struct ArtifactChoice: Codable {
    var attribute: String
    var use: Scorecard.Choice.Reason
    var warning: String?

    init(_ choice: Scorecard.Choice) {
        (attribute, use, warning) = (choice.attribute, choice.reason, choice.warning)
    }

    var choice: Scorecard.Choice { .init(attribute: attribute, reason: use, warning: warning) }
}
