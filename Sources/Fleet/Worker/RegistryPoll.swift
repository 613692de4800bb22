/// When a lane next reads the registry: when it begins, at once where a change was announced, and from time to time, in case
/// an announcement was lost.
struct RegistryPoll {
    private var last: (changes: Int, at: ContinuousClock.Instant)?

    /// - Parameter changes: `RegistryWatch.changes`.
    func isDue(changes: Int, at time: ContinuousClock.Instant, every interval: Duration) -> Bool {
        last.map { $0.changes != changes || time - $0.at >= interval } ?? true
    }

    /// - Parameter changes: as they were before the registry was read.
    mutating func noteRead(changes: Int, at time: ContinuousClock.Instant) { last = (changes, time) }
}
