import Contract
import LeadModel
import Rabbit

/// Publishes the batches of a plan with confirms.
///
/// If it breaks off, what it published stands; running the whole import again is harmless.
public struct ImportRun {
    /// Batches on their way at once. More would only fill the broker's memory.
    private static let window = 16

    private let plan: ImportPlan
    private let publisher: Publisher

    /// - Parameter publisher: on a connection of its own.
    public init(plan: ImportPlan, publisher: Publisher) { (self.plan, self.publisher) = (plan, publisher) }

    /// - Parameter progress: is told the number of records that the broker has confirmed.
    /// - Returns: how many records were published.
    /// - Throws: `IntakeError` of the file; `RabbitError`; `ImportRefused`.
    public func run(progress: (Int) -> Void) throws -> Int {
        let key = RoutingKey(organization: plan.organization, kind: RecordKind(plan.file.roles.entity), verb: .imported)
        let batches = try plan.batches()
        var (published, onTheirWay) = (0, 0)
        func settle() throws {
            guard let problems = try publisher.awaitConfirms(timeout: .seconds(60)) else { return }
            guard problems.isEmpty else { throw ImportRefused(records: published) }
            published += onTheirWay
            onTheirWay = 0
            progress(published)
        }
        while let batch = try batches.next() {
            try publisher.publish(
                batch.json, to: Names.records.name, routingKey: key.description,
                properties: Properties(contentType: Names.ContentType.batch), mandatory: true)
            onTheirWay += batch.events
            if publisher.outstanding >= Self.window { try settle() }
        }
        try settle()
        return published
    }
}

/// The broker did not take a batch.
public struct ImportRefused: Error, CustomStringConvertible {
    /// Those that were confirmed before.
    public let records: Int

    public var description: String {
        "the broker refused a batch after \(records) records; see `leadline check`, then run the import again"
    }
}
