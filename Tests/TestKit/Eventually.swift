import Foundation

/// Waits until something holds; false if it does not in time. It looks every 50 ms, and at least once.
public func eventually(within time: Duration = .seconds(30), _ holds: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + time
    while true {
        if try holds() { return true }
        if ContinuousClock.now >= end { return false }
        Thread.sleep(forTimeInterval: 0.05)
    }
}
