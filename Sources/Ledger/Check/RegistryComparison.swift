import Contract
import Foundation
import GRDB
import LeadModel
import Rabbit
import Redis
import Registry

/// Compares a ledger with the registry: every record that was ever shown, and every record that is open in the ledger.
///
/// Both change meanwhile, so a record that differs is compared again once the ledger has applied what is in the stream by
/// then. Memory holds a page of records, and a bounded number of those that differ. For one thread.
public final class RegistryComparison {
    /// Differences that are listed at most; the others are only counted.
    public static let listed = 20
    private static let (page, attempts) = (500, 5)

    public private(set) var compared = 0
    public private(set) var count = 0
    public private(set) var differences: [RecordDifference] = []

    private let options: LedgerOptions
    private let ledger: LedgerReader
    private let redis: RedisConnection
    private let registry: RegistryReader
    private let scan: RegistryScan
    private let first: Int64
    /// Records that differed at first.
    private var candidates: Set<Candidate> = []
    private var partitions: [String: Int] = [:]
    private let report: (Int) -> Void

    fileprivate struct Candidate: Hashable {
        var organization: String
        var entity: Entity
        var id: Exact
        /// The revision of the last erasure of a contact that it referred to: evidence up to it is a difference. 0 without one.
        var clearedThrough: Int64 = 0
    }

    /// - Parameter report: called with the number of records that are compared.
    /// - Throws: `LedgerError`; `RedisError`; `RabbitError`; `LedgerFileError`; `RecordBlob.Damaged`.
    public init(_ options: LedgerOptions, report: @escaping (Int) -> Void) throws {
        (self.options, self.report) = (options, report)
        ledger = try LedgerReader(options.path)
        redis = try RedisConnection(options.redis)
        registry = RegistryReader(redis)
        scan = RegistryScan(redis)
        // A day more: retention may not have passed yet, or its clock may be ahead.
        let now = Moment.present.adding(seconds: options.clockOffset)
        first = LedgerRetention.firstKept(days: max(0, options.days - 1), now: now)
        defer {
            ledger.close()
            redis.close()
        }
        try awaitEnd()
        try compareRegistry()
        try compareLedger()
        try compareCandidates()
    }

    private func compareRegistry() throws {
        var waiting: [RecordResult] = []
        func compareWaiting() throws {
            let differing = try ledger.read { db in
                try waiting.filter { try !differences(of: $0, db).isEmpty }
            }
            compared += waiting.count
            waiting = []
            report(compared)
            for result in differing { try recheck(Candidate(result)) }
        }
        let faults = try scan.read { result in
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

    /// Whether the history of the contact's referrers has evidence that was read from it.
    private func compare(_ erased: ContactErased) throws {
        let through = Int64(clamping: erased.revision)
        for (entity, ids) in [(Entity.lead, erased.leads), (.opportunity, erased.opportunities)] {
            let referrers = try ledger.read { db in
                try ComparedRow.referrers(of: erased.id, erased.organization, entity, db)
            }
            for id in Set(referrers + ids) {
                let one = Candidate(
                    organization: erased.organization, entity: entity, id: id, clearedThrough: through)
                if try ledger.read({ try hasEvidence(one, $0) }) { try recheck(one) }
            }
        }
    }

    private func hasEvidence(_ one: Candidate, _ db: Database) throws -> Bool {
        guard one.clearedThrough > 0 else { return false }
        return try ComparedRow.hasEvidence(
            through: one.clearedThrough, one.organization, one.entity, one.id, db)
    }

    /// Finds open records that the registry has forgotten.
    private func compareLedger() throws {
        var number: Int64 = 0
        while let (open, last) = try ledger.read({ try OpenRecords.page(after: number, atMost: Self.page, $0) }) {
            number = last
            for one in try scan.forgotten(of: open) {
                try recheck(Candidate(organization: one.organization, entity: one.entity, id: one.id))
            }
        }
    }

    // MARK: Records that differed at first

    private func recheck(_ one: Candidate) throws {
        candidates.insert(one)
        if candidates.count >= Self.page { try compareCandidates() }
    }

    private func compareCandidates() throws {
        var left = candidates.sorted {
            ($0.organization, $0.entity.rawValue, $0.id) < ($1.organization, $1.entity.rawValue, $1.id)
        }
        candidates = []
        var found: [RecordDifference] = []
        for attempt in 0..<Self.attempts where !left.isEmpty {
            // What is committed may not be published yet, and nothing announces when it is.
            if attempt > 0 { Thread.sleep(forTimeInterval: 0.3) }
            let results = try results(left)
            try awaitEnd()
            let compared = try ledger.read { db in
                try zip(left, results).map { ($0, try difference($0, $1, db)) }
            }
            left = compared.compactMap { $1 == nil ? nil : $0 }
            found = compared.compactMap(\.1)
            if !LedgerFile.hasWriter(options.path) { break }
        }
        count += found.count
        differences += found.prefix(Self.listed - min(Self.listed, differences.count))
    }

    private func difference(_ one: Candidate, _ result: RecordResult?, _ db: Database) throws -> RecordDifference? {
        var fields: [RecordDifference.Field]
        if let result {
            fields = try differences(of: result, db)
        } else {
            fields = try ComparedRow.isOpen(one.organization, one.entity, one.id, db) ? [.unknown] : []
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

    /// The latest result of each in the registry; nil if it was never shown.
    private func results(_ ones: [Candidate]) throws -> [RecordResult?] {
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

    /// Waits until the ledger has applied what is in the stream now, as long as it makes progress.
    private func awaitEnd() throws {
        guard LedgerFile.hasWriter(options.path),
            let end = try StreamEnd.read(options, knowing: ledger.read(StreamPosition.read))
        else { return }
        var (reached, moved) = (Int64.min, ContinuousClock.now)
        while true {
            let offset = try ledger.read(StreamPosition.read)?.offset ?? -1
            if offset >= end.offset { return }
            if offset > reached { (reached, moved) = (offset, .now) }
            // It makes no progress, so differences are reported as they are.
            guard ContinuousClock.now - moved < options.patience else { return }
            // The projector is another process; its position in the file is all that can be seen of it.
            Thread.sleep(forTimeInterval: 0.05)
        }
    }
}

extension RegistryComparison.Candidate {
    fileprivate init(_ result: RecordResult) {
        self.init(organization: result.organization, entity: result.entity, id: result.id)
    }
}
