import Foundation
import Synchronization

/// Tells a service's threads to end, and how long ago that was.
public final class StopSignal: Sendable {
    private let since: Mutex<ContinuousClock.Instant?> = Mutex(nil)

    public init() {}

    public func set() {
        since.withLock { if $0 == nil { $0 = .now } }
    }

    public var isSet: Bool { since.withLock { $0 != nil } }

    /// Sleeps, until the time is up or it is told.
    public func wait(atMost time: Duration) {
        let end = ContinuousClock.now + time
        while !isSet, ContinuousClock.now < end {
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    /// Zero if it was not told yet.
    public var elapsed: Duration { since.withLock { $0.map { ContinuousClock.now - $0 } ?? .zero } }
}
