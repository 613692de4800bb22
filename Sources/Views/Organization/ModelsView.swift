import Contract
import Foundation
import LeadModel
import Redis
import Registry

/// An organization's models of one entity, by name.
public struct ModelsView: Encodable, Sendable {
    public let models: [ListedModel]

    /// - Throws: `UnknownOrganization`; `RedisError`.
    public init(of organization: String, entity: Entity, from redis: RedisConnection) throws {
        let registry = RegistryReader(redis)
        _ = try registry.requiredSettings(of: organization)
        models = try registry.models(organization: organization, entity: entity)
    }

    public func encode(to encoder: any Encoder) throws { try models.map(Shape.init).encode(to: encoder) }

    private struct Shape: Encodable {
        var model: String
        var newestVersion: Int
        @OrNull var publishedVersion: Int?
        @OrNull var place: Int?
        @OrNull var process: String?
        @OrNull var filter: RecordFilter?

        init(_ model: ListedModel) {
            (self.model, newestVersion) = (model.name, model.newestVersion)
            (publishedVersion, place) = (model.publishedVersion, model.place)
            (process, filter) = (model.scope?.process, model.scope?.filter)
        }
    }
}

/// A version of a model. Its JSON is the artifact, byte for byte.
public struct ModelVersionView: Sendable {
    public let version: ModelVersion
    public let artifact: Data

    /// - Throws: `Scorecard.ArtifactError`.
    public func scorecard() throws -> Scorecard { try Scorecard(artifact: artifact) }

    /// - Parameters:
    ///   - name: nil: the published model.
    ///   - version: nil: the published version of the model, or its newest one.
    /// - Throws: `ViewError.nothingPublished`, `ViewError.unknownModel`; `UnknownOrganization`; `RedisError`.
    public init(
        _ name: String? = nil, version: Int? = nil, of organization: String, entity: Entity,
        from redis: RedisConnection
    ) throws {
        let registry = RegistryReader(redis)
        _ = try registry.requiredSettings(of: organization)
        let published = try registry.published(organization: organization, entity: entity)
        guard let name = name ?? published?.name else {
            throw ViewError.nothingPublished(organization: organization, entity)
        }
        func unknown(_ model: String) -> ViewError {
            .unknownModel(organization: organization, entity, model: model)
        }
        let wanted: ModelVersion
        if let version {
            wanted = ModelVersion(name: name, version: version)
        } else if let published, published.name == name {
            wanted = published
        } else {
            let models = try registry.models(organization: organization, entity: entity)
            guard let model = models.first(where: { $0.name == name }) else { throw unknown(name) }
            wanted = ModelVersion(name: name, version: model.newestVersion)
        }
        guard let artifact = try registry.artifact(wanted, organization: organization, entity: entity) else {
            throw unknown("\(wanted)")
        }
        (self.version, self.artifact) = (wanted, artifact)
    }
}
