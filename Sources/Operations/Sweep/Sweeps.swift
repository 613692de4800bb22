import Contract
import Fleet
import LeadModel
import Rabbit
import Registry

/// Sweeps that an operator requests and waits for. The workers run them: if the waiting ends, they go on.
public struct Sweeps: Sendable {
    private let deployment: Deployment

    public init(_ deployment: Deployment) { self.deployment = deployment }

    /// Rescores what changed since the last sweep; all open records if a new version was published since, or the model
    /// reads ages. If a sweep is running, this one starts after it.
    ///
    /// - Parameter entities: those without a published model are left out.
    /// - Returns: what each entity's sweep covered.
    /// - Throws: `SweepError`; `UnknownOrganization`; `RedisError`.
    public func run(
        _ organization: String, entities: [Entity], progress: (SweepProgress) -> Void
    ) throws -> [SweptEntity] {
        try deployment.withRedis { redis in
            let registry = RegistryReader(redis)
            _ = try registry.requiredSettings(of: organization)
            let scored = try entities.filter {
                try registry.published(organization: organization, entity: $0) != nil
            }
            guard !scored.isEmpty else { throw SweepError.noPublishedModel(organization: organization, entities) }
            return try SweepWait(organization, scored, redis, clockOffset: deployment.clockOffset)
                .run(.run, progress: progress)
        }
    }

    /// Publishes the current scoring and the latest notice of every record that was ever published, each under its id.
    ///
    /// - Parameter queue: the only queue that gets them; nil for all consumers.
    /// - Throws: `SweepError.noSuchQueue` before anything is requested; `UnknownOrganization`; `RedisError`; `RabbitError`.
    public func republish(
        _ organization: String, entities: [Entity], to queue: String?, progress: (SweepProgress) -> Void
    ) throws -> [SweptEntity] {
        try deployment.withRedis { redis in
            _ = try RegistryReader(redis).requiredSettings(of: organization)
            if let queue { try requireQueue(queue) }
            return try SweepWait(organization, entities, redis, clockOffset: deployment.clockOffset)
                .run(.republish(to: queue), progress: progress)
        }
    }

    private func requireQueue(_ queue: String) throws {
        let connection = try RabbitConnection(deployment.broker, name: "leadline republish")
        defer { connection.close() }
        do {
            _ = try connection.declareQueue(queue, on: try connection.openChannel(), passive: true)
        } catch {
            guard error.code == 404 else { throw error }
            throw SweepError.noSuchQueue(queue)
        }
    }
}

public enum SweepProgress: Equatable, Sendable {
    /// The sweep is stored as requested: the workers run it even if this process ends.
    case requested([Entity])
    /// The total can grow while workers collect the records of a full sweep.
    case records(done: Int, total: Int)
    /// No worker has started it for 15 seconds. Reported once.
    case notTaken
    /// What keeps an organization's sweeps from starting. Each is reported once.
    case warning(String)
}

/// What a sweep covered.
public struct SweptEntity: Equatable, Sendable {
    public var entity: Entity
    public var records: Int
}

public enum SweepError: Error, Equatable {
    /// None of the entities has a published model, so nothing can be scored.
    case noPublishedModel(organization: String, [Entity])
    /// Nothing was requested.
    case noSuchQueue(String)
    /// The organization was deleted during the wait.
    case organizationGone
}
