import Synchronization

/// Counts of what a worker's lanes have done since its start.
public final class Tally: Sendable {
    public enum Item: Int, CaseIterable, Sendable {
        case messages, events, scored, notices, repeats, dropped, refused, undelivered, moved, overtaken, conflicts
        case lostAnswers, damaged, givenUp, cut, membersDropped, ties

        var words: String {
            switch self {
            case .lostAnswers: "lost answers"
            case .damaged: "damaged records"
            case .givenUp: "given up"
            case .cut: "values cut"
            case .membersDropped: "values dropped"
            case .moved: "delivered later"
            case .overtaken: "delivered by another or gone"
            case .dropped: "events of erased records dropped"
            case .ties: "ties of time"
            default: "\(self)"
            }
        }
    }

    private let counts: Mutex<[Int]> = Mutex(Array(repeating: 0, count: Item.allCases.count))

    /// By lane, when its oldest message in flight arrived.
    private let inFlightSince: Mutex<[Int: ContinuousClock.Instant]> = Mutex([:])

    /// What was sent to the bounded queues since it was last taken.
    private let sent: Mutex<SentSizes> = Mutex(SentSizes())

    public init() {}

    func add(_ sizes: SentSizes) { sent.withLock { $0.add(sizes) } }

    func takeSent() -> SentSizes {
        sent.withLock { sent in
            defer { sent = SentSizes() }
            return sent
        }
    }

    /// Ties by organization, since they were last taken.
    private let ties: Mutex<[String: Int]> = Mutex([:])

    func add(ties count: Int, of organization: String) { ties.withLock { $0[organization, default: 0] += count } }

    func takeTies() -> [String: Int] {
        ties.withLock { ties in
            defer { ties = [:] }
            return ties
        }
    }

    /// What is logged once in the life of the process.
    private let noted: Mutex<Set<String>> = Mutex([])

    /// Whether this was not noted before.
    func isFirst(_ what: String) -> Bool { noted.withLock { $0.insert(what).inserted } }

    func add(_ added: [Item: Int]) {
        counts.withLock { counts in for (item, count) in added { counts[item.rawValue] += count } }
    }

    public func count(_ item: Item) -> Int { counts.withLock { $0[item.rawValue] } }

    /// All counts, by item.
    public var all: [Item: Int] {
        let counts = counts.withLock { $0 }
        return Dictionary(uniqueKeysWithValues: Item.allCases.map { ($0, counts[$0.rawValue]) })
    }

    /// Notes since when a lane has had messages in flight; nil once it has none. A message that comes back after a lost
    /// connection counts from its first arrival.
    func note(inFlightSince arrival: ContinuousClock.Instant?, lane: Int) {
        inFlightSince.withLock { since in since[lane] = arrival.map { min($0, since[lane] ?? $0) } }
    }

    /// How long the oldest message in flight of all lanes has been in flight, or nil if none is.
    var longestInFlight: Duration? { inFlightSince.withLock { $0.values.min() }.map { .now - $0 } }
}
