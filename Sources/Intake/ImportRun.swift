import Contract
import LeadModel
import Rabbit

/// Publishes the batches of a plan with confirms.
///
/// If it is interrupted, what it published stays published. Running the whole import again is harmless.
public struct ImportRun {
    /// How many batches may be unconfirmed. More would only fill the broker's memory.
    private static let window = 16

    private let plan: ImportPlan
    private let publisher: Publisher

    /// - Parameter publisher: on a connection of its own.
    public init(plan: ImportPlan, publisher: Publisher) { (self.plan, self.publisher) = (plan, publisher) }

    /// - Parameters:
    ///   - prepare: called with each batch before it is published; returns what is published in its place.
    ///   - progress: called with the number of records that the broker has confirmed.
    /// - Returns: how many records were published.
    /// - Throws: `IntakeError` of the file; `RabbitError`; `ImportRefused`; what `prepare` throws.
    public func run(
        prepare: (ImportBatches.Batch) throws -> ImportBatches.Batch = { $0 }, progress: (Int) -> Void
    ) throws -> Int {
        let batches = try plan.batches()
        var (published, unconfirmed) = (0, 0)
        func settle() throws {
            guard let problems = try publisher.awaitConfirms(timeout: .seconds(60)) else { return }
            guard problems.isEmpty else { throw ImportRefused(records: published) }
            published += unconfirmed
            unconfirmed = 0
            progress(published)
        }
        while let batch = try batches.next().map(prepare) {
            try publisher.publish(
                batch.json, to: Names.records.name, routingKey: plan.routingKey.description,
                properties: Properties(contentType: Names.ContentType.batch), mandatory: true)
            unconfirmed += batch.events
            if publisher.outstanding >= Self.window { try settle() }
        }
        try settle()
        return published
    }
}

/// The broker refused a batch.
public struct ImportRefused: Error {
    /// How many records were confirmed before it.
    public let records: Int
}
