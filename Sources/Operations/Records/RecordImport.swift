import Contract
import Fleet
import Intake
import LeadModel
import Rabbit
import Redis
import Registry

/// Publishes the records of a file as `imported` events.
///
/// Running it again is harmless: events that were published before have the same ids and times. An import that reads the
/// file otherwise, such as with another positive value, wins against earlier ones of the same time: its events have a
/// greater `sequence`, which the registry keeps.
public struct RecordImport: Sendable {
    public enum Progress: Equatable, Sendable {
        /// The organization did not exist before.
        case createdOrganization
        /// The number of records that the broker has confirmed.
        case published(Int)
    }

    public struct Summary: Equatable, Sendable {
        public var published = 0
        /// Compared with what workers had stored when they were published.
        public var counts = Counts()
    }

    private let deployment: Deployment
    private let file: RecordFile
    private let organization: String
    private let asOf: Moment?

    /// - Parameter asOf: the date of records without one of their own; nil for the file's.
    public init(_ deployment: Deployment, _ file: RecordFile, organization: String, asOf: Moment?) {
        (self.deployment, self.file, self.organization, self.asOf) = (deployment, file, organization, asOf)
    }

    /// - Throws: `IntakeError`; `ImportRefused`; `RedisError`; `RabbitError`.
    public func run(progress: (Progress) -> Void) throws -> Summary {
        try deployment.withRedis { redis in
            let (registry, now) = (RegistryWriter(redis, author: deployment.author), try RedisClock(redis).now())
            // Fails before anything is created.
            _ = try ImportPlan(file: file, organization: organization, asOf: asOf, now: now)
            let connection = try RabbitConnection(deployment.broker, name: "leadline import")
            // Without its queues the broker would accept the records and lose them.
            try Topology.prove(on: connection)
            if try registry.create(organization) { progress(.createdOrganization) }
            let sequence = try registry.importSequence(
                of: organization, kind: RecordKind(file.roles.entity), definition: file.definition)
            let plan = try ImportPlan(
                file: file, organization: organization, asOf: asOf, sequence: sequence.text, now: now)
            var comparison = ImportComparison(
                plan: plan, store: RecordStore(redis),
                partitions: try registry.requiredSettings(of: organization).partitions, now: now)
            let publisher = try Publisher(on: connection)
            defer { publisher.close() }
            let published = try ImportRun(plan: plan, publisher: publisher).run {
                try comparison.compare($0)
            } progress: {
                progress(.published($0))
            }
            return Summary(published: published, counts: comparison.counts)
        }
    }
}
