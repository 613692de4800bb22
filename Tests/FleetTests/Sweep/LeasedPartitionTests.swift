import LeadModel
import Testing

@testable import Fleet
@testable import Registry

@Suite("A leased partition")
struct LeasedPartitionTests {
    /// Every state with every event: the action, if it is not `wait`, and `>` the next state, if it is another.
    private static let transitions = """
                     | filling 5  | fetching    | loaded ab+           | paged P            | expiring  | draining | fenced
        turnEnded    | fill 5     | fetch       | .                    | .                  | expire    | release  | drop
        filled 7     | >filling 7 | .           | .                    | .                  | .         | .        | .
        filled nil   | >fetching  | .           | .                    | .                  | .         | .        | .
        fetched cd+  | .          | >loaded cd+ | .                    | .                  | .         | .        | .
        fetched cd   | .          | >loaded cd  | .                    | .                  | .         | .        | .
        fetched +    | .          | .           | .                    | .                  | .         | .        | .
        fetched      | .          | >draining   | .                    | .                  | .         | .        | .
        page P       | .          | >paged P    | .                    | .                  | .         | .        | .
        page nil     | .          | >draining   | .                    | .                  | .         | .        | .
        expired +    | .          | .           | .                    | .                  | .         | .        | .
        expired      | .          | .           | .                    | .                  | >draining | .        | .
        room 0       | .          | .           | .                    | fan out P>fetching | .         | .        | .
        room 1       | .          | .           | work b>loaded a+     | fan out P>fetching | .         | .        | .
        room 9       | .          | .           | work ab>fetching     | fan out P>fetching | .         | .        | .
        isolation    | .          | .           | .                    | .                  | .         | .        | .
        settled 1    | .          | .           | .                    | .                  | .         | .        | .
        reconnected  | >filling 0 | .           | .                    | .                  | .         | .        | .
        stopped      | >draining  | >draining   | >loaded ab           | >draining          | >draining | .        | .
        fenced       | >fenced    | >fenced     | >fenced              | >fenced            | >fenced   | >fenced  | .
        """

    private static let events: [String: LeasedPartition.Event] = [
        "turnEnded": .turnEnded, "filled 7": .filled(next: "7"), "filled nil": .filled(next: nil),
        "fetched cd+": .fetched(["c", "d"], hasMore: true), "fetched cd": .fetched(["c", "d"], hasMore: false),
        "fetched +": .fetched([], hasMore: true), "fetched": .fetched([], hasMore: false),
        "page P": .fetchedPage(page), "page nil": .fetchedPage(nil), "expired +": .expired(hasMore: true),
        "expired": .expired(hasMore: false), "room 0": .batchBegan(room: 0), "room 1": .batchBegan(room: 1),
        "room 9": .batchBegan(room: 9), "isolation": .isolationBegan, "settled 1": .settled(1),
        "reconnected": .reconnected, "stopped": .stopped, "fenced": .fenced,
    ]

    private static let page = FanOuts.Page(
        entity: .init(partition: Partition(organization: "o", kind: .account, number: 0), id: "A1"),
        position: FanOuts.Position(revision: 1), records: [(.lead, "L1")], last: nil, isLarge: true)

    private static func lease(
        _ kind: RecordKind = .lead, filling: SweepStore.Filling? = nil, isExpiring: Bool = false,
        abandoned: [Exact] = []
    ) -> SweepStore.Lease {
        SweepStore.Lease(
            partition: Partition(organization: "o", kind: kind, number: 0), token: 1, sweep: 1, scores: true,
            targets: [], filling: filling, isExpiring: isExpiring, hasFanOuts: false, abandoned: abandoned)
    }

    /// A partition after these events.
    private static func partition(
        _ lease: SweepStore.Lease, _ events: LeasedPartition.Event...
    ) -> LeasedPartition {
        var partition = LeasedPartition(lease)
        for event in events { _ = partition.handle(event) }
        return partition
    }

    private static let states: [String: LeasedPartition] = [
        "filling 5": partition(lease(filling: .open), .filled(next: "5")), "fetching": partition(lease()),
        "loaded ab+": partition(lease(), .fetched(["a", "b"], hasMore: true)),
        "paged P": partition(lease(.account), .fetchedPage(page)),
        "expiring": partition(lease(isExpiring: true), .fetched([], hasMore: false)),
        "draining": partition(lease(), .fetched([], hasMore: false)), "fenced": partition(lease(), .fenced),
    ]

