import Contract
import Foundation
import GRDB
import LeadModel
import Rabbit
import Redis
import Registry

/// Compares a ledger with the registry: all that was ever shown, and all that is open in the ledger.
///
/// Both go on meanwhile, so what differs at first is looked at again, once the ledger has passed what is in the stream by
/// then. It keeps no more in memory than a page of either, and what differs up to a bound. For one thread.
public final class RegistryComparison {
    /// Those that are named at most; the others are counted.
    public static let named = 20
    private static let (page, looks) = (500, 5)

    public private(set) var compared = 0
    public private(set) var count = 0
    public private(set) var differences: [RecordDifference] = []

    private let options: LedgerOptions
    private let ledger: LedgerReader
    private let redis: RedisConnection
    private let registry: RegistryReader
    private let walk: RegistryScan
    private let first: Int64
    private var suspects: Set<Suspect> = []
    private var partitions: [String: Int] = [:]
    private let tell: (Int) -> Void

    fileprivate struct Suspect: Hashable {
        var organization: String
        var entity: Entity
        var id: Exact
        /// Of the last erasure of a contact that it named: no evidence up to it may stand. 0 without one.
        var clearedThrough: Int64 = 0
    }

    /// - Parameter tell: is told how many records are compared.
    /// - Throws: `LedgerError`; `RedisError`; `RabbitError`; `DatabaseError`; `RecordBlob.Damaged`.
    public init(_ options: LedgerOptions, tell: @escaping (Int) -> Void) throws {
        (self.options, self.tell) = (options, tell)
        ledger = try LedgerReader(options.path)
        redis = try RedisConnection(options.redis)
        registry = RegistryReader(redis)
        walk = RegistryScan(redis)
        // A day more: retention may not have come by yet, or be a little ahead of this clock.
        let now = Moment.present.adding(seconds: options.clockOffset)
        first = LedgerRetention.firstKept(days: max(0, options.days - 1), now: now)
        defer {
            ledger.close()
            redis.close()
        }
        try awaitEnd()
        try compareRegistry()
        try compareLedger()
        try lookAgain()
    }

    private func compareRegistry() throws {
        var waiting: [RecordResult] = []
        func compareWaiting() throws {
            let differing = try ledger.read { db in
                try waiting.filter { try !differences(of: $0, db).isEmpty }
            }
            compared += waiting.count
            waiting = []
            tell(compared)
            for result in differing { try suspect(Suspect(result)) }
        }
        let faults = try walk.read { result in
            switch result {
            case .ofRecord(let result):
                waiting.append(result)
                if waiting.count == Self.page { try compareWaiting() }
            case .contactErased(let erased): try compare(erased)
            }
        }
        try compareWaiting()
        if let fault = faults.first { throw LedgerError.refused(fault) }
    }

    /// That nothing that was read from an erased contact stands in the history of those that named it.
    private func compare(_ erased: ContactErased) throws {
        let through = Int64(clamping: erased.revision)
        for (entity, ids) in [(Entity.lead, erased.leads), (.opportunity, erased.opportunities)] {
            let naming = try ledger.read { db in
                try ComparedRow.naming(erased.id, erased.organization, entity, db)
            }
            for id in Set(naming + ids) {
                let one = Suspect(
                    organization: erased.organization, entity: entity, id: id, clearedThrough: through)
                if try ledger.read({ try hasEvidence(one, $0) }) { try suspect(one) }
            }
        }
    }

    private func hasEvidence(_ one: Suspect, _ db: Database) throws -> Bool {
        guard one.clearedThrough > 0 else { return false }
        return try ComparedRow.hasEvidence(
            through: one.clearedThrough, one.organization, one.entity, one.id, db)
    }

    /// Open ones that the registry has forgotten, which its own walk can't find.
    private func compareLedger() throws {
        var place: Int64 = 0
        while let (open, last) = try ledger.read({ try OpenRecords.page(after: place, atMost: Self.page, $0) }) {
            place = last
            for one in try walk.forgotten(of: open) {
                try suspect(Suspect(organization: one.organization, entity: one.entity, id: one.id))
            }
        }
    }

