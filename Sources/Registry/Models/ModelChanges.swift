import Foundation
import LeadModel
import Redis

extension RegistryWriter {
    /// Adds a scorecard as a new version of a model.
    public func add(_ artifact: Data, as name: String, organization: String, entity: Entity) throws -> ModelVersion {
        let text = String(decoding: artifact, as: UTF8.self)
        let reply = try change("model add", of: organization, entity: entity, script: .addVersion, [name, text])
        guard let version = reply.int else { throw redis.unexpected(reply, to: "model add") }
        return ModelVersion(name: name, version: Int(version))
    }

    /// Publishes a version: new events are scored with it from now on.
    ///
    /// - Parameters:
    ///   - version: nil for the model's newest.
    ///   - startsSweep: rescores stored records at once. Otherwise the next daily sweep does, except after the first
    ///     publication ever, which always starts a sweep.
    /// - Returns: the published version; nil if there is no such model or version.
    public func publish(
        _ name: String, version: Int?, organization: String, entity: Entity, startsSweep: Bool = false
    ) throws -> ModelVersion? {
        try change(
            "model publish", of: organization, entity: entity, script: .publish,
            [name, version.map { "\($0)" } ?? "", startsSweep ? "1" : ""]
        ).text.flatMap(Keyspace.version(pointer:))
    }

    /// Publishes the former version again; nil if there is none.
    public func rollback(organization: String, entity: Entity) throws -> ModelVersion? {
        try change("model rollback", of: organization, entity: entity, script: .rollback, []).text
            .flatMap(Keyspace.version(pointer:))
    }

    /// Takes a model out of use. Its versions stay readable, since the reasons of past scores follow from them.
    ///
    /// - Returns: false if there is no such model.
    public func delete(_ name: String, organization: String, entity: Entity) throws -> Bool {
        try change("model delete", of: organization, entity: entity, script: .deleteModel, [name]).int == 1
    }
}
