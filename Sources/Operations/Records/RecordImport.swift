import Contract
import Fleet
import Intake
import LeadModel
import Rabbit
import Registry

/// Publishes the records of a file as `imported` events. Running it again is harmless: events that were published before
/// have the same ids and times.
public struct RecordImport: Sendable {
    public enum Progress: Equatable, Sendable {
        /// The organization did not exist before.
        case createdOrganization
        /// The number of records that the broker has confirmed.
        case published(Int)
    }

    private let deployment: Deployment
    private let file: RecordFile
    private let organization: String
    private let asOf: Moment?

    /// - Parameter asOf: the date of records without one of their own; nil for the file's.
    public init(_ deployment: Deployment, _ file: RecordFile, organization: String, asOf: Moment?) {
        (self.deployment, self.file, self.organization, self.asOf) = (deployment, file, organization, asOf)
    }

    /// - Returns: how many records were published.
    /// - Throws: `IntakeError`; `ImportRefused`; `RedisError`; `RabbitError`.
    public func run(progress: (Progress) -> Void) throws -> Int {
        try deployment.withRegistry { registry in
            let plan = try ImportPlan(file: file, organization: organization, asOf: asOf, now: registry.now())
            let connection = try RabbitConnection(deployment.broker, name: "leadline import")
            // Without its queues the broker would accept the records and lose them.
            try Topology.prove(on: connection)
            if try registry.create(organization) { progress(.createdOrganization) }
            let publisher = try Publisher(on: connection)
            defer { publisher.close() }
            return try ImportRun(plan: plan, publisher: publisher).run { progress(.published($0)) }
        }
    }
}
