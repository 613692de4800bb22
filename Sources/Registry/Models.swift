import Foundation
import LeadModel
import Redis

/// The models of the registry: versions that never change, and one pointer per organization and entity to what is
/// published.
extension Registry {
    /// A model as a listing shows it.
    public struct Model: Equatable, Sendable {
        public var name: String
        public var newestVersion: Int
        /// The version that is published, if it is one of this model.
        public var publishedVersion: Int?
    }

    /// Keeps a scorecard as a new version of a model.
    public func add(_ artifact: Data, as name: String, organization: String, entity: Entity) throws -> ModelVersion {
        let text = String(decoding: artifact, as: UTF8.self)
        let reply = try change(
            "model add", of: organization, entity: entity, detail: "", script: .addVersion
        ) { [name, text] }
        guard let version = reply.int else { throw RedisError.unexpected(command: "model add", reply: reply.shape) }
        return ModelVersion(name: name, version: Int(version))
    }

    /// Makes a version the one that scores.
    ///
    /// - Parameters:
    ///   - version: nothing for the model's newest.
    ///   - startsSweep: what is stored gets it at once; else with the next daily sweep, unless it is the first ever.
    /// - Returns: what is published now; nothing if there is no such model or version.
    public func publish(
        _ name: String, version: Int?, organization: String, entity: Entity, startsSweep: Bool = false
    ) throws -> ModelVersion? {
        let reply = try change("model publish", of: organization, entity: entity, detail: "", script: .publish) {
            [name, version.map { "\($0)" } ?? "", startsSweep ? "1" : ""]
        }
        return reply.text.flatMap(Keyspace.version(pointer:))
    }

    /// Publishes again what was published before; nothing if nothing was.
    public func rollback(organization: String, entity: Entity) throws -> ModelVersion? {
        let reply = try change("model rollback", of: organization, entity: entity, detail: "", script: .rollback) { [] }
        return reply.text.flatMap(Keyspace.version(pointer:))
    }

    /// Takes a model out of use. Its versions stay readable, since past scores' reasons follow from them.
    ///
    /// - Returns: whether there was such a model.
    public func delete(_ name: String, organization: String, entity: Entity) throws -> Bool {
        try change("model delete", of: organization, entity: entity, detail: "", script: .deleteModel) { [name] }.int
            == 1
    }

    public func published(organization: String, entity: Entity) throws -> ModelVersion? {
        try redis.call("GET", Keyspace.OrganizationKeys(organization).published(entity)).text
            .flatMap(Keyspace.version(pointer:))
    }

    /// Whether a version is published, or was before the present one. If not, the next to be published is the first, which
    /// asks for a sweep itself.
    public func hasPublished(organization: String, entity: Entity) throws -> Bool {
        if try published(organization: organization, entity: entity) != nil { return true }
        return try redis.call("EXISTS", Keyspace.OrganizationKeys(organization).formerlyPublished(entity)).int == 1
    }

    /// All that are not deleted, by name.
    public func models(organization: String, entity: Entity) throws -> [Model] {
        let keys = Keyspace.OrganizationKeys(organization)
        let versions = (try redis.call("HGETALL", keys.newestVersions(entity)).array ?? []).compactMap(\.text)
        let deleted = Set((try redis.call("SMEMBERS", keys.deletedModels(entity)).array ?? []).compactMap(\.text))
        let published = try published(organization: organization, entity: entity)
        return stride(from: 0, to: versions.count - 1, by: 2).compactMap { index in
            let name = versions[index]
            guard !deleted.contains(name), let newest = Int(versions[index + 1]) else { return nil }
            return Model(
                name: name, newestVersion: newest,
                publishedVersion: published?.name == name ? published?.version : nil)
        }.sorted { $0.name < $1.name }
    }

    /// The scorecard of a version; nothing if there is none.
    public func scorecard(_ version: ModelVersion, organization: String, entity: Entity) throws -> Scorecard? {
        try artifact(version, organization: organization, entity: entity).map { try Scorecard(artifact: $0) }
    }

    /// The artifact of a version, also of a model that was deleted; nothing if there is none.
    public func artifact(_ version: ModelVersion, organization: String, entity: Entity) throws -> Data? {
        try redis.call(
            "HGET", Keyspace.OrganizationKeys(organization).artifacts(entity), Keyspace.pointer(version)
        ).bytes.map { Data($0) }
    }
}
