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
    private let outages: Outages
    private let log: Logger

    /// Its name among the threads of its process, for `Outages`.
    static let thread = "ledger"
    /// A worker that starts at the same time makes the stream within a few seconds.
    private static let patienceForStream = Duration.seconds(15)

    /// - Parameter outages: those of its process; nil makes its own.
    public init(
        _ options: LedgerOptions, tally: ProjectorTally = ProjectorTally(), outages: Outages? = nil, log: Logger
    ) {
        (self.options, self.tally, self.log) = (options, tally, log)
        self.outages = outages ?? Outages(log: log)
    }

    public func run() async throws {
        await StopSignal.untilShutdown { stop in
            let shared = ProjectorRun.Shared(
                options: options, tally: tally, outages: outages, stop: stop, log: log)
            await onThread(Self.thread) { keepProjecting(shared) }
        }
        log.info("ledger has stopped")
    }

    private func keepProjecting(_ shared: ProjectorRun.Shared) {
        var lock = ProjectorLock(shared)
        var missingSince: ContinuousClock.Instant?
        ServiceLoop(Self.thread, outages: outages, stop: shared.stop, log: log).run { backoff in
            while try !lock.holdsFile() {
                shared.stop.wait(atMost: .milliseconds(300))
                if shared.stop.isSet { return }
            }
            let run = try ProjectorRun(shared)
            defer { run.close() }
            try run.work { backoff.reset() }
        } after: { error in
            switch error {
            case is RedisError: return .awaits(service: "Redis", cause: "\(error)")
            case let error as RabbitError where error.code == 404:
                let since = missingSince ?? .now
                missingSince = since
                guard ContinuousClock.now - since > Self.patienceForStream else {
                    return .again(after: .milliseconds(500))
                }
                let cause =
                    "there is no stream \(Names.scoresLog.name) yet; a worker's start or `leadline check --declare` makes it"
                return .awaits(service: "RabbitMQ", cause: cause)
            case is RabbitError: return .awaits(service: "RabbitMQ", cause: "\(error)")
            case is ProjectorRun.Restart: return .again(after: .zero)
            default:
                // So that `leadline ledger rebuild` can replace a damaged one.
                lock.leave()
                return .awaits(service: "the ledger's file", cause: "\(error)")
            }
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
