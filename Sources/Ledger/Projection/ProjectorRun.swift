import Contract
import Foundation
import GRDB
import LeadModel
import Logging
import Rabbit
import Redis
import Registry
import Running

/// One life of a projector: an open ledger, and a connection to the stream. For one thread.
final class ProjectorRun {
    struct Shared: Sendable {
        let options: LedgerOptions
        let tally: ProjectorTally
        let outages: Outages
        let stop: StopSignal
        let log: Logger
    }

    /// It is to begin anew at once: the stream is read from another place.
    struct Restart: Error {}

    /// Results of a transaction at most.
    static let batch = 1000

    let shared: Shared
    let ledger: LedgerWriter
    let between: () throws -> Void
    /// Whether what is erased leaves the files with each batch that erases. Compacting takes a connection's temporary tables,
    /// so a ledger that is being made is scrubbed once, at its end.
    let scrubsAtOnce: Bool
    /// What it does besides (`Keeping.swift`).
    var upkeep: Maintenance
    /// More waits in the stream than was taken at once.
    private(set) var isBehind = false
    private let stream: ScoreStream
    let applier = ResultApplier()
    private let reader = ResultReader()
    private var minute = ContinuousClock.now
    private var told = ProjectorTally.Counts()

    /// - Parameter between: is called between the steps of long work.
    init(_ shared: Shared, scrubsAtOnce: Bool = true, between: @escaping () throws -> Void = {}) throws {
        (self.shared, self.scrubsAtOnce, self.between) = (shared, scrubsAtOnce, between)
        ledger = try LedgerWriter(shared.options.path)
        upkeep = Maintenance(days: shared.options.days)
        let position = try ledger.read(StreamPosition.read)
        // The stream may have lost what the ledger has not read, or what it has read and lost itself.
        try ledger.write(MaintenanceTask.catchUp.add)
        stream = try ScoreStream(shared.options.broker, after: position)
        shared.outages.ended("RabbitMQ", for: Projector.thread)
        shared.outages.ended("the ledger's file", for: Projector.thread)
    }

    func close() {
        stream.close()
        try? ledger.close()
    }

    /// Takes what comes until it is told to stop.
    ///
    /// - Parameter progressed: told when something was taken.
    func work(_ progressed: () -> Void) throws {
        shared.log.info("ledger takes scores into \(ledger.path)")
        while !shared.stop.isSet {
            if try takeBatch() { progressed() }
            try keep()
            sayWhatWasDone()
        }
    }

    // MARK: The stream

    /// - Parameter wait: for the first message.
    /// - Returns: whether anything came.
    @discardableResult
    func takeBatch(wait: Duration = .milliseconds(500)) throws -> Bool {
        let messages: [ScoreStream.Message]
        do {
            messages = try stream.next(atMost: Self.batch, wait: wait, patience: shared.options.patience)
        } catch ScoreStream.Break.madeAnew {
            shared.log.warning(
                "\(Names.scoresLog.name) holds another message where it was left, or none: it is read from its beginning"
            )
            try ledger.write { try StreamPosition.forget($0) }
            throw Restart()
        }
        shared.tally.note(isAtEnd: messages.isEmpty)
        isBehind = messages.count == Self.batch
        guard let last = messages.last else { return false }
        var counts = ProjectorTally.Counts()
        counts.messages = messages.count
        var newest: UInt64 = 0
        let results = messages.compactMap { message -> ReadResult? in
            do {
                let result = try reader.read(message.body)
                newest = max(newest, result.revision)
                return result
            } catch {
                counts.unreadable += 1
                shared.log.warning("\(Names.scoresLog.name), offset \(message.position.offset): \(error); passed over")
                return nil
            }
        }
        try apply(results, at: last.position, &counts)
        try stream.acknowledge(last)
        shared.tally.add(counts, newest: newest)
        return true
    }

    /// Takes results in one transaction.
    ///
    /// - Parameter position: of the last one in the stream; nothing for what comes from elsewhere.
    func apply(_ results: [ReadResult], at position: StreamPosition?, _ counts: inout ProjectorTally.Counts) throws {
        let sum = try ledger.write { db in
            let sum = try applier.apply(results, db)
            // Values left the ledger, but not yet its write-ahead log.
            if sum.erasures > 0 { try MaintenanceTask.scrub.add(db) }
            try position?.write(db)
            return sum
        }
        counts.scorings += sum.newScorings
        counts.erasures += sum.erasures
        if sum.erasures > 0 { try valuesWent() }
    }

    private func sayWhatWasDone() {
        guard ContinuousClock.now - minute >= shared.options.minute else { return }
        minute = .now
        let counts = shared.tally.counts
        if let line = (counts - told).line(behind: shared.tally.isAtEnd ? nil : shared.tally.newest, now: .present) {
            shared.log.info("\(line)")
        }
        told = counts
    }
}

extension ProjectorRun.Shared {
    /// The same for another file.
    func at(_ path: String) -> Self {
        var options = options
        options.path = path
        return Self(options: options, tally: ProjectorTally(), outages: outages, stop: stop, log: log)
    }
}

extension Moment {
    /// By this machine's clock. Nothing but what an operator reads, and how long is kept, goes by it.
    static var present: Moment { Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}
