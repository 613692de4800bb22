import Contract
import GRDB
import LeadModel
import Rabbit
import Redis

/// When what a projector does besides is due, and how far it is.
struct Maintenance {
    /// Of the time, at most, that retention takes, and as much that compacting does: one part of this many.
    static let share = 20
    static let pass = Duration.seconds(86_400)

    var retention: LedgerRetention
    fileprivate var (nextStep, passBegan) = (ContinuousClock.now, ContinuousClock.now)
    fileprivate var (nextScrub, nextCompacting) = (ContinuousClock.now, ContinuousClock.now)
    /// Something was erased since the file was written anew, as far as this life knows.
    fileprivate var isToCompact = true
    /// The registry is not read before: while Redis is away, and to catch up after what could not be read.
    fileprivate var (nextReading, nextCatchUp) = (ContinuousClock.now, ContinuousClock.now)
    fileprivate var saysReader = false

    init(days: Int) { retention = LedgerRetention(days: days) }
}

extension ProjectorRun {
    struct Stopped: Error {}

    /// What is to be done besides, a bounded step at a time; long work takes batches between its steps.
    ///
    /// - Throws: `Restart` where the ledger was made anew; what the servers and the file throw.
    func keep() throws {
        let asks = try ledger.read(MaintenanceTask.pending).keys
        if asks.contains(.scrub), ContinuousClock.now >= upkeep.nextScrub { try scrub() }
        if ContinuousClock.now >= upkeep.nextReading { try readRegistry(asks) }
        try retain()
    }

    /// What stands to be done with the registry; the stream goes first, and goes on where Redis is away.
    private func readRegistry(_ asks: Dictionary<MaintenanceTask, String?>.Keys) throws {
        do {
            if asks.contains(.rebuild) {
                try rebuild()
            } else if asks.contains(.catchUp), !isBehind, ContinuousClock.now >= upkeep.nextCatchUp,
                try !catchUp().isEmpty
            {
                upkeep.nextCatchUp = .now + .seconds(600)
            }
        } catch is Stopped {
            return
        } catch let error as RedisError where error.isAway {
            shared.outages.began("Redis", for: Projector.thread, "\(error)")
            upkeep.nextReading = .now + .seconds(5)
        }
    }

    /// Something was erased.
    func valuesWent() throws {
        upkeep.isToCompact = true
        if scrubsAtOnce { try scrub() }
    }

    /// Takes what was erased out of the file and its log, or leaves that for later where somebody reads what stood there
    /// before. Many erasures in a short time share the writing of the file; the log is tried each second.
    func scrub() throws {
        upkeep.nextScrub = .now + .seconds(1)
        // At once, whatever comes of the rest.
        var isLogEmpty = try ledger.emptyLog()
        if upkeep.isToCompact {
            guard ContinuousClock.now >= upkeep.nextCompacting, try compact() else { return }
            isLogEmpty = try ledger.emptyLog()
        }
        if isLogEmpty {
            try ledger.write(MaintenanceTask.scrub.finish)
        } else if !upkeep.saysReader {
            shared.log.notice("somebody reads the ledger: what was erased leaves its log when that ends")
        }
        upkeep.saysReader = !isLogEmpty
    }

    /// - Returns: whether it could be.
    private func compact() throws -> Bool {
        let began = ContinuousClock.now
        do {
            try ledger.compact()
        } catch let error as LedgerFileError where !error.isDamage {
            shared.log.warning(
                "what was erased is still in the ledger's file, which can't be written anew yet: \(error)")
            upkeep.nextCompacting = .now + .seconds(60)
            return false
        }
        upkeep.isToCompact = false
        upkeep.nextCompacting = .now + (ContinuousClock.now - began) * (Maintenance.share - 1)
        return true
    }

    private func retain() throws {
        let began = ContinuousClock.now
        guard began >= upkeep.nextStep else { return }
        let now = Moment.present.adding(seconds: shared.options.clockOffset)
        let counts = try upkeep.retention.step(ledger, now: now)
        shared.tally.add(retained: counts)
        if counts.isPassDone {
            upkeep.nextStep = max(.now, upkeep.passBegan + Maintenance.pass)
            upkeep.passBegan = upkeep.nextStep
        } else {
            upkeep.nextStep = .now + (ContinuousClock.now - began) * (Maintenance.share - 1)
        }
    }

    /// Makes the ledger anew beside this one, which goes on meanwhile, and puts it in its place. What stands in the way and
    /// does not pass by itself ends it, and whoever asked is told.
    private func rebuild() throws {
        shared.log.notice("ledger \(ledger.path) is made anew")
        do {
            try buildAndReplace()
        } catch let error where Self.endsRebuild(error) {
            shared.log.error("ledger \(ledger.path) could not be made anew: \(error)")
            try MaintenanceTask.change(at: ledger.path) { try MaintenanceTask.failRebuild("\(error)", $0) }
        }
        throw Restart()
    }

    /// Not what is away or stops, which is tried again, nor a damaged file, which is let go of.
    private static func endsRebuild(_ error: any Error) -> Bool {
        switch error {
        case is Stopped, is Restart, is RabbitError, is RedisError: false
        case let error as LedgerFileError: !error.isDamage
        default: true
        }
    }

    private func buildAndReplace() throws {
        let rebuilding = try ReplacementBuilder(
            shared, carrying: true, between: { [unowned self] in _ = try takeBatch(wait: .zero) },
            tell: { [ledger] words in try ledger.write { try MaintenanceTask.rebuild.note(words, $0) } })
        defer { rebuilding.close() }
        let rebuilt = try rebuilding.build()
        try rebuilding.emptyLog(of: ledger)
        try ledger.close()
        try rebuilding.takePlace()
        shared.log.notice("ledger \(ledger.path) \(rebuilt)")
    }
}
