/// The delay before a server that died is restarted.
///
/// It begins at 0.2 s and doubles up to 5 s. After a server has run for 30 s it begins again.
struct RestartDelay: Sendable, Equatable {
    var first: Duration = .milliseconds(200)
    var longest: Duration = .seconds(5)
    var stableAfter: Duration = .seconds(30)
    private var upcoming: Duration?

    /// - Parameter uptime: how long the server had run.
    mutating func next(afterUptime uptime: Duration) -> Duration {
        let now = uptime >= stableAfter ? first : (upcoming ?? first)
        upcoming = min(now * 2, longest)
        return now
    }
}
