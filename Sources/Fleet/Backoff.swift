/// How long to wait before the next try to reach what is away: from a tenth of a second, doubling, to five seconds.
struct Backoff {
    private var next = Duration.milliseconds(100)

    mutating func delay() -> Duration {
        defer { next = min(next * 2, .seconds(5)) }
        return next
    }

    mutating func reset() { self = Backoff() }
}
