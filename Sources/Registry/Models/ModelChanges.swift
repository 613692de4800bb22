import Foundation
import LeadModel
import Redis

/// Why a line-up stays as it is.
public enum LineUpFault: Error, Equatable {
    /// There is no such model or version.
    case noSuchModel
    /// None of its versions is published.
    case notPublished(String)
    /// Ten models are published already.
    case full
    case nothingBefore
    /// Others changed it in each of several attempts.
    case contested
}

extension RegistryWriter {
    /// Adds a scorecard as a new version of a model.
    public func add(_ artifact: Data, as name: String, organization: String, entity: Entity) throws -> ModelVersion {
        let text = String(decoding: artifact, as: UTF8.self)
        let reply = try change("model add", of: organization, entity: entity, script: .addVersion, [name, text])
        guard let version = reply.int else { throw redis.unexpected(reply, to: "model add") }
        return ModelVersion(name: name, version: Int(version))
    }

    /// Publishes a version: new events are scored with it from now on, if they are in its scope. It takes the place of the
    /// model's other version, else the last one before the models that are for all records.
    ///
    /// - Parameters:
    ///   - version: nil for the model's newest.
    ///   - startsSweep: rescores stored records at once. Otherwise the next daily sweep does, except after the first
    ///     publication ever, which always starts a sweep.
    /// - Returns: the published version.
    /// - Throws: `LineUpFault`; `Scorecard.ArtifactError`; `RedisError`.
    @discardableResult
    public func publish(
        _ name: String, version: Int?, organization: String, entity: Entity, startsSweep: Bool = false
    ) throws -> ModelVersion {
        let published = try setLineUp("model publish", of: organization, entity) { state throws in
            let newest = try self.models(organization: organization, entity: entity)
                .first { Exact($0.name) == Exact(name) }?.newestVersion
            guard let number = newest.map({ version ?? $0 }) else { throw LineUpFault.noSuchModel }
            let wanted = ModelVersion(name: name, version: number)
            guard let artifact = try self.artifact(wanted, organization: organization, entity: entity) else {
                throw LineUpFault.noSuchModel
            }
            let scope = try Scorecard.scope(ofArtifact: artifact)
            guard let lineUp = state.lineUp.publishing(.init(wanted, scope)) else { throw LineUpFault.full }
            let isFirst = state.lineUp.isEmpty && state.former.isEmpty
            var change = state.replaced(
                by: lineUp, detail: "\(wanted)" + (scope.isEverything ? "" : ", for \(scope.words)"))
            change.request = isFirst || startsSweep ? .run : nil
            return change
        }
        // It was put there just now.
        return published.entry(of: name)!.version
    }

    /// Takes a model out of the line-up; its versions stay.
    ///
    /// - Returns: what is published now.
    /// - Throws: `LineUpFault`; `RedisError`.
    @discardableResult
    public func unpublish(_ name: String, organization: String, entity: Entity) throws -> LineUp {
        try setLineUp("model unpublish", of: organization, entity) { state throws in
            guard state.lineUp.entry(of: name) != nil else { throw LineUpFault.notPublished(name) }
            var change = state.replaced(by: state.lineUp.without(name), detail: name)
            change.request = .unscored
            return change
        }
    }

    /// Puts published models first, in this order.
    ///
    /// - Throws: `LineUpFault`; `RedisError`.
    public func order(_ names: [String], organization: String, entity: Entity) throws -> LineUp {
        try setLineUp("model order", of: organization, entity) { state throws in
            if let missing = names.first(where: { state.lineUp.entry(of: $0) == nil }) {
                throw LineUpFault.notPublished(missing)
            }
            let ordered = state.lineUp.ordered(names) ?? state.lineUp
            return state.replaced(by: ordered, detail: ordered.names)
        }
    }

    /// Publishes the former line-up again.
    ///
    /// - Throws: `LineUpFault.nothingBefore`; `RedisError`.
    public func rollback(organization: String, entity: Entity) throws -> LineUp {
        try setLineUp("model rollback", of: organization, entity) { state throws in
            guard let last = state.former.first else { throw LineUpFault.nothingBefore }
            return LineUpChange(lineUp: last, former: Array(state.former.dropFirst()), detail: last.names)
        }
    }

    /// Takes a model out of use. Its versions stay readable, since the reasons of past scores follow from them.
    ///
    /// - Throws: `LineUpFault.noSuchModel`; `RedisError`.
    public func delete(_ name: String, organization: String, entity: Entity) throws {
        try setLineUp("model delete", of: organization, entity) { state throws in
            let models = try self.models(organization: organization, entity: entity)
            guard models.contains(where: { Exact($0.name) == Exact(name) }) else { throw LineUpFault.noSuchModel }
            let wasPublished = state.lineUp.entry(of: name) != nil
            let former = state.former.map { $0.without(name) }.filter { !$0.isEmpty }
            var change = LineUpChange(lineUp: state.lineUp.without(name), former: former, detail: name)
            (change.deleted, change.request) = (name, wasPublished ? .unscored : nil)
            return change
        }
    }

    /// Works out a change from the present state, and stores it unless that changed meanwhile.
    ///
    /// - Returns: what is published now.
    @discardableResult
    private func setLineUp(
        _ action: String, of organization: String, _ entity: Entity, _ change: (LineUpState) throws -> LineUpChange
    ) throws -> LineUp {
        let keys = Keyspace.OrganizationKeys(organization)
        for _ in 0..<20 {
            var pipeline = Pipeline()
            // The epoch first: a change of what is read after it has raised it since.
            pipeline.add("GET", keys.epoch)
            pipeline.add("GET", keys.published(entity))
            pipeline.add("LRANGE", keys.formerlyPublished(entity), "0", "-1")
            let replies = try redis.runUnlessDamaged(pipeline)
            let state = LineUpState(
                lineUp: LineUp(replies[1]),
                former: (replies[2].array ?? []).compactMap { $0.text.flatMap(LineUp.init(document:)) })
            let next = try change(state)
            // Where a model was deleted, what is left of a former line-up can be the present one: no step back.
            let former = next.former.drop { $0 == next.lineUp }.prefix(LineUpChange.mostFormer).map(\.document)
            let stored = try self.change(
                action, of: organization, entity: entity, detail: next.detail, script: .setLineUp,
                [replies[0].text ?? "", next.lineUp.document, next.request?.rawValue ?? "", next.deleted ?? ""] + former
            )
            if stored.int == 1 { return next.lineUp }
        }
        throw LineUpFault.contested
    }
}

/// What is published, and what was before: the last one first.
private struct LineUpState {
    var lineUp: LineUp
    var former: [LineUp]

    /// A change that a rollback undoes.
    func replaced(by lineUp: LineUp, detail: String) -> LineUpChange {
        LineUpChange(
            lineUp: lineUp, former: self.lineUp.isEmpty || self.lineUp.isDamaged ? former : [self.lineUp] + former,
            detail: detail)
    }
}

private struct LineUpChange {
    enum Request: String { case run, unscored }

    static let mostFormer = 50

    var lineUp: LineUp
    var former: [LineUp]
    /// For the audit log.
    var detail: String
    var request: Request?
    /// A model that can't be published any more.
    var deleted: String?
}

extension LineUp {
    /// "sales 2, eu 1"
    fileprivate var names: String { versions.map(\.description).joined(separator: ", ") }
}
