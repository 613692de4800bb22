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
final class Projecting {
    struct Shared: Sendable {
        let options: LedgerOptions
        let tally: ProjectorTally
        let outages: Outages
        let stop: StopSignal
        let log: Logger
    }

    /// It is to begin anew at once: the stream is read from another place.
    struct Anew: Error {}

    /// Results of a transaction at most.
    private static let batch = 1000

    private let shared: Shared
    private let ledger: Ledger
    private let stream: ScoreStream
    private let projection = Projection()
    private let reader = ResultReader()
    private var minute = ContinuousClock.now
    private var told = ProjectorTally.Counts()

    init(_ shared: Shared) throws {
        self.shared = shared
        ledger = try Ledger(at: shared.options.path)
        // What a former life had committed but not scrubbed.
        try ledger.scrub()
        let position = try ledger.database.read(Position.read)
        // What is stored may be older than the stream.
        if position == nil { try ledger.ask(.catchUp) }
        stream = try ScoreStream(shared.options.broker, after: position)
        shared.outages.ended("RabbitMQ", lane: 0)
        shared.outages.ended("the ledger's file", lane: 0)
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

    /// - Returns: whether anything came.
    @discardableResult
    private func takeBatch() throws -> Bool {
        let messages: [ScoreStream.Message]
        do {
            messages = try stream.next(atMost: Self.batch, patience: shared.options.patience)
        } catch ScoreStream.Break.madeAnew {
            shared.log.warning(
                "\(Names.scoresLog.name) holds another message where it was left, or none: it is read from its beginning"
            )
            try ledger.database.write { db in
                try Position.forget(db)
                try Asks.add(.catchUp, db)
            }
            throw Anew()
        }
        shared.tally.note(isAtEnd: messages.isEmpty)
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
        try take(results, at: last.position, &counts)
        try stream.acknowledge(last)
        shared.tally.add(counts, newest: newest)
        return true
    }

    /// Takes results in one transaction.
    ///
    /// - Parameter position: of the last one in the stream; nothing for what comes from elsewhere.
    private func take(_ results: [ReadResult], at position: Position?, _ counts: inout ProjectorTally.Counts) throws {
        let sum = try ledger.database.write { db in
            let sum = try projection.take(results, db)
            try position?.write(db)
            return sum
        }
        counts.scorings += sum.newScorings
        counts.erasures += sum.erasures
        if sum.erasures > 0 { try ledger.scrub() }
    }

    // MARK: Keeping

    /// What is to be done besides, a bounded step at a time.
    private func keep() throws {
        if try ledger.isAsked(.catchUp) { try catchUp() }
    }

    /// Reads all that was ever shown from the registry; meanwhile the stream goes on.
    private func catchUp() throws {
        shared.log.info("ledger catches up with the registry")
        let redis = try RedisConnection(shared.options.redis)
        defer { redis.close() }
        var waiting: [ReadResult] = []
        func takeWaiting() throws {
            var counts = ProjectorTally.Counts()
            counts.caughtUp = waiting.count
            try take(waiting, at: nil, &counts)
            shared.tally.add(counts)
            waiting = []
            if shared.stop.isSet { throw Stopped() }
            try takeBatch()
        }
        do {
            try RegistryWalk(redis).read { result in
                waiting.append(.ofRecord(result))
                if waiting.count == Self.batch { try takeWaiting() }
            }
            try takeWaiting()
            try ledger.settle(.catchUp)
            shared.outages.ended("Redis", lane: 0)
        } catch is Stopped {
            return
        }
        shared.log.info("ledger has caught up with the registry")
    }

    private struct Stopped: Error {}

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

extension Moment {
    /// By this machine's clock. Nothing but what an operator reads, and how long is kept, goes by it.
    static var present: Moment { Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}
