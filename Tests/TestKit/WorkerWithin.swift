import Fleet

/// A worker in this process, for what only its inside shows: what it counted; and what only its inside can be given: a
/// clock. Call `stop` when done, in a `defer`.
public final class WorkerWithin: Sendable {
    public let tally = Tally()
    private let service: ServiceWithin

    public init(_ options: WorkerOptions) {
        service = ServiceWithin { [tally] log in Worker(options, tally: tally, log: log) }
    }

    /// What it has said so far, a line each.
    public var said: [String] { service.said }

    /// How many of its lines have these words.
    public func count(of words: String) -> Int { service.count(of: words) }

    /// Tells it to end, and waits for it. May be called twice.
    public func stop() { service.stop() }
}
