import Contract
import LeadModel
import Redis
import Registry

/// Reads the registry of all organizations as results: what a consumer of every result would know. For one thread.
final class RegistryScan {
    private let redis: RedisConnection
    private let registry: RegistryReader
    private var settings: [String: OrganizationSettings?] = [:]

    init(_ redis: RedisConnection) { (self.redis, registry) = (redis, RegistryReader(redis)) }

    /// The latest result of each record that was ever shown, and each erased contact.
    ///
    /// - Returns: what could not be read, and why. The rest is read.
    /// - Throws: `RedisError`; what `body` throws.
    func read(_ body: (ReadResult) throws -> Void) throws -> [String] {
        var faults: [String] = []
        for organization in try registry.organizations() {
            let settings: OrganizationSettings
            do {
                guard let read = try self.settings(of: organization) else { continue }
                settings = read
            } catch let error
                where error is OrganizationSettings.Damaged || (error as? RedisError)?.isOfStoredData == true
            {
                faults.append("\(organization): \(error)")
                continue
            }
            for kind in RecordKind.allCases where kind != .account {
                try read(organization, kind, partitions: settings.partitions, { faults.append("\($0)") }, body)
            }
        }
        return faults
    }

    private func read(
        _ organization: String, _ kind: RecordKind, partitions: Int, _ fault: (RecordBlob.Damaged) -> Void,
        _ body: (ReadResult) throws -> Void
    ) throws {
        var cards: [ModelVersion: Scorecard?] = [:]
        let stored = StoredRecords(redis, organization: organization, kind: kind, partitions: partitions)
        try stored.read(damaged: fault) { id, record in
            guard let entity = kind.entity else {
                if let erased = try contact(id, record, organization, partitions) { try body(.contactErased(erased)) }
                return
            }
            var card: Scorecard?
            if let model = record.scoring?.model {
                if cards[model] == nil {
                    // Without its scorecard a score has no reason in words.
                    cards[model] = .some(
                        try? registry.scorecard(model, organization: organization, entity: entity))
                }
                card = cards[model] ?? nil
            }
            let result = RecordResult(
                latestOf: record, id: id, organization: organization, entity: entity, scorecard: card)
            if let result { try body(.ofRecord(result)) }
        }
    }

    private func contact(
        _ id: Exact, _ record: Record, _ organization: String, _ partitions: Int
    ) throws -> ContactErased? {
        guard record.isErased, let notice = record.notice else { return nil }
        let referrers = try FanOuts(redis).referrers(
            of: .init(of: id, kind: .contact, organization: organization, partitions: partitions))
        return ContactErased(
            organization: organization, id: id, revision: notice.revision,
            leads: referrers.filter { $0.kind == .lead }.map(\.id),
            opportunities: referrers.filter { $0.kind == .opportunity }.map(\.id))
    }

    // MARK: Forgotten records

    struct Shown: Hashable {
        var organization: String
        var entity: Entity
        var id: Exact
        /// Of the latest result.
        var revision: UInt64

        init(_ organization: String, _ entity: Entity, id: String, revision: Int64) {
            (self.organization, self.entity, self.id) = (organization, entity, Exact(id))
            self.revision = UInt64(clamping: revision)
        }
    }

    /// Those that the registry has forgotten. If an organization was recreated since, as after Redis was emptied, its former
    /// records are not counted as forgotten.
    func forgotten(of records: [Shown]) throws -> [Shown] {
        let known = try records.compactMap { one -> (Shown, partitions: Int)? in
            guard let settings = try settings(of: one.organization),
                one.revision >= UInt64(max(0, settings.created.milliseconds))
            else { return nil }
            return (one, settings.partitions)
        }
        let places = known.map { one, partitions in
            RecordStore.Place(
                of: one.id, kind: RecordKind(one.entity), organization: one.organization, partitions: partitions)
        }
        let loaded = try RecordStore(redis).loadReadable(places)
        return known.indices.compactMap { index in
            loaded.records[index].revision == 0 && loaded.damaged[index] == nil ? known[index].0 : nil
        }
    }

    private func settings(of organization: String) throws -> OrganizationSettings? {
        if let known = settings[organization] { return known }
        let read = try registry.settings(of: organization)
        settings[organization] = .some(read)
        return read
    }
}
