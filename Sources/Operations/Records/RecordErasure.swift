import Contract
import Fleet
import Foundation
import Intake
import LeadModel
import Ledger
import Rabbit
import Redis
import Registry

/// Erases records for good: publishes an `erased` event for each, and waits until the registry, and the ledger if there is
/// one, store only their ids. The audit log keeps how many were erased. It can be run again, and accepts ids without any event.
public struct RecordErasure: Sendable {
    private let deployment: Deployment
    private let ledger: LedgerOptions
    private let organization: String
    private let kind: RecordKind
    private let patience: Duration

    public struct Outcome: Equatable, Sendable {
        /// How long the registry keeps the ids, marked as erased.
        public var erasedDays: Int
        public var ledger: LedgerOutcome
    }

    public enum LedgerOutcome: Equatable, Sendable {
        /// There is no ledger at the path.
        case none
        /// No process runs the ledger: it erases as soon as one does.
        case pending
        case erased
    }

    /// - Parameter patience: how long to wait for the workers, and then for the ledger.
    public init(
        _ deployment: Deployment, ledger: LedgerOptions, organization: String, kind: RecordKind, patience: Duration
    ) {
        (self.deployment, self.ledger) = (deployment, ledger)
        (self.organization, self.kind, self.patience) = (organization, kind, patience)
    }

    /// - Parameter progress: called with the number of records that the registry has erased.
    /// - Throws: `ErasureError`; `IntakeError` for an invalid id, before anything is published; `UnknownOrganization`;
    ///   `ErasureRefused`; `RedisError`; `RabbitError`; `LedgerError`.
    public func run(_ ids: [Exact], progress: (Int) -> Void) throws -> Outcome {
        try deployment.withRedis { redis in
            let registry = RegistryReader(redis)
            let settings = try registry.requiredSettings(of: organization)
            try publish(ids, now: registry.now())
            try RegistryWriter(redis, author: deployment.author).note(
                "erase", of: organization, kind: kind, detail: "\(ids.count) record\(ids.count == 1 ? "" : "s")")
            let places = ids.map {
                RecordStore.Place(of: $0, kind: kind, organization: organization, partitions: settings.partitions)
            }
            try awaitRegistry(places, redis, progress)
            return Outcome(erasedDays: settings.erasedDays, ledger: try awaitLedger(ids))
        }
    }

    private func publish(_ ids: [Exact], now: Moment) throws {
        let connection = try RabbitConnection(deployment.broker, name: "leadline erase")
        // Without its queues the broker would accept the events and lose them.
        try Topology.prove(on: connection)
        let publisher = try Publisher(on: connection)
        defer { publisher.close() }
        try ErasureRun(organization: organization, kind: kind, publisher: publisher).run(ids, now: now)
    }

    /// Waits until only the tombstones are left and the fan-outs of the erased records are done.
    private func awaitRegistry(_ places: [RecordStore.Place], _ redis: RedisConnection, _ progress: (Int) -> Void)
        throws
    {
        let store = RecordStore(redis)
        let end = ContinuousClock.now + patience
        var waiting = places
        while true {
            // One that can't be read counts as not erased yet: workers erase it without reading it.
            let records = try store.loadReadable(waiting).records
            let pending = Set(try FanOuts(redis).pending(among: waiting))
            waiting = zip(waiting, records).compactMap { $1.isErasedWhole && !pending.contains($0) ? nil : $0 }
            if waiting.isEmpty { return }
            guard ContinuousClock.now < end else { throw ErasureError.registryPending(records: waiting.count) }
            progress(places.count - waiting.count)
            // The workers are other processes: polling Redis is the only way to see their progress.
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    private func awaitLedger(_ ids: [Exact]) throws -> LedgerOutcome {
        guard LedgerFile.exists(ledger.path) else { return .none }
        guard LedgerFile.hasWriter(ledger.path) else { return .pending }
        let erasure = try LedgerErasure(ledger)
        let end = ContinuousClock.now + patience
        while try !erasure.isDone(ids, of: organization, kind.entity) {
            guard ContinuousClock.now < end else { throw ErasureError.ledgerPending }
            Thread.sleep(forTimeInterval: 0.1)
        }
        return .erased
    }
}

public enum ErasureError: Error, Equatable {
    /// The events are published and safe, but the workers did not erase this many records in time.
    case registryPending(records: Int)
    /// The registry has erased the records, but the ledger did not in time. It still will.
    case ledgerPending
}

extension Record {
    /// Whether only the tombstone is left.
    fileprivate var isErasedWhole: Bool { isErased && cells.isEmpty && scoring == nil }
}
