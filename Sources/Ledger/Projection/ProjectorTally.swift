import LeadModel
import Synchronization

/// What a projector has done since its start, and how far behind the fleet it is. For any thread.
public final class ProjectorTally: Sendable {
    public struct Counts: Equatable, Sendable {
        /// Messages of the stream.
        public var messages = 0
        /// New scorings.
        public var scorings = 0
        /// Results and erased contacts that removed values from the ledger.
        public var erasures = 0
        /// Messages that are not results.
        public var unreadable = 0
        /// Records read from the registry.
        public var caughtUp = 0
        /// Records and scorings that retention removed.
        public var retired = 0

        static func - (a: Counts, b: Counts) -> Counts {
            Counts(
                messages: a.messages - b.messages, scorings: a.scorings - b.scorings, erasures: a.erasures - b.erasures,
                unreadable: a.unreadable - b.unreadable, caughtUp: a.caughtUp - b.caughtUp,
                retired: a.retired - b.retired)
        }
    }

    private struct State {
        var counts = Counts()
        var newest: UInt64?
        var isAtEnd = false
    }

    private let state = Mutex(State())

    public init() {}

    public var counts: Counts { state.withLock { $0.counts } }

    /// Whether the last read of the stream found no message.
    public var isAtEnd: Bool { state.withLock { $0.isAtEnd } }

    /// When the fleet committed the newest result that was applied.
    public var newest: Moment? {
        state.withLock { $0.newest.map { Moment(milliseconds: Int64(clamping: $0)) } }
    }

    func add(_ counts: Counts, newest: UInt64? = nil) {
        state.withLock { state in
            state.counts.messages += counts.messages
            state.counts.scorings += counts.scorings
            state.counts.erasures += counts.erasures
            state.counts.unreadable += counts.unreadable
            state.counts.caughtUp += counts.caughtUp
            if let newest { state.newest = max(newest, state.newest ?? 0) }
        }
    }

    func add(removed counts: LedgerRetention.Counts) {
        state.withLock { $0.counts.retired += counts.records + counts.scorings }
    }

    func note(isAtEnd: Bool) { state.withLock { $0.isAtEnd = isAtEnd } }
}

extension ProjectorTally.Counts {
    /// "ledger, in the last minute: 600 results, 580 new scorings; up to date"; nothing if nothing was done.
    ///
    /// - Parameter behind: when the last applied result was committed, if more are waiting.
    func line(behind: Moment?, now: Moment) -> String? {
        let words = [
            (messages, "result", "results"), (scorings, "new scoring", "new scorings"),
            (erasures, "erasure", "erasures"),
            (unreadable, "message that is not a result", "messages that are not results"),
            (caughtUp, "record read from the registry", "records read from the registry"),
            (retired, "record or scoring removed as too old", "records and scorings removed as too old"),
        ].filter { $0.0 > 0 }.map { "\($0) \($0 == 1 ? $1 : $2)" }
        guard !words.isEmpty else { return nil }
        let place = behind.map { "\(Int(max(0, now.seconds(since: $0)))) s behind" } ?? "up to date"
        return "ledger, in the last minute: \(words.joined(separator: ", ")); \(place)"
    }
}
