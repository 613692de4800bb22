import Contract
import LeadModel
import Redis
import Registry

/// Reads from the registry what a consumer would know that has heard every result: the latest of each record that was
/// ever shown, in all organizations. For one thread.
struct RegistryWalk {
    private let redis: RedisConnection

    init(_ redis: RedisConnection) { self.redis = redis }

    /// - Throws: `RedisError`; `RecordBlob.Damaged`; what `body` throws.
    func read(_ body: (RecordResult) throws -> Void) throws {
        let registry = Registry(redis, author: "")
        for organization in try registry.organizations() {
            guard let settings = try registry.settings(of: organization) else { continue }
            for entity in Entity.allCases {
                try read(organization, entity, partitions: settings.partitions, registry, body)
            }
        }
    }

    private func read(
        _ organization: String, _ entity: Entity, partitions: Int, _ registry: Registry,
        _ body: (RecordResult) throws -> Void
    ) throws {
        var cards: [ModelVersion: Scorecard?] = [:]
        let stored = StoredRecords(redis, organization: organization, entity: entity, partitions: partitions)
        try stored.read { id, record in
            var card: Scorecard?
            if let model = record.scoring?.model {
                if cards[model] == nil {
                    // Without its scorecard a score has no reason in words, and is a score still.
                    cards[model] = .some(
                        try? registry.scorecard(model, organization: organization, entity: entity))
                }
                card = cards[model] ?? nil
            }
            let result = RecordResult(
                latestOf: record, id: id, organization: organization, entity: entity, scorecard: card)
            if let result { try body(result) }
        }
    }
}
