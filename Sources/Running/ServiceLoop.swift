import Logging

/// Runs the work of one thread of a service, and restarts it after an error, until the service stops. Each run of the
/// work is called a life.
///
/// Between two lives it waits, longer each time, until a life succeeds and resets the backoff. If a server is away, the
/// process logs that once (`Outages`).
public struct ServiceLoop: Sendable {
    /// What follows an error that ended a life.
    public enum Consequence {
        /// A server is away: this is logged once, then the loop retries. The life that reaches it again calls
        /// `Outages.ended`.
        case awaits(service: String, cause: String)
        /// The same, but other threads of the process log the outage.
        case awaitsSilently
        /// A bug, or bad data: it is logged each time, then the loop retries.
        case failed
        /// The next life begins after this time, whatever the backoff is.
        case again(after: Duration)
        /// The thread ends, with this warning if there is one.
        case ends(warning: String?)
    }

    private let name: String
    private let outages: Outages
    private let stop: StopSignal
    private let log: Logger

    /// - Parameter name: of the thread, as it appears in the log.
    public init(_ name: String, outages: Outages, stop: StopSignal, log: Logger) {
        (self.name, self.outages, self.stop, self.log) = (name, outages, stop, log)
    }

    /// Returns once a life returns, or the service stops.
    public func run(
        _ life: (_ backoff: inout Backoff) throws -> Void, after error: (any Error) -> Consequence
    ) {
        var backoff = Backoff()
        while !stop.isSet {
            do {
                return try life(&backoff)
            } catch let ending {
                switch error(ending) {
                case .awaits(let service, let cause): outages.began(service, for: name, cause)
                case .awaitsSilently: break
                case .failed: log.error("\(name) failed, and starts again: \(ending)")
                case .again(let delay):
                    stop.wait(atMost: delay)
                    continue
                case .ends(let warning):
                    if let warning { log.warning("\(name): \(warning)") }
                    return
                }
                stop.wait(atMost: backoff.delay())
            }
        }
    }
}
