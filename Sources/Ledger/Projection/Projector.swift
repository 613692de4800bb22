import Contract
import Logging
import Rabbit
import Redis
import Running
import ServiceLifecycle

/// The service that keeps the ledger up to date: it reads the score stream and applies each result, until it is stopped.
///
/// Results and the stream position are committed in one transaction, so it can be killed at any moment. It waits for servers
/// that are away, at its start too, and blocks no one: what it has not read waits in the stream.
public struct Projector: Service {
    /// Its name among the threads of its process, for `Outages`.
    static let thread = "ledger"
    /// A missing stream is no outage for so long: a worker that starts at the same time declares it.
    private static let declarationTime = Duration.seconds(15)

    public let options: LedgerOptions
    public let tally: ProjectorTally
    private let outages: Outages
    private let log: Logger

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
            await onThread(Self.thread) { keepRunning(shared) }
        }
        log.info("ledger has stopped")
    }

    /// Begins another run after each error, until it is stopped.
    private func keepRunning(_ shared: ProjectorRun.Shared) {
        var lock = ProjectorLock(options.path, log)
        var missingSince: ContinuousClock.Instant?
        ServiceLoop(Self.thread, outages: outages, stop: shared.stop, log: log).run { backoff in
            while try !lock.acquire() {
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
                guard ContinuousClock.now - since > Self.declarationTime else {
                    return .again(after: .milliseconds(500))
                }
                let cause =
                    "there is no stream \(Names.scoresLog.name) yet; a worker or `leadline check --declare` creates it"
                return .awaits(service: "RabbitMQ", cause: cause)
            case is RabbitError: return .awaits(service: "RabbitMQ", cause: "\(error)")
            case is ProjectorRun.Restart: return .again(after: .zero)
            default:
                // So that `leadline ledger rebuild` can replace a damaged file.
                lock.release()
                return .awaits(service: "the ledger's file", cause: "\(error)")
            }
        }
    }
}
