import ArgumentParser
import Fleet
import Foundation
import Intake
import LeadModel
import Ledger
import Rabbit
import Redis
import Registry

struct EraseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erases records for good, and waits until nothing is left of them.",
        discussion: """
            It publishes an `erased` event for each, as a connector would, and waits until a worker has taken it: then the \
            registry holds nothing of the record but its id, marked as erased, so that no late event brings it back. \
            Where a ledger is kept at the settings' path it waits for that too. \
            Erased records are left out of every later training. An id that was never heard of is marked too. It can be \
            said again.
            """)

    @OptionGroup var target: RecordTarget
    @ArgumentParser.Argument(help: ArgumentHelp("The records' ids.", valueName: "id")) var ids: [String]
    @Option(help: ArgumentHelp("How long to wait for a worker.", valueName: "seconds")) var wait = 60

    func validate() throws {
        guard (1...86_400).contains(wait) else { throw ValidationError("--wait must be 1 to 86400 seconds") }
    }

    func run() throws {
        let given = try Settings.read()
        let servers = try Servers(given)
        let redis = try RedisConnection(servers.redis)
        defer { redis.close() }
        let registry = RegistryReader(redis)
        let settings = try registry.requiredSettings(of: target.org)
        let connection = try RabbitConnection(servers.broker, name: "leadline erase")
        // Without its queues the broker would take the events and lose them.
        try Topology.prove(on: connection)
        let publisher = try Publisher(on: connection)
        let all = ids.map { Exact($0) }
        do {
            defer { publisher.close() }
            try ErasureRun(organization: target.org, kind: target.entity, publisher: publisher)
                .run(all, now: registry.now())
        }
        let places = all.map {
            RecordStore.Place(of: $0, kind: target.entity, organization: target.org, partitions: settings.partitions)
        }
        let left = try left(of: places, redis)
        guard left == 0 else {
            throw Failure(
                .away,
                """
                \(left) of \(ids.count) are not erased after \(wait) seconds. The events are safe in the queue \
                leadline.updated and will be worked: see `leadline check` whether a worker runs, or start `leadline worker`; \
                then say the same again to be sure
                """)
        }
        print(report(settings, ledger: try eraseInLedger(all, given.ledgerOptions(servers))))
    }

    /// Waits until the ledger has erased too, where it is kept.
    ///
    /// - Returns: what is to be said of it; nothing where there is none.
    private func eraseInLedger(_ ids: [Exact], _ options: LedgerOptions) throws -> String? {
        guard LedgerFile.exists(options.path) else { return nil }
        guard LedgerFile.hasWriter(options.path) else {
            return
                "\(options.path): nobody keeps it now; it erases as soon as `leadline up` or `leadline ledger run` does"
        }
        let erasure = try LedgerErasure(options)
        let end = ContinuousClock.now + .seconds(wait)
        while try !erasure.isDone(ids, of: target.org, target.entity.entity) {
            guard ContinuousClock.now < end else {
                throw Failure(
                    .away,
                    """
                    the registry has erased, and the ledger \(options.path) has not within \(wait) seconds. It will, by \
                    itself: see `leadline ledger check` how far behind it is; then say the same again to be sure
                    """)
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
        return "\(options.path): erased, in its history, its search and its log"
    }

    /// How many of the records still hold something, or are yet to be told of to those that name them, when the time is up.
    private func left(of places: [RecordStore.Place], _ redis: RedisConnection) throws -> Int {
        let store = RecordStore(redis)
        let line = ProgressLine("erasing")
        defer { line.finish() }
        let end = ContinuousClock.now + .seconds(wait)
        var waiting = places
        while true {
            let records = try store.load(waiting).records
            let standing = Set(try FanOuts(redis).pending(among: waiting))
            waiting = zip(waiting, records).compactMap { $1.isErasedWhole && !standing.contains($0) ? nil : $0 }
            if waiting.isEmpty || ContinuousClock.now >= end { return waiting.count }
            line.show(places.count - waiting.count, of: places.count)
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    private func report(_ settings: OrganizationSettings, ledger: String?) -> String {
        let what = ids.count == 1 ? "1 \(target.entity.rawValue)" : "\(ids.count) records (\(target.entity.rawValue))"
        return """
            erased \(what) of \(target.org): the registry keeps the id alone, marked as erased, for \
            \(settings.erasedDays) days\(ledger.map { "\nledger \($0)" } ?? "")

            What remains elsewhere, and goes by itself:
              leadline.scores.log  earlier results, 7 days; whole segments go at once, so of a small organization weeks
              leadline.rejected    events of it that were refused, 30 days; `leadline rejected purge` removes them now
              leadline.undelivered results that a consumer would not take: dropped as soon as they are tried, 30 days at most
              Redis's files        until they are written anew: `redis-cli BGREWRITEAOF` does it now
            Copies of the ledger (`ledger backup`) hold it until a projector runs on them, which erases it there too.
            Consumers are told by `erased` to drop what they hold; backups and exports of yours are yours to clear.
            """
    }
}

extension Record {
    /// Nothing is left but the tombstone.
    fileprivate var isErasedWhole: Bool { isErased && cells.isEmpty && scoring == nil }
}
