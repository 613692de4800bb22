import Foundation

/// The scorecard as JSON that a person can read and diff. It is the file format, and what the registry stores.
extension Scorecard {
    /// Keys are sorted, and numbers have the shortest form that decodes to the same value, so equal scorecards give
    /// equal bytes.
    public func artifact() -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(Artifact(self)) + Data("\n".utf8)
        } catch {
            preconditionFailure("a scorecard holds nothing that JSON cannot: \(error)")
        }
    }

    /// - Throws: `ArtifactError` that says what is wrong with the artifact.
    public init(artifact data: Data) throws(ArtifactError) {
        let artifact: Artifact
        do {
            artifact = try JSONDecoder().decode(Artifact.self, from: data)
        } catch let DecodingError.keyNotFound(key, context) {
            throw ArtifactError("\(path(context.codingPath))\(key.stringValue) is missing")
        } catch let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(_, context) {
            throw ArtifactError("\(path(context.codingPath)) has the wrong type")
        } catch let error as FilterError {
            throw ArtifactError("filter: \(error)")
        } catch {
            throw ArtifactError("it is not JSON of a scorecard")
        }
        self = try artifact.scorecard()
    }

    /// Which records the scorecard of an artifact is for, also of a format that this build can't read. What is no JSON object
    /// at all is for everything: workers report it.
    ///
    /// - Throws: `ArtifactError` for a filter that can't be read.
    public static func scope(ofArtifact data: Data) throws(ArtifactError) -> ModelScope {
        do {
            return try JSONDecoder().decode(ModelScope.self, from: data)
        } catch let error as FilterError {
            throw ArtifactError("filter: \(error)")
        } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
            return .everything
        } catch DecodingError.typeMismatch(_, let context) where context.codingPath.isEmpty {
            return .everything
        } catch {
            throw ArtifactError("process or filter can't be read")
        }
    }

    /// Why an artifact can't be read.
    public struct ArtifactError: Error, CustomStringConvertible {
        public let description: String

        init(_ what: String) { description = "not a scorecard of format \(Artifact.format): \(what)" }
    }
}

private func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map { "[\($0)]." } ?? "\($0.stringValue)." }.joined()
}

private struct Artifact: Codable {
    static let format = "leadline-scorecard/5"
    /// Format 1 had no pairs, no selection, and only numbers and categories. Format 2 has no stages. Both are still
    /// read. A reader that knows only older formats must refuse newer ones, because it would ignore parts and give
    /// wrong scores. Therefore format 3 is only used for a scorecard that reads a record's fields, format 4 for one
    /// that says how values are read, and format 5 for one with triples or groups of
    /// levels.
    static let readable = ["leadline-scorecard/1", plainFormat, fieldsFormat, valuesFormat, format]
    static let plainFormat = "leadline-scorecard/2"
    static let fieldsFormat = "leadline-scorecard/3"
    static let valuesFormat = "leadline-scorecard/4"

    var format: String
    var entity: Entity
    var intercept: Double
    var missing: [String]
    var keep: [String]?
    var stages: Scorecard.Stages?
    var attributes: [ArtifactAttribute]
    var pairs: [ArtifactPair]?
    var triples: [ArtifactTriple]?
    /// Not part of any format, since they change no score: what is fixed, and which records it is for.
    var fixed: [String]?
    var process: String?
    var filter: RecordFilter?
    var selection: [ArtifactChoice]?
    var training: Scorecard.Training
    var quality: Scorecard.Quality

    init(_ card: Scorecard) {
        let core = Set(CoreAttribute.allCases.map(\.name))
        let readsFields = !card.stages.isEmpty || card.attributes.contains { core.contains(Exact($0.name)) }
        let readsValues = !card.keep.isEmpty || card.attributes.contains { !$0.values.isPlain }
        let plain = readsValues ? Self.valuesFormat : readsFields ? Self.fieldsFormat : Self.plainFormat
        let readsGroups = card.attributes.contains { $0.reading.levels?.groups.isEmpty == false }
        format = card.triples.isEmpty && !readsGroups ? plain : Self.format
        (entity, intercept) = (card.entity, card.intercept)
        if !card.keep.isEmpty { keep = card.keep }
        if !card.stages.isEmpty { stages = card.stages }
        (missing, training, quality) = (card.missing, card.training, card.quality)
        attributes = card.attributes.map(ArtifactAttribute.init)
        pairs = card.pairs.map { ArtifactPair($0, card.attributes) }
        if !card.triples.isEmpty { triples = card.triples.map { ArtifactTriple($0, card.attributes) } }
        selection = card.selection.map(ArtifactChoice.init)
        fixed = card.fixed
        (process, filter) = (card.scope.process, card.scope.filter)
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
        var readTriples: [Scorecard.Triple] = []
        for triple in triples ?? [] { readTriples.append(try triple.read(read)) }
        var card = Scorecard(
            entity: entity, intercept: intercept, attributes: read, pairs: readPairs, triples: readTriples,
            missing: missing, keep: keep ?? [], stages: stages ?? .init(), selection: selection?.map(\.choice) ?? [],
            training: training,
            quality: quality)
        card.fixed = fixed
        card.scope = ModelScope(process: process, filter: filter)
        return card
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
