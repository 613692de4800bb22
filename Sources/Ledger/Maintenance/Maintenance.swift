import LeadModel
import Rabbit
import Redis

/// When each part of a projector's maintenance is due.
struct Maintenance {
    /// Retention takes at most one part of this many of the time, and compacting as much.
    static let share = 20
    static let pass = Duration.seconds(86_400)

    var retention: LedgerRetention
    fileprivate var (nextStep, passBegan) = (ContinuousClock.now, ContinuousClock.now)
    fileprivate var (nextScrub, nextCompacting) = (ContinuousClock.now, ContinuousClock.now)
    /// Whether the file may contain erased values: always after a start.
    fileprivate var needsCompacting = true
    /// The registry is not read before these times: Redis is away, or part of it could not be read.
    fileprivate var (nextReading, nextCatchUp) = (ContinuousClock.now, ContinuousClock.now)
    fileprivate var hasLoggedReader = false

    init(days: Int) { retention = LedgerRetention(days: days) }
}

extension ProjectorRun {
    struct Stopped: Error {}

    /// Does a bounded step of each part that is due; long work applies batches of the stream between its steps.
    ///
    /// - Throws: `Restart` after a rebuild; errors of the servers and the file.
    func maintain() throws {
        let tasks = try ledger.read(MaintenanceTask.pending).keys
        if tasks.contains(.scrub), ContinuousClock.now >= maintenance.nextScrub { try scrub() }
        if ContinuousClock.now >= maintenance.nextReading { try readRegistry(tasks) }
        try retain()
    }

    /// Does the tasks that read the registry. The stream comes first, and is read on while Redis is away.
    private func readRegistry(_ tasks: Dictionary<MaintenanceTask, String?>.Keys) throws {
        do {
            if tasks.contains(.rebuild) {
                try rebuild()
            } else if tasks.contains(.catchUp), !isBehind, ContinuousClock.now >= maintenance.nextCatchUp,
                try !catchUp().isEmpty
            {
                maintenance.nextCatchUp = .now + .seconds(600)
            }
        } catch is Stopped {
            return
        } catch let error as RedisError where error.isAway {
            shared.outages.began("Redis", for: Projector.thread, "\(error)")
            maintenance.nextReading = .now + .seconds(5)
        }
    }

    // MARK: Scrubbing

    func valuesWereErased() throws {
        maintenance.needsCompacting = true
        if scrubsAtOnce { try scrub() }
    }

    /// Removes erased values from the file and its log, or leaves that for later while a process reads an older state.
    /// Many erasures in a short time share one compacting; emptying the log is tried each second.
    func scrub() throws {
        maintenance.nextScrub = .now + .seconds(1)
        // At once, even if the rest has to wait.
        var isLogEmpty = try ledger.emptyLog()
        if maintenance.needsCompacting {
            guard ContinuousClock.now >= maintenance.nextCompacting, try compact() else { return }
            isLogEmpty = try ledger.emptyLog()
        }
        if isLogEmpty {
            try ledger.write(MaintenanceTask.scrub.finish)
        } else if !maintenance.hasLoggedReader {
            shared.log.notice("a process reads the ledger: erased values leave its log when that ends")
        }
        maintenance.hasLoggedReader = !isLogEmpty
    }

    /// - Returns: whether it succeeded.
    private func compact() throws -> Bool {
        let began = ContinuousClock.now
        do {
            try ledger.compact()
        } catch let error as LedgerFileError where !error.isDamage {
            shared.log.warning(
                "erased values are still in the ledger's file, because it can't be compacted now: \(error). Compacting needs space for a second copy of the file, on its disk and in the folder for temporary files (SQLITE_TMPDIR)"
            )
            maintenance.nextCompacting = .now + .seconds(60)
            return false
        }
        maintenance.needsCompacting = false
        maintenance.nextCompacting = .now + (ContinuousClock.now - began) * (Maintenance.share - 1)
        return true
    }

    // MARK: Retention

    private func retain() throws {
        let began = ContinuousClock.now
        guard began >= maintenance.nextStep else { return }
        let counts = try maintenance.retention.step(ledger, now: shared.options.now)
        shared.tally.add(removed: counts)
        if counts.isPassDone {
            maintenance.nextStep = max(.now, maintenance.passBegan + Maintenance.pass)
            maintenance.passBegan = maintenance.nextStep
        } else {
            maintenance.nextStep = .now + (ContinuousClock.now - began) * (Maintenance.share - 1)
        }
    }

    // MARK: Rebuilding

    /// Rebuilds the ledger in a new file, while this one goes on, and replaces this one with it. An error that would happen
    /// again ends the rebuild, and is stored for the process that requested it.
    private func rebuild() throws {
        shared.log.notice("rebuilding the ledger \(ledger.path)")
        do {
            try buildAndReplace()
        } catch let error where Self.endsRebuild(error) {
            shared.log.error("the ledger \(ledger.path) could not be rebuilt: \(error)")
            try MaintenanceTask.change(at: ledger.path) { try MaintenanceTask.failRebuild("\(error)", $0) }
        }
        throw Restart()
    }

    /// After an outage or a stop the rebuild is tried again; a damaged file is closed, so that the command can replace it.
    private static func endsRebuild(_ error: any Error) -> Bool {
        switch error {
        case is Stopped, is Restart, is RabbitError, is RedisError: false
        case let error as LedgerFileError: !error.isDamage
        default: true
        }
    }

    private func buildAndReplace() throws {
        let builder = try ReplacementBuilder(
            shared, carriesOver: true, between: { [unowned self] in _ = try applyBatch(wait: .zero) },
            report: { [ledger] progress in try ledger.write { try MaintenanceTask.rebuild.note(progress, $0) } })
        defer { builder.close() }
        let summary = try builder.build()
        try builder.emptyLog(of: ledger)
        try ledger.close()
        try builder.replace()
        shared.log.notice("ledger \(ledger.path) \(summary)")
    }
}
