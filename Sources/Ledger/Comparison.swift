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
public final class Comparison {
    /// Those that are named at most; the others are counted.
    public static let named = 20
    private static let (page, looks) = (500, 5)

    public private(set) var compared = 0
    public private(set) var count = 0
    public private(set) var differences: [Difference] = []

    private let options: LedgerOptions
    private let ledger: Ledger
    private let redis: RedisConnection
    private let registry: Registry
    private let first: Int64
    private var suspects: Set<Suspect> = []
    private var partitions: [String: Int] = [:]
    private let tell: (Int) -> Void

    fileprivate struct Suspect: Hashable {
        var organization: String
        var entity: Entity
        var id: Exact
    }

    /// - Parameter tell: is told how many records are compared.
    /// - Throws: `LedgerError`; `RedisError`; `RabbitError`; `DatabaseError`; `RecordBlob.Damaged`.
    public init(_ options: LedgerOptions, tell: @escaping (Int) -> Void) throws {
        (self.options, self.tell) = (options, tell)
        ledger = try Ledger(reading: options.path)
        redis = try RedisConnection(options.redis)
        registry = Registry(redis, author: "")
        // A day more: retention may not have come by yet, or be a little ahead of this clock.
        let now = Moment.present.adding(seconds: options.clockOffset)
        first = Retention.firstKept(days: max(0, options.days - 1), now: now)
        defer {
            try? ledger.close()
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
            let differing = try ledger.database.read { db in
                try waiting.filter { try !differences(of: $0, db).isEmpty }
            }
            compared += waiting.count
            waiting = []
            tell(compared)
            for result in differing { try suspect(Suspect(result)) }
        }
        let faults = try RegistryWalk(redis).read { result in
            guard case .ofRecord(let result) = result else { return }
            waiting.append(result)
            if waiting.count == Self.page { try compareWaiting() }
        }
        try compareWaiting()
        if let fault = faults.first { throw LedgerError.refused(fault) }
    }

    /// Open ones that the registry does not know, which its own walk can't find.
    private func compareLedger() throws {
        var place: Int64 = 0
        while true {
            let rows = try ledger.database.read { db in
                try Row.fetchAll(
                    db.cachedStatement(
                        sql: """
                            SELECT record, organization, entity, id FROM records JOIN scopes USING (scope)
                            WHERE record > ? AND isOpen = 1 ORDER BY record LIMIT ?
                            """), arguments: [place, Self.page])
            }
            guard let last = rows.last else { return }
            place = last[0]
            let open = rows.compactMap { row in
                Entity(rawValue: row[2]).map { Suspect(organization: row[1], entity: $0, id: Exact(row[3])) }
            }
            for (one, result) in zip(open, try results(open)) where result == nil { try suspect(one) }
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
        var found: [Difference] = []
        for look in 0..<Self.looks where !left.isEmpty {
            // What is committed may not be published yet.
            if look > 0 { Thread.sleep(forTimeInterval: 0.3) }
            let results = try results(left)
            try awaitEnd()
            found = try ledger.database.read { db in
                try zip(left, results).compactMap { try difference($0, $1, db) }
            }
            left = found.map { Suspect(organization: $0.organization, entity: $0.entity, id: $0.id) }
            if !Ledger.isKept(options.path) { break }
        }
        count += found.count
        differences += found.prefix(Self.named - min(Self.named, differences.count))
    }

    private func difference(_ one: Suspect, _ result: RecordResult?, _ db: Database) throws -> Difference? {
        let fields: [Difference.Field]
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
        guard !fields.isEmpty else { return nil }
        return Difference(organization: one.organization, entity: one.entity, id: one.id, fields: fields)
    }

    private func differences(of result: RecordResult, _ db: Database) throws -> [Difference.Field] {
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
        let records = try RecordStore(redis).recall(places).records
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
        guard Ledger.isKept(options.path), let end = try StreamEnd.read(options.broker) else { return }
        var (reached, moved) = (Int64.min, ContinuousClock.now)
        while true {
            let offset = try ledger.database.read(Position.read)?.offset ?? -1
            if offset >= end.offset { return }
            if offset > reached { (reached, moved) = (offset, .now) }
            // It stands still: whatever differs is to be told.
            guard ContinuousClock.now - moved < options.patience else { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }
}

extension Comparison.Suspect {
    fileprivate init(_ result: RecordResult) {
        self.init(organization: result.organization, entity: result.entity, id: result.id)
    }
}

extension Ledger {
    /// What SQLite finds wrong with a ledger's file; nothing where all is well.
    ///
    /// - Parameter whole: whether indexes are compared with their tables, too.
    /// - Throws: `LedgerError`; `DatabaseError` where it can't be read at all.
    public static func faults(of path: String, whole: Bool) throws -> [String] {
        let ledger = try Ledger(reading: path)
        defer { try? ledger.close() }
        let lines = try ledger.database.read {
            try String.fetchAll($0, sql: whole ? "PRAGMA integrity_check(5)" : "PRAGMA quick_check(5)")
        }
        return lines == ["ok"] ? [] : lines
    }
}
