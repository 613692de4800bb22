import LeadModel
import Registry

/// One partition under a lane's lease, as a state machine. It does no I/O: the lane passes events in, and executes the
/// action that each event returns.
///
/// 1. `filling` → `fetching` ⇄ `loaded` or `paged` → `expiring` → `draining`, from which the lease is released.
/// 2. A step that isn't needed is skipped: a sweep of changed records has nothing to fill, most partitions have nothing to
///    expire.
/// 3. Once Redis says that the lease is another lane's, the partition is `fenced`, and is dropped.
/// 4. When the worker stops, nothing more is taken from Redis. What was taken is worked off.
///
/// An event that doesn't belong to the state changes nothing: `LeasedPartitionTests` lists every state with every event.
///
/// If the lane dies, all of this is in Redis: the work set, the records in flight, the position of a fan-out. Only the scan
/// cursor is lost, and the next lane scans from the beginning.
struct LeasedPartition {
    enum State {
        /// Open or shown records are still to be added to the work set, by a scan from this cursor.
        case filling(cursor: String)
        /// The next records of the work set, or the next page of a fan-out, are to be fetched.
        case fetching
        /// Records that were moved from the work set to the records in flight, and are not in a batch yet.
        case loaded([Exact], hasMore: Bool)
        /// A page of a fan-out that is not in a batch yet.
        case paged(FanOuts.Page)
        /// Expired entries of the schedule are to be removed.
        case expiring
        /// Nothing more is taken. Batches in flight may still contain some of it.
        case draining
        /// The lease is another lane's.
        case fenced
    }

    enum Event {
        /// The lane has time for one step between two turns.
        case turnEnded
        /// The scan went on to this cursor; nil: it is complete.
        case filled(next: String?)
        case fetched([Exact], hasMore: Bool)
        /// Nil: no fan-out of the partition can be continued.
        case fetchedPage(FanOuts.Page?)
        /// Some entries were removed; others may be left.
        case expired(hasMore: Bool)
        /// A batch has room for so many records.
        case batchBegan(room: Int)
        /// The lane works one record in isolation.
        case isolationBegan
        /// So many records, or pages, that were in flight are settled.
        case settled(Int)
        /// Redis was away, and may have forgotten scan cursors.
        case reconnected
        case stopped
        case fenced
    }

    enum Action {
        /// Nothing, until another event.
        case wait
        case fill(from: String)
        case fetch
        case fetchPage
        case expire
        /// Put these records into the batch.
        case work([Exact])
        case fanOut(FanOuts.Page)
        /// Work this record in isolation: it was in flight when its former lane died.
        case isolate(Exact)
        case release
        /// Forget the partition without releasing it: another lane has the lease.
        case drop
    }

    let lease: SweepStore.Lease
    private(set) var state: State
    /// Records that were in flight when the former lease lapsed. Each is worked in isolation, before any other is fetched.
    private(set) var abandoned: [Exact]
    /// Records, or pages of fan-outs, in batches that are not settled.
    private(set) var inFlight = 0
    /// Whether the schedule may have something due.
    private var isExpiring: Bool

    init(_ lease: SweepStore.Lease) {
        self.lease = lease
        state = lease.filling == nil ? .fetching : .filling(cursor: "0")
        abandoned = lease.abandoned
        isExpiring = lease.isExpiring
    }

    mutating func handle(_ event: Event) -> Action {
        switch (event, state) {
        case (.turnEnded, _): return nextStep
        case (.fenced, _), (_, .fenced): fence()
        case (.settled(let count), _): inFlight -= count
        case (.stopped, _): stop()
        case (.isolationBegan, _): return isolate()
        case (.batchBegan(let room), .loaded(let ids, let hasMore)): return take(room, of: ids, hasMore: hasMore)
        case (.batchBegan, .paged(let page)):
            state = .fetching
            inFlight += 1
            return .fanOut(page)
        case (.reconnected, .filling): state = .filling(cursor: "0")
        case (.filled(let cursor), .filling): state = cursor.map { .filling(cursor: $0) } ?? .fetching
        case (.fetched(let ids, let hasMore), .fetching):
            state = !ids.isEmpty ? .loaded(ids, hasMore: hasMore) : hasMore ? .fetching : afterFetching
        case (.fetchedPage(let page), .fetching): state = page.map { .paged($0) } ?? afterFetching
        case (.expired(let hasMore), .expiring): if !hasMore { state = .draining }
        case (.batchBegan, _), (.reconnected, _), (.filled, _), (.fetched, _), (.fetchedPage, _), (.expired, _): break
        }
        return .wait
    }

    /// What can be done between two turns.
    private var nextStep: Action {
        switch state {
        case .filling(let cursor): .fill(from: cursor)
        case .fetching where !abandoned.isEmpty: .wait
        // A fan-out's next page begins behind the one in flight.
        case .fetching where isOfFanOuts: inFlight > 0 ? .wait : .fetchPage
        case .fetching: .fetch
        case .loaded, .paged: .wait
        case .expiring: .expire
        case .draining: inFlight > 0 ? .wait : .release
        case .fenced: .drop
        }
    }

    /// No sweep scores accounts and contacts. Their partitions are leased for fan-outs and for what expires.
    private var isOfFanOuts: Bool { lease.partition.kind.entity == nil }

    private var afterFetching: State { isExpiring ? .expiring : .draining }

    private mutating func take(_ room: Int, of ids: [Exact], hasMore: Bool) -> Action {
        let taken = Array(ids.suffix(max(0, room)))
        guard !taken.isEmpty else { return .wait }
        let rest = Array(ids.dropLast(taken.count))
        state = !rest.isEmpty ? .loaded(rest, hasMore: hasMore) : hasMore ? .fetching : afterFetching
        inFlight += taken.count
        return .work(taken)
    }

    private mutating func isolate() -> Action {
        guard let id = abandoned.popLast() else { return .wait }
        inFlight += 1
        return .isolate(id)
    }

    private mutating func stop() {
        (abandoned, isExpiring) = ([], false)
        if case .loaded(let ids, _) = state { state = .loaded(ids, hasMore: false) } else { state = .draining }
    }

    private mutating func fence() { (state, abandoned) = (.fenced, []) }
}

extension LeasedPartition {
    /// Whether a batch can take records or a page of it.
    var hasWork: Bool {
        switch state {
        case .loaded, .paged: true
        case .filling, .fetching, .expiring, .draining, .fenced: false
        }
    }

    /// Whether no step between turns is possible until a batch takes or settles something.
    var isWaiting: Bool { if case .wait = nextStep { true } else { false } }

    /// Whether nothing more is taken from it, so that the lane can lease another partition.
    var isDraining: Bool {
        switch state {
        case .draining, .fenced: true
        case .filling, .fetching, .loaded, .paged, .expiring: false
        }
    }

    var isFenced: Bool { if case .fenced = state { true } else { false } }
}
