import Contract
import Foundation
import Logging
import Rabbit
import Redis
import Running
import ServiceLifecycle

/// Keeps the ledger: reads the score stream and takes each result into it, until it is told to stop.
///
/// Results and the stream's position are one transaction, so it can die at any moment. It waits for what is away, at its
/// start too, and is in nobody's way: what it has not read waits in the stream.
public struct Projector: Service {
    public let options: LedgerOptions
    public let tally: ProjectorTally
    private let log: Logger

    public init(_ options: LedgerOptions, tally: ProjectorTally = ProjectorTally(), log: Logger) {
        (self.options, self.tally, self.log) = (options, tally, log)
    }

    public func run() async throws {
        let stop = StopSignal()
        await withTaskCancellationOrGracefulShutdownHandler {
            await runThread(stop)
        } onCancelOrGracefulShutdown: {
            stop.set()
        }
    }

    private func runThread(_ stop: StopSignal) async {
        let shared = ProjectorRun.Shared(
            options: options, tally: tally, outages: Outages(log: log), stop: stop, log: log)
        await onThread("ledger") { keepProjecting(shared) }
        log.info("ledger has stopped")
    }

    /// Projects, and once more as long as that ends by an error and it is not told to stop.
    private func keepProjecting(_ shared: ProjectorRun.Shared) {
        var backoff = Backoff()
        var lock = ProjectorLock(shared)
        var missing: ContinuousClock.Instant?
        while !shared.stop.isSet {
            do {
                guard try lock.holdsFile() else {
                    shared.stop.wait(atMost: .milliseconds(300))
                    continue
                }
                let run = try ProjectorRun(shared)
                defer { run.close() }
                try run.work { backoff.reset() }
                return
            } catch let error as RedisError {
                shared.outages.began("Redis", lane: 0, "\(error)")
            } catch let error as RabbitError where error.code == 404 {
                // A worker that starts with it makes the stream within a few seconds.
                let since = missing ?? .now
                missing = since
                guard ContinuousClock.now - since > .seconds(15) else {
                    shared.stop.wait(atMost: .milliseconds(500))
                    continue
                }
                shared.outages.began(
                    "RabbitMQ", lane: 0,
                    "there is no stream \(Names.scoresLog.name) yet; a worker's start or `leadline check --declare` makes it"
                )
            } catch let error as RabbitError {
                shared.outages.began("RabbitMQ", lane: 0, "\(error)")
            } catch is ProjectorRun.Restart {
                continue
            } catch {
                shared.outages.began("the ledger's file", lane: 0, "\(error)")
                // So that `leadline ledger rebuild` can replace a damaged one.
                lock.leave()
            }
            shared.stop.wait(atMost: backoff.delay())
        }
    }
}

/// Whether this projector keeps the file, or stands by because another one does: one at a time writes it.
private struct ProjectorLock {
    private let shared: ProjectorRun.Shared
    private var lock: FileLock?
    private var standsBy = false

    init(_ shared: ProjectorRun.Shared) { self.shared = shared }

    mutating func holdsFile() throws -> Bool {
        if lock != nil { return true }
        let path = shared.options.path
        lock = try LedgerFile.lock(path)
        if lock == nil, !standsBy {
            shared.log.notice(
                "another process (\(LedgerFile.writer(of: path))) keeps the ledger \(path): this one stands by"
            )
        } else if lock != nil, standsBy {
            shared.log.notice("the ledger \(path) is free: this process keeps it now")
        }
        standsBy = lock == nil
        guard lock != nil else { return false }
        try ReplacementBuilder.removeLeftOvers(of: path)
        return true
    }

    mutating func leave() { lock = nil }
}