    // MARK: What differs at first

    private func suspect(_ one: Suspect) throws {
        suspects.insert(one)
        if suspects.count >= Self.page { try lookAgain() }
    }

    private func lookAgain() throws {
        var left = suspects.sorted {
            ($0.organization, $0.entity.rawValue, $0.id) < ($1.organization, $1.entity.rawValue, $1.id)
        }
        suspects = []
        var found: [RecordDifference] = []
        for look in 0..<Self.looks where !left.isEmpty {
            // What is committed may not be published yet.
            if look > 0 { Thread.sleep(forTimeInterval: 0.3) }
            let results = try results(left)
            try awaitEnd()
            let looked = try ledger.read { db in
                try zip(left, results).map { ($0, try difference($0, $1, db)) }
            }
            left = looked.compactMap { $1 == nil ? nil : $0 }
            found = looked.compactMap(\.1)
            if !LedgerFile.hasWriter(options.path) { break }
        }
        count += found.count
        differences += found.prefix(Self.named - min(Self.named, differences.count))
    }

    private func difference(_ one: Suspect, _ result: RecordResult?, _ db: Database) throws -> RecordDifference? {
        var fields: [RecordDifference.Field]
        if let result {
            fields = try differences(of: result, db)
        } else {
            let isOpen = try Bool.fetchOne(
                db,
                sql: """
                    SELECT isOpen FROM records JOIN scopes USING (scope) WHERE organization = ? AND entity = ? AND id = ?
                    """, arguments: [one.organization, one.entity.rawValue, one.id.text])
            fields = isOpen ?? false ? [.unknown] : []
        }
        if !fields.contains(.evidence), try hasEvidence(one, db) { fields.append(.evidence) }
        guard !fields.isEmpty else { return nil }
        return RecordDifference(organization: one.organization, entity: one.entity, id: one.id, fields: fields)
    }

    private func differences(of result: RecordResult, _ db: Database) throws -> [RecordDifference.Field] {
        guard let row = try ComparedRow.read(result.organization, result.entity, result.id, db) else {
            let isRetired = Int64(clamping: result.revision) < first && result.state?.status != .open
            return isRetired ? [] : [.missing]
        }
        return row.differences(from: result)
    }

    /// What the registry would tell of each; nothing where it never showed it.
    private func results(_ ones: [Suspect]) throws -> [RecordResult?] {
        let places = try ones.map { one in
            RecordStore.Place(
                of: one.id, kind: RecordKind(one.entity), organization: one.organization,
                partitions: try partitions(of: one.organization))
        }
        let records = try RecordStore(redis).load(places).records
        return zip(ones, records).map { one, record in
            RecordResult(
                latestOf: record, id: one.id, organization: one.organization, entity: one.entity, scorecard: nil)
        }
    }

    private func partitions(of organization: String) throws -> Int {
        if let known = partitions[organization] { return known }
        let count = try registry.settings(of: organization)?.partitions ?? 1
        partitions[organization] = count
        return count
    }

    /// Waits until the ledger has taken what is in the stream now, as long as it goes on.
    private func awaitEnd() throws {
        guard LedgerFile.hasWriter(options.path),
            let end = try StreamEnd.read(options, knowing: ledger.read(StreamPosition.read))
        else { return }
        var (reached, moved) = (Int64.min, ContinuousClock.now)
        while true {
            let offset = try ledger.read(StreamPosition.read)?.offset ?? -1
            if offset >= end.offset { return }
            if offset > reached { (reached, moved) = (offset, .now) }
            // It stands still: whatever differs is to be told.
            guard ContinuousClock.now - moved < options.patience else { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }
}

extension RegistryComparison.Suspect {
    fileprivate init(_ result: RecordResult) {
        self.init(organization: result.organization, entity: result.entity, id: result.id)
    }
}
