import Fleet
import Foundation
import LeadModel
import Registry

/// Changes the models of one organization and entity. Each change is in the audit log.
public struct ModelAdministration: Sendable {
    public let organization: String
    public let entity: Entity
    private let deployment: Deployment

    public init(_ deployment: Deployment, organization: String, entity: Entity) {
        (self.deployment, self.organization, self.entity) = (deployment, organization, entity)
    }

    /// A version that scores from now on, and when stored records are scored by it.
    public struct Publication: Equatable, Sendable {
        public var version: ModelVersion
        /// nil if a sweep is requested now; otherwise when the next daily sweep is due.
        public var nextSweep: SweepTime?
    }

    /// When a daily sweep is due, as the organization's clock shows it.
    public struct SweepTime: Equatable, Sendable {
        /// "2026-11-22 03:00"
        public var local: String
        /// "Europe/Berlin"
        public var zone: String
    }

    /// Checks whether the registry answers, before long work whose result goes there.
    public func check() throws { try deployment.withRegistry { _ = try $0.now() } }

    /// Whether trainings for the organization leave out sensitive attributes; false if it doesn't exist.
    public func barsSensitive() throws -> Bool {
        try deployment.withRegistry { try $0.settings(of: organization)?.barsSensitive ?? false }
    }

    /// Adds a scorecard as a new version of a model, and creates the organization if it does not exist.
    ///
    /// - Throws: `ModelError.invalidName`; `RedisError`.
    public func add(_ artifact: Data, as name: String) throws -> (version: ModelVersion, createdOrganization: Bool) {
        guard ModelName.isValid(name) else { throw ModelError.invalidName(name) }
        return try deployment.withRegistry { registry in
            let isCreated = try registry.create(organization)
            return (try registry.add(artifact, as: name, organization: organization, entity: entity), isCreated)
        }
    }

    /// Publishes a version: it scores from now on.
    ///
    /// - Parameters:
    ///   - version: nil for the newest.
    ///   - startsSweep: rescores stored records at once. The first publication always does.
    /// - Throws: `ModelError.noSuchModel`; `UnknownOrganization`; `RedisError`.
    public func publish(_ name: String, version: Int? = nil, startsSweep: Bool) throws -> Publication {
        try deployment.withRegistry { registry in
            let settings = try registry.requiredSettings(of: organization)
            let isFirst = try !registry.hasPublished(organization: organization, entity: entity)
            let published = try registry.publish(
                name, version: version, organization: organization, entity: entity, startsSweep: startsSweep)
            guard let published else { throw missing(name, version) }
            return Publication(
                version: published, nextSweep: startsSweep || isFirst ? nil : try nextSweep(registry, settings))
        }
    }

    /// Publishes the version that was published before.
    ///
    /// - Throws: `ModelError.nothingPublishedBefore`; `UnknownOrganization`; `RedisError`.
    public func rollback() throws -> Publication {
        try deployment.withRegistry { registry in
            let settings = try registry.requiredSettings(of: organization)
            guard let published = try registry.rollback(organization: organization, entity: entity) else {
                throw ModelError.nothingPublishedBefore(organization: organization, entity)
            }
            return Publication(version: published, nextSweep: try nextSweep(registry, settings))
        }
    }

    /// Whether a version of the model is published.
    ///
    /// - Throws: `ModelError.noSuchModel`; `UnknownOrganization`; `RedisError`.
    public func isPublished(_ name: String) throws -> Bool {
        try deployment.withRegistry { registry in
            _ = try registry.requiredSettings(of: organization)
            let models = try registry.models(organization: organization, entity: entity)
            guard let model = models.first(where: { $0.name == name }) else {
                throw missing(name)
            }
            return model.publishedVersion != nil
        }
    }

    /// Takes a model out of use. If it is published, nothing scores the entity afterwards, and a sweep removes its scores.
    ///
    /// - Throws: `ModelError.noSuchModel`; `RedisError`.
    public func delete(_ name: String) throws {
        try deployment.withRegistry { registry in
            guard try registry.delete(name, organization: organization, entity: entity) else {
                throw missing(name)
            }
        }
    }

    private func missing(_ name: String, _ version: Int? = nil) -> ModelError {
        .noSuchModel(MissingModel(organization: organization, entity: entity, name: name, version: version))
    }

    private func nextSweep(_ registry: RegistryReader, _ settings: OrganizationSettings) throws -> SweepTime {
        let daily = settings.dailyTime
        let now = try registry.now().adding(seconds: deployment.clockOffset)
        return SweepTime(
            local: daily.localText(daily.next(after: max(now, settings.created))), zone: settings.zone)
    }
}

public enum ModelError: Error, Equatable {
    case invalidName(String)
    case noSuchModel(MissingModel)
    case nothingPublishedBefore(organization: String, Entity)
}

/// A model, or a version of it if one was given, that the registry does not have.
public struct MissingModel: Equatable, Sendable {
    public var organization: String
    public var entity: Entity
    public var name: String
    public var version: Int?

    /// "sales" or "sales 3"
    public var title: String { version.map { "\(name) \($0)" } ?? name }
}

/// Names of models: 1 to 100 bytes, without control characters, and without blanks at either end.
///
/// A name must be in Unicode's composed form (NFC) and must not begin with a combining mark: Redis compares names by their
/// bytes, Swift by what they look like, and for these names both agree.
public enum ModelName {
    public static func isValid(_ name: String) -> Bool {
        let scalars = name.unicodeScalars
        guard (1...100).contains(name.utf8.count), let first = scalars.first, let last = scalars.last else {
            return false
        }
        let isPlain = !scalars.contains { $0.properties.generalCategory == .control }
        let isBlankAtAnEnd = first.properties.isWhitespace || last.properties.isWhitespace
        return isPlain && !isBlankAtAnEnd && !first.isCombiningMark
            && name.precomposedStringWithCanonicalMapping.utf8.elementsEqual(name.utf8)
    }
}

extension Unicode.Scalar {
    fileprivate var isCombiningMark: Bool {
        [.nonspacingMark, .spacingMark, .enclosingMark].contains(properties.generalCategory)
    }
}
