import Contract
import GRDB
import LeadModel
import Redis

/// When what a projector does besides is due, and how far it is.
struct Upkeep {
    /// Of the time, at most, that retention takes, and as much that compacting does: one part of this many.
    static let share = 20
    static let pass = Duration.seconds(86_400)

    var retention: Retention
    fileprivate var (nextStep, passBegan) = (ContinuousClock.now, ContinuousClock.now)
    fileprivate var (nextScrub, nextCompacting) = (ContinuousClock.now, ContinuousClock.now)
    /// The registry is not read before.
    fileprivate var nextReading = ContinuousClock.now
    fileprivate var saysReader = false

    init(days: Int) { retention = Retention(days: days) }
}

extension Projecting {
    struct Stopped: Error {}

    /// What is to be done besides, a bounded step at a time; long work takes batches between its steps.
    ///
    /// - Throws: `Anew` where the ledger was made anew; what the servers and the file throw.
    func keep() throws {
        let asks = try ledger.asks().keys
        if asks.contains(.scrub), ContinuousClock.now >= max(upkeep.nextScrub, upkeep.nextCompacting) { try scrub() }
        if ContinuousClock.now >= upkeep.nextReading { try readRegistry(asks) }
        try retain()
    }

    /// What stands to be done with the registry; the stream goes first, and goes on where Redis is away.
    private func readRegistry(_ asks: Dictionary<Asks, String?>.Keys) throws {
        do {
            if asks.contains(.rebuild) {
                try rebuild()
            } else if asks.contains(.catchUp), !isBehind, try !catchUp() {
                upkeep.nextReading = .now + .seconds(600)
            }
        } catch is Stopped {
            return
        } catch let error as RedisError where error.isAway {
            shared.outages.began("Redis", lane: 0, "\(error)")
            upkeep.nextReading = .now + .seconds(5)
        }
    }

    /// Takes what was erased out of the file and its log, or leaves that for later where somebody reads what stood there
    /// before. Many erasures in a short time share it.
    func scrub() throws {
        // At once, whatever comes of the rest.
        _ = try ledger.emptyLog()
        guard ContinuousClock.now >= max(upkeep.nextScrub, upkeep.nextCompacting) else { return }
        let began = ContinuousClock.now
        do {
            try ledger.compact()
        } catch let error as DatabaseError where !error.isDamage {
            shared.log.warning(
                "what was erased is still in the ledger's file, which can't be written anew yet: \(error)")
            upkeep.nextScrub = .now + .seconds(60)
            return
        }
        upkeep.nextCompacting = .now + (ContinuousClock.now - began) * (Upkeep.share - 1)
        if try ledger.emptyLog() {
            try ledger.settle(.scrub)
            upkeep.saysReader = false
        } else {
            upkeep.nextScrub = .now + .seconds(1)
            if !upkeep.saysReader {
                shared.log.notice("somebody reads the ledger: what was erased leaves its log when that ends")
            }
            upkeep.saysReader = true
        }
    }

    private func retain() throws {
        let began = ContinuousClock.now
        guard began >= upkeep.nextStep else { return }
        let now = Moment.present.adding(seconds: shared.options.clockOffset)
        let counts = try upkeep.retention.step(ledger, now: now)
        shared.tally.add(retained: counts)
        if counts.isPassDone {
            upkeep.nextStep = max(.now, upkeep.passBegan + Upkeep.pass)
            upkeep.passBegan = upkeep.nextStep
        } else {
            upkeep.nextStep = .now + (ContinuousClock.now - began) * (Upkeep.share - 1)
        }
    }

    /// Makes the ledger anew beside this one, which goes on meanwhile, and puts it in its place.
    private func rebuild() throws {
        shared.log.notice("ledger \(ledger.path) is made anew")
        let rebuilding = try Rebuilding(
            shared, carrying: true, between: { [unowned self] in _ = try takeBatch(wait: .zero) },
            tell: { [ledger] in try ledger.note($0, of: .rebuild) })
        defer { rebuilding.close() }
        let rebuilt = try rebuilding.build()
        _ = try ledger.emptyLog()
        try ledger.close()
        try rebuilding.takePlace()
        shared.log.notice("ledger \(ledger.path) \(rebuilt)")
        throw Anew()
    }
}