    @Test("answers every event in every state as the table says")
    func table() throws {
        let rows = Self.transitions.split(separator: "\n").map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmed }
        }
        let columns = rows[0].dropFirst()
        #expect(Set(columns) == Set(Self.states.keys) && Set(rows.dropFirst().map { $0[0] }) == Set(Self.events.keys))
        for row in rows.dropFirst() {
            let event = try #require(Self.events[row[0]])
            for (from, cell) in zip(columns, row.dropFirst()) {
                var partition = try #require(Self.states[from])
                #expect(partition.state.words == from)
                let action = partition.handle(event).words
                let to = partition.state.words
                let found = (action == "wait" ? "" : action) + (to == from ? "" : ">\(to)")
                #expect(found == (cell == "." ? "" : cell), "\(row[0]) in \(from)")
            }
        }
        // A new state or event must have its column or row.
        #expect(Set(Self.states.values.map(\.state.number)).count == 7)
        #expect(Set(Self.events.values.map(\.number)).count == 11)
    }

    @Test("isolates abandoned records one by one, while it fills, and fetches no other before")
    func abandoned() {
        var partition = LeasedPartition(Self.lease(filling: .open, abandoned: ["x", "y"]))
        #expect(partition.handle(.isolationBegan).words == "isolate y")
        _ = partition.handle(.filled(next: nil))
        #expect(partition.handle(.turnEnded).words == "wait")
        #expect(partition.handle(.isolationBegan).words == "isolate x" && partition.inFlight == 2)
        #expect(partition.handle(.isolationBegan).words == "wait")
        #expect(partition.handle(.turnEnded).words == "fetch")
    }

    @Test("fetches a fan-out's next page once the one before is settled")
    func pages() {
        var partition = LeasedPartition(Self.lease(.account))
        #expect(partition.handle(.turnEnded).words == "fetch page")
        _ = partition.handle(.fetchedPage(Self.page))
        _ = partition.handle(.batchBegan(room: 1))
        #expect(partition.handle(.turnEnded).words == "wait" && partition.inFlight == 1 && !partition.isDraining)
        _ = partition.handle(.settled(1))
        #expect(partition.handle(.turnEnded).words == "fetch page")
    }

    @Test("removes what has expired after the last record is taken, and not when the worker stops")
    func expiring() {
        let lease = Self.lease(isExpiring: true)
        for takesAll in [true, false] {
            var partition = Self.partition(lease, .fetched(["a"], hasMore: false))
            if !takesAll { _ = partition.handle(.stopped) }
            _ = partition.handle(.batchBegan(room: 1))
            #expect(partition.state.words == (takesAll ? "expiring" : "draining"))
        }
    }

    @Test("is released once nothing is in flight; until then the lane can lease another")
    func draining() {
        var partition = Self.partition(Self.lease(), .fetched(["a", "b"], hasMore: false), .batchBegan(room: 2))
        #expect(partition.isDraining && partition.inFlight == 2)
        #expect(partition.handle(.turnEnded).words == "wait")
        _ = partition.handle(.settled(1))
        #expect(partition.handle(.turnEnded).words == "wait")
        _ = partition.handle(.settled(1))
        #expect(partition.handle(.turnEnded).words == "release")
    }

    @Test("works off what was taken when the worker stops, and isolates nothing more")
    func stopped() {
        var partition = Self.partition(Self.lease(abandoned: ["x"]), .stopped)
        #expect(partition.state.words == "draining" && partition.handle(.isolationBegan).words == "wait")
        partition = Self.partition(Self.lease(), .fetched(["a"], hasMore: true), .stopped, .batchBegan(room: 1))
        #expect(partition.state.words == "draining" && partition.inFlight == 1)
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

private func joined(_ ids: [Exact]) -> String { ids.map(\.text).joined() }

extension LeasedPartition.State {
    fileprivate var words: String {
        switch self {
        case .filling(let cursor): "filling \(cursor)"
        case .fetching: "fetching"
        case .loaded(let ids, let hasMore): "loaded \(joined(ids))\(hasMore ? "+" : "")"
        case .paged: "paged P"
        case .expiring: "expiring"
        case .draining: "draining"
        case .fenced: "fenced"
        }
    }

    fileprivate var number: Int {
        switch self {
        case .filling: 0
        case .fetching: 1
        case .loaded: 2
        case .paged: 3
        case .expiring: 4
        case .draining: 5
        case .fenced: 6
        }
    }
}

extension LeasedPartition.Event {
    fileprivate var number: Int {
        switch self {
        case .turnEnded: 0
        case .filled: 1
        case .fetched: 2
        case .fetchedPage: 3
        case .expired: 4
        case .batchBegan: 5
        case .isolationBegan: 6
        case .settled: 7
        case .reconnected: 8
        case .stopped: 9
        case .fenced: 10
        }
    }
}

extension LeasedPartition.Action {
    fileprivate var words: String {
        switch self {
        case .wait: "wait"
        case .fill(let cursor): "fill \(cursor)"
        case .fetch: "fetch"
        case .fetchPage: "fetch page"
        case .expire: "expire"
        case .work(let ids): "work \(joined(ids))"
        case .fanOut: "fan out P"
        case .isolate(let id): "isolate \(id.text)"
        case .release: "release"
        case .drop: "drop"
        }
    }
}
