import Foundation
import LeadModel
import Redis

/// A model as a listing shows it.
public struct ListedModel: Equatable, Sendable {
    public var name: String
    public var newestVersion: Int
    /// The version that is published; nil if none of this model is.
    public var publishedVersion: Int?
    /// From 1: when it is asked whether it scores a record.
    public var place: Int?
    /// Which records it is for, if it is published.
    public var scope: ModelScope?
}

/// The models of the registry: versions that never change, and per organization and entity the line-up of the published
/// ones.
extension RegistryReader {
    public func published(organization: String, entity: Entity) throws -> ModelVersion? {
        try lineUp(organization: organization, entity: entity).versions.first
    }

    /// Whether a version is published, or another was before the present one. If not, publishing the first version
    /// requests a sweep by itself.
    public func hasPublished(organization: String, entity: Entity) throws -> Bool {
        if try !lineUp(organization: organization, entity: entity).isEmpty { return true }
        return try redis.call("EXISTS", Keyspace.OrganizationKeys(organization).formerlyPublished(entity)).int == 1
    }

    /// All models that are not deleted, by name.
    public func models(organization: String, entity: Entity) throws -> [ListedModel] {
        let keys = Keyspace.OrganizationKeys(organization)
        let versions = (try redis.call("HGETALL", keys.newestVersions(entity)).array ?? []).compactMap(\.text)
        let deleted = Set((try redis.call("SMEMBERS", keys.deletedModels(entity)).array ?? []).compactMap(\.text))
        let published = try lineUp(organization: organization, entity: entity).entries
        return stride(from: 0, to: versions.count - 1, by: 2).compactMap { index in
            let name = versions[index]
            guard !deleted.contains(name), let newest = Int(versions[index + 1]) else { return nil }
            let place = published.firstIndex { Exact($0.version.name) == Exact(name) }
            return ListedModel(
                name: name, newestVersion: newest, publishedVersion: place.map { published[$0].version.version },
                place: place.map { $0 + 1 }, scope: place.map { published[$0].scope })
        }.sorted { $0.name < $1.name }
    }

    /// The scorecard of a version, also of a deleted model; nil if the registry does not have it.
    ///
    /// - Throws: `RedisError`; `Scorecard.ArtifactError` for an artifact that this build can't read.
    public func scorecard(_ version: ModelVersion, organization: String, entity: Entity) throws -> Scorecard? {
        try artifact(version, organization: organization, entity: entity).map { try Scorecard(artifact: $0) }
    }

    /// The artifact of a version, also of a deleted model; nil if the registry does not have it.
    public func artifact(_ version: ModelVersion, organization: String, entity: Entity) throws -> Data? {
        try redis.call(
            "HGET", Keyspace.OrganizationKeys(organization).artifacts(entity), Keyspace.pointer(version)
        ).bytes.map { Data($0) }
    }
}
