import Contract
import Foundation
import LeadModel
import Logging
import Rabbit
import Running

/// One run of a projector: an open ledger, and a connection to the stream. For one thread.
///
/// 1. It reads batches of results from the stream, and applies each with the stream position in one transaction.
/// 2. Between batches it does a bounded step of maintenance (`Maintenance.swift`).
/// 3. Once a minute it logs what it did.
///
/// A crash loses nothing: the next run reads on from the stored position.
final class ProjectorRun {
    struct Shared: Sendable {
        let options: LedgerOptions
        let tally: ProjectorTally
        let outages: Outages
        let stop: StopSignal
        let log: Logger
    }

    /// Begin another run at once: the file was replaced, or the stream is to be read from another position.
    struct Restart: Error {}

    /// Results of a transaction at most.
    static let batch = 1000

    let shared: Shared
    let ledger: LedgerWriter
    /// Called between the steps of long work.
    let between: () throws -> Void
    /// Whether erased values leave the files with the batch that erases them. A rebuild does that once at its end: compacting
    /// would drop a connection's temporary tables.
    let scrubsAtOnce: Bool
    var maintenance: Maintenance
    /// Whether the last batch was full, so more waits in the stream.
    private(set) var isBehind = false
    let applier: ResultApplier
    private let stream: ScoreStream
    private let reader = ResultReader()
    private var lastLine = ContinuousClock.now
    private var loggedCounts = ProjectorTally.Counts()

    convenience init(_ shared: Shared) throws {
        try self.init(shared, scrubsAtOnce: true, applier: ResultApplier(), between: {})
    }

    init(_ shared: Shared, scrubsAtOnce: Bool, applier: ResultApplier, between: @escaping () throws -> Void) throws {
        (self.shared, self.scrubsAtOnce, self.applier, self.between) = (shared, scrubsAtOnce, applier, between)
        ledger = try LedgerWriter(shared.options.path)
        maintenance = Maintenance(days: shared.options.days)
        let position = try ledger.read(StreamPosition.read)
        // The stream may have lost results that the ledger has not read, or the ledger its last transactions.
        try ledger.write(MaintenanceTask.catchUp.add)
        stream = try ScoreStream(shared.options.broker, after: position)
        shared.outages.ended("RabbitMQ", for: Projector.thread)
        shared.outages.ended("the ledger's file", for: Projector.thread)
    }

    func close() {
        stream.close()
        try? ledger.close()
    }

    /// Runs until the stop signal is set.
    ///
    /// - Parameter progressed: called when a batch was applied.
    func work(_ progressed: () -> Void) throws {
        shared.log.info("ledger applies scores to \(ledger.path)")
        while !shared.stop.isSet {
            if try applyBatch() { progressed() }
            try maintain()
            logProgress()
        }
    }

    /// Reads a batch from the stream and applies it.
    ///
    /// - Parameter wait: for the first message.
    /// - Returns: whether there was any message.
    @discardableResult
    func applyBatch(wait: Duration = .milliseconds(500)) throws -> Bool {
        let messages: [ScoreStream.Message]
        do {
            messages = try stream.next(atMost: Self.batch, wait: wait, patience: shared.options.patience)
        } catch is ScoreStream.Recreated {
            shared.log.warning(
                "\(Names.scoresLog.name) has another message or none at the ledger's position: reading it from its beginning"
            )
            try ledger.write(StreamPosition.forget)
            throw Restart()
        }
        shared.tally.note(isAtEnd: messages.isEmpty)
        isBehind = messages.count == Self.batch
        guard let last = messages.last else { return false }
        var counts = ProjectorTally.Counts()
        counts.messages = messages.count
        let results = messages.compactMap { read($0, &counts) }
        try apply(results, at: last.position, &counts)
        try stream.acknowledge(last)
        shared.tally.add(counts, newest: results.map(\.revision).max())
        return true
    }

    private func read(_ message: ScoreStream.Message, _ counts: inout ProjectorTally.Counts) -> ReadResult? {
        do {
            return try reader.read(message.body)
        } catch {
            counts.unreadable += 1
            shared.log.warning("\(Names.scoresLog.name), offset \(message.position.offset): \(error); skipped")
            return nil
        }
    }

    /// Applies results in one transaction.
    ///
    /// - Parameter position: of the last one in the stream; nil if they are from the registry.
    func apply(_ results: [ReadResult], at position: StreamPosition?, _ counts: inout ProjectorTally.Counts) throws {
        let sum = try ledger.write { db in
            let sum = try applier.apply(
                results, from: position == nil ? .registry : .stream, now: shared.options.now, db)
            // The values are still in the write-ahead log.
            if sum.erasures > 0 { try MaintenanceTask.scrub.add(db) }
            try position?.write(db)
            return sum
        }
        counts.scorings += sum.newScorings
        counts.erasures += sum.erasures
        if sum.erasures > 0 { try valuesWereErased() }
    }

    private func logProgress() {
        guard ContinuousClock.now - lastLine >= shared.options.minute else { return }
        lastLine = .now
        let counts = shared.tally.counts
        let line = (counts - loggedCounts).line(behind: shared.tally.isAtEnd ? nil : shared.tally.newest, now: .present)
        if let line { shared.log.info("\(line)") }
        loggedCounts = counts
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

extension LedgerOptions {
    /// The time that retention and log lines go by.
    var now: Moment { Moment.present.adding(seconds: clockOffset) }
}
