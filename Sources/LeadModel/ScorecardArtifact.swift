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
    static let format = "leadline-scorecard/1"

    var format: String
    var entity: Entity
    var intercept: Double
    var missing: [String]
    var attributes: [Attribute]
    var training: Scorecard.Training
    var quality: Scorecard.Quality

    struct Attribute: Codable {
        var name: String
        var kind: Kind
        var bins: [Bin]
        var rareFingerprints: [UInt32]?
    }

    enum Kind: String, Codable { case number, category }

    /// `special`: missing, rare or unseen. `levels`: the categories of a bin. `from`: the least number of a bin, nothing
    /// for the first.
    struct Bin: Codable {
        var label: String
        var points: Double
        var records: Int
        var positives: Int
        var medianDays: Double?
        var levels: [String]?
        var from: Double?
        var special: String?
    }

    init(_ card: Scorecard) {
        (format, entity, intercept) = (Self.format, card.entity, card.intercept)
        (missing, training, quality) = (card.missing, card.training, card.quality)
        attributes = card.attributes.map { attribute in
            var bins = attribute.bins.map {
                Bin(
                    label: $0.label, points: $0.points, records: $0.records, positives: $0.positives,
                    medianDays: $0.medianDays)
            }
            bins[attribute.missingBin].special = "missing"
            bins[attribute.unseenBin].special = "unseen"
            var kind = Kind.number
            var rare: [UInt32]?
            switch attribute.reading {
            case .number(let edges):
                for (index, edge) in edges.enumerated() { bins[index + 1].from = edge }
            case .category(let levels):
                kind = .category
                bins[attribute.missingBin + 1].special = "rare"
                rare = levels.rare?.sorted()
                let byBin = Dictionary(grouping: levels.bins.keys) { levels.bins[$0] ?? 0 }
                for (index, names) in byBin { bins[index].levels = names.sorted() }
            }
            return Attribute(name: attribute.name, kind: kind, bins: bins, rareFingerprints: rare)
        }
    }

    func scorecard() throws(Scorecard.ArtifactError) -> Scorecard {
        guard format == Self.format else { throw Scorecard.ArtifactError("format is \(format.debugDescription)") }
        var read: [Scorecard.Attribute] = []
        for attribute in attributes { read.append(try attribute.read()) }
        guard Set(read.map { Exact($0.name) }).count == read.count else {
            throw Scorecard.ArtifactError("an attribute stands twice")
        }
        return Scorecard(
            entity: entity, intercept: intercept, attributes: read, missing: missing, training: training,
            quality: quality)
    }
}

extension Artifact.Attribute {
    fileprivate func read() throws(Scorecard.ArtifactError) -> Scorecard.Attribute {
        let specials = kind == .number ? ["missing", "unseen"] : ["missing", "rare", "unseen"]
        let values = bins.prefix { $0.special == nil }
        guard bins.dropFirst(values.count).map(\.special) == specials, bins.count <= Int(UInt16.max) else {
            throw Scorecard.ArtifactError("the bins of \(name) do not end with \(specials.joined(separator: ", "))")
        }
        let reading: Scorecard.Reading
        switch kind {
        case .number:
            let edges = values.dropFirst().compactMap(\.from)
            guard edges.count == max(0, values.count - 1), values.first?.from == nil,
                zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }), !values.isEmpty
            else { throw Scorecard.ArtifactError("the bins of \(name) do not rise") }
            reading = .number(edges: edges)
        case .category:
            var levels: [String: Int] = [:]
            for (index, bin) in values.enumerated() {
                for level in bin.levels ?? [] where levels.updateValue(index, forKey: level) != nil {
                    throw Scorecard.ArtifactError("a level of \(name) stands in two bins")
                }
            }
            reading = .category(.init(bins: levels, rare: rareFingerprints.map(Set.init)))
        }
        return Scorecard.Attribute(
            name: name, reading: reading,
            bins: bins.map {
                .init(
                    label: $0.label, points: $0.points, records: $0.records, positives: $0.positives,
                    medianDays: $0.medianDays)
            })
    }
}
