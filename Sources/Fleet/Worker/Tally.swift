import Synchronization

/// What a worker's lanes did, counted since the start.
public final class Tally: Sendable {
    public enum Item: Int, CaseIterable, Sendable {
        case messages, events, scored, notices, repeats, dropped, refused, undelivered, moved, overtaken, conflicts
        case lostAnswers

        var words: String {
            switch self {
            case .lostAnswers: "lost answers"
            case .moved: "delivered later"
            case .overtaken: "overtaken before they were delivered"
            default: "\(self)"
            }
        }
    }

    private let counts: Mutex<[Int]> = Mutex(Array(repeating: 0, count: Item.allCases.count))

    /// By lane: when the oldest message arrived with which it has not come to an end since.
    private let inHand: Mutex<[Int: ContinuousClock.Instant]> = Mutex([:])

    public init() {}

    func add(_ added: [Item: Int]) {
        counts.withLock { counts in for (item, count) in added { counts[item.rawValue] += count } }
    }

    public func count(_ item: Item) -> Int { counts.withLock { $0[item.rawValue] } }

    /// All counts, by item.
    public var all: [Item: Int] {
        let counts = counts.withLock { $0 }
        return Dictionary(uniqueKeysWithValues: Item.allCases.map { ($0, counts[$0.rawValue]) })
    }

    /// Notes what a lane has in hand; nothing once it is done with it. What it loses with a connection and gets again it
    /// has had since the first time.
    func hold(since arrival: ContinuousClock.Instant?, lane: Int) {
        inHand.withLock { inHand in
            inHand[lane] = arrival.map { min($0, inHand[lane] ?? $0) }
        }
    }

    /// For how long a lane has had something in hand, the longest of all lanes; nothing where none has.
    var longestHold: Duration? { inHand.withLock { $0.values.min() }.map { .now - $0 } }
}
