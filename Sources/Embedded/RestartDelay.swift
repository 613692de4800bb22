/// How long to wait before a server that died is started again.
///
/// 0.2 s first, doubling to at most 5 s; a server that was alive for 30 s starts over at 0.2 s.
public struct RestartDelay: Sendable, Equatable {
    public var first: Duration = .milliseconds(200)
    public var longest: Duration = .seconds(5)
    public var calm: Duration = .seconds(30)
    private var upcoming: Duration?

    public init() {}

    /// The wait after a death; `alive` is how long the server had run.
    public mutating func wait(afterAlive alive: Duration) -> Duration {
        let now = alive >= calm ? first : (upcoming ?? first)
        upcoming = min(now * 2, longest)
        return now
    }
}
