/// Exponential backoff between attempts to reach a service: from a tenth of a second, doubled each time, up to
/// `longest`.
public struct Backoff {
    private var next = Duration.milliseconds(100)
    private let longest: Duration

    public init(longest: Duration = .seconds(5)) { self.longest = longest }

    public mutating func delay() -> Duration {
        defer { next = min(next * 2, longest) }
        return next
    }

    public mutating func reset() { self = Backoff(longest: longest) }
}
