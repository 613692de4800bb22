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

    /// What is published from now on, and when stored records are scored by it.
    public struct Publication: Equatable, Sendable {
        public var version: ModelVersion
        /// All that is published now.
        public var lineUp: LineUp
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

    /// Publishes a version: it scores the records that it is for from now on.
    ///
    /// - Parameters:
    ///   - version: nil for the newest.
    ///   - startsSweep: rescores stored records at once. The first publication always does.
    /// - Throws: `ModelError`; `UnknownOrganization`; `RedisError`.
    public func publish(_ name: String, version: Int? = nil, startsSweep: Bool) throws -> Publication {
        try changing(name, version) { registry, settings in
            let isFirst = try !registry.hasPublished(organization: organization, entity: entity)
            let published = try registry.publish(
                name, version: version, organization: organization, entity: entity, startsSweep: startsSweep)
            return Publication(
                version: published, lineUp: try registry.lineUp(organization: organization, entity: entity),
                nextSweep: startsSweep || isFirst ? nil : try nextSweep(registry, settings))
        }
    }

    /// Publishes what was published before the last change, all models as they stood.
    ///
    /// - Throws: `ModelError.nothingPublishedBefore`; `UnknownOrganization`; `RedisError`.
    public func rollback() throws -> Publication {
        try changing { registry, settings in
            let lineUp = try registry.rollback(organization: organization, entity: entity)
            return Publication(
                version: lineUp.versions[0], lineUp: lineUp, nextSweep: try nextSweep(registry, settings))
        }
    }

    /// Has the published models asked in this order; those that are not named follow as they stand.
    ///
    /// - Throws: `ModelError.notPublished`; `UnknownOrganization`; `RedisError`.
    public func order(_ names: [String]) throws -> LineUp {
        try changing { registry, _ in try registry.order(names, organization: organization, entity: entity) }
    }

    /// Takes a model out of the published ones. Its versions stay, and it can be published again.
    ///
    /// - Throws: `ModelError.notPublished`; `UnknownOrganization`; `RedisError`.
    public func unpublish(_ name: String) throws -> LineUp {
        try changing { registry, _ in try registry.unpublish(name, organization: organization, entity: entity) }
    }

    /// Whether a version of the model is published, and whether others are.
    ///
    /// - Throws: `ModelError.noSuchModel`; `UnknownOrganization`; `RedisError`.
    public func isPublished(_ name: String) throws -> (itself: Bool, others: Bool) {
        try deployment.withRegistry { registry in
            _ = try registry.requiredSettings(of: organization)
            let models = try registry.models(organization: organization, entity: entity)
            guard let model = models.first(where: { Exact($0.name) == Exact(name) }) else {
                throw missing(name)
            }
            let others = models.contains { $0.publishedVersion != nil && Exact($0.name) != Exact(name) }
            return (model.publishedVersion != nil, others)
        }
    }

    /// Takes a model out of use. If it is published, another published model scores its records from now on, or none; a
    /// sweep follows.
    ///
    /// - Throws: `ModelError.noSuchModel`; `UnknownOrganization`; `RedisError`.
    public func delete(_ name: String) throws {
        try changing(name) { registry, _ in
            try registry.delete(name, organization: organization, entity: entity)
        }
    }

    private func changing<Answer>(
        _ name: String = "", _ version: Int? = nil,
        _ change: (RegistryWriter, OrganizationSettings) throws -> Answer
    ) throws -> Answer {
        try deployment.withRegistry { registry in
            let settings = try registry.requiredSettings(of: organization)
            do {
                return try change(registry, settings)
            } catch let fault as LineUpFault {
                throw error(fault, name, version)
            }
        }
    }

    private func error(_ fault: LineUpFault, _ name: String, _ version: Int?) -> ModelError {
        switch fault {
        case .noSuchModel: missing(name, version)
        case .notPublished(let model): .notPublished(organization: organization, entity, model)
        case .full: .tooManyPublished(organization: organization, entity)
        case .nothingBefore: .nothingPublishedBefore(organization: organization, entity)
        case .contested: .contested(organization: organization)
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
    case notPublished(organization: String, Entity, String)
    /// Ten are published.
    case tooManyPublished(organization: String, Entity)
    /// Others changed the organization's models in each of several attempts.
    case contested(organization: String)
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
