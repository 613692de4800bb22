import Foundation
import LeadModel
import Redis

/// The published models of an organization's leads or opportunities, in the order in which they are asked. The first one
/// whose scope contains a record scores it.
public struct LineUp: Equatable, Sendable {
    public static let most = 10

    /// A published version, and which records it is for.
    public struct Entry: Equatable, Sendable {
        public var version: ModelVersion
        public var scope: ModelScope

        public init(_ version: ModelVersion, _ scope: ModelScope = .everything) {
            (self.version, self.scope) = (version, scope)
        }
    }

    public private(set) var entries: [Entry] = []
    /// Something is published, and the registry doesn't say what.
    public let isDamaged: Bool

    public init() { isDamaged = false }

    init(_ entries: [Entry]) { (self.entries, isDamaged) = (entries, false) }

    /// - Parameter reply: what is stored under `OrganizationKeys.published`.
    init(_ reply: Reply) {
        let read = reply.text.flatMap(Self.entries(of:))
        (entries, isDamaged) = (read ?? [], read == nil && !reply.isNull)
    }

    /// - Parameter text: a document of this type, or the pointer that former versions stored for their only model.
    init?(document text: String) {
        guard let entries = Self.entries(of: text) else { return nil }
        self.init(entries)
    }

    private static func entries(of text: String) -> [Entry]? {
        if let version = Keyspace.version(pointer: text) { return [Entry(version)] }
        let read = try? JSONDecoder().decode([Stored].self, from: Data(text.utf8)).map(\.entry)
        guard let read, !read.isEmpty, read.allSatisfy({ $0.version.version > 0 }) else { return nil }
        return read
    }

    public var isEmpty: Bool { entries.isEmpty && !isDamaged }
    public var versions: [ModelVersion] { entries.map(\.version) }

    /// Changes whenever another version may score a record; empty if nothing is published.
    public var signature: String {
        isEmpty
            ? "" : versions.map(Keyspace.pointer).joined(separator: "\n") + " \(FNV1a.hash(document))"
    }

    /// As it is stored; empty if nothing is published.
    var document: String {
        guard !entries.isEmpty else { return "" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(entries.map { Stored($0) }), as: UTF8.self)
        } catch {
            preconditionFailure("a line-up holds nothing that JSON cannot: \(error)")
        }
    }

    public func entry(of model: String) -> Entry? { entries.first { Exact($0.version.name) == Exact(model) } }

    /// Whether the scoring of the same record can move to another model by the passing of time alone.
    public var usesTime: Bool { entries.contains { $0.scope.filter?.usesTime ?? false } }
}

extension LineUp {
    /// With a version published: in the place of the model's other version, else before the first model that is for all
    /// records, which would leave it none.
    ///
    /// - Returns: nil if there are ten already.
    func publishing(_ entry: Entry) -> LineUp? {
        var entries = entries
        if let place = entries.firstIndex(where: { Exact($0.version.name) == Exact(entry.version.name) }) {
            entries[place] = entry
        } else {
            guard entries.count < Self.most else { return nil }
            entries.insert(entry, at: entries.firstIndex { $0.scope.isEverything } ?? entries.count)
        }
        return LineUp(entries)
    }

    func without(_ model: String) -> LineUp { LineUp(entries.filter { Exact($0.version.name) != Exact(model) }) }

    /// Models that score no record, each with the one before it that takes all of its records: one of the same scope, or one
    /// for all records.
    public var hidden: [(model: String, by: String)] {
        entries.indices.compactMap { place in
            let before = entries[..<place].first {
                $0.scope.isEverything || $0.scope == entries[place].scope
            }
            return before.map { (entries[place].version.name, $0.version.name) }
        }
    }

    /// With these models first, in this order, and the others after them as they stand.
    ///
    /// - Returns: nil if one of them is not in it, or stands twice.
    func ordered(_ models: [String]) -> LineUp? {
        let first = models.compactMap(entry(of:))
        guard first.count == models.count, Set(models.map { Exact($0) }).count == models.count else { return nil }
        return LineUp(first + entries.filter { entry in !first.contains(entry) })
    }
}

/// An entry in Redis.
private struct Stored: Codable {
    var name: String
    var version: Int
    var process: String?
    var filter: RecordFilter?

    init(_ entry: LineUp.Entry) {
        (name, version) = (entry.version.name, entry.version.version)
        (process, filter) = (entry.scope.process, entry.scope.filter)
    }

    var entry: LineUp.Entry {
        .init(ModelVersion(name: name, version: version), ModelScope(process: process, filter: filter))
    }
}

extension LineUp: CustomStringConvertible {
    public var description: String {
        isDamaged
            ? "an unreadable version"
            : isEmpty ? "no model" : "model " + versions.map(\.description).joined(separator: ", ")
    }
}

extension RegistryReader {
    public func lineUp(organization: String, entity: Entity) throws -> LineUp {
        var pipeline = Pipeline()
        pipeline.add("GET", Keyspace.OrganizationKeys(organization).published(entity))
        return LineUp(try redis.runUnlessDamaged(pipeline)[0])
    }
}
