import Foundation
import ServiceLifecycle
import Synchronization

/// Signals a service's threads to end.
public final class StopSignal: Sendable {
    private let since: Mutex<ContinuousClock.Instant?> = Mutex(nil)

    public init() {}

    /// Runs a service's threads with a signal that is set when the service's task is cancelled or shut down.
    public static func untilShutdown(_ threads: (StopSignal) async -> Void) async {
        let stop = StopSignal()
        await withTaskCancellationOrGracefulShutdownHandler {
            await threads(stop)
        } onCancelOrGracefulShutdown: {
            stop.set()
        }
    }

    public func set() {
        since.withLock { if $0 == nil { $0 = .now } }
    }

    public var isSet: Bool { since.withLock { $0 != nil } }

    /// Sleeps until the time is up or the signal is set.
    public func wait(atMost time: Duration) {
        let end = ContinuousClock.now + time
        while !isSet, ContinuousClock.now < end {
            Thread.sleep(forTimeInterval: min(0.05, (end - .now) / .seconds(1)))
        }
    }

    /// The time since the signal was set; zero if it is not.
    public var elapsed: Duration { since.withLock { $0.map { ContinuousClock.now - $0 } ?? .zero } }
}
