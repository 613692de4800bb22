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
}
