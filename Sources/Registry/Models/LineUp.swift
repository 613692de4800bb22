import LeadModel
import Redis

/// The versions that are published for an organization's leads or opportunities: none or one today.
public struct LineUp: Equatable, Sendable {
    public let versions: [ModelVersion]
    /// Something is published, and the registry doesn't say what.
    public let isDamaged: Bool

    init() { (versions, isDamaged) = ([], false) }

    /// - Parameter reply: what is stored under `OrganizationKeys.published`.
    init(_ reply: Reply) {
        versions = [reply.text.flatMap(Keyspace.version(pointer:))].compactMap(\.self)
        isDamaged = versions.isEmpty && !reply.isNull
    }

    public var isEmpty: Bool { versions.isEmpty && !isDamaged }

    /// Changes whenever another version may score a record; empty if nothing is published.
    public var signature: String { versions.map(Keyspace.pointer).joined(separator: "\n") }
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
