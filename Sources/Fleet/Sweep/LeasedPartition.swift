import LeadModel
import Registry

/// A partition that a lane holds under a lease: its sweep, what is to be told, what expires.
///
/// Whether the lane still is its holder, Redis says at each step by the token; one that slept too long changes nothing.
final class LeasedPartition {
    let lease: SweepStore.Lease
    /// Where the scan stands that fills the work set; nothing: it is full. Redis forgets such places when it restarts, and
    /// then the scan begins anew.
    var cursor: String?
    /// What a former holder had in hand when it fell silent: each is worked alone.
    var suspects: [Exact]
    /// What is in batches that are not settled.
    var inHand = 0
    /// Taken in hand in Redis, for the batches to come.
    var ready: [Exact] = []
    /// The page of a telling that comes next.
    var page: FanOuts.Page?
    /// Whether there may be more than is ready.
    var hasMore = true
    /// Whether something due may be left in the schedule.
    var isExpiring: Bool
    var isFenced = false
    var renewed = ContinuousClock.now

    init(_ lease: SweepStore.Lease) {
        self.lease = lease
        cursor = lease.filling == nil ? nil : "0"
        suspects = lease.abandoned
        isExpiring = lease.isExpiring
    }

    var partition: Partition { lease.partition }

    /// Nothing of accounts and contacts, which no sweep scores.
    var sweep: Decision.Sweep? {
        partition.kind.entity == nil
            ? nil : Decision.Sweep(number: UInt64(max(0, lease.sweep)), scores: lease.scores)
    }

    /// Whether a batch can take something of it.
    var hasWork: Bool { !isFenced && (!ready.isEmpty || page != nil) }

    var hasSuspects: Bool { !isFenced && !suspects.isEmpty }

    /// Whether nothing is to be done for it before something that is under way comes back.
    var isResting: Bool {
        !isFenced && !hasSuspects && !hasWork && cursor == nil && (!hasMore || isFanOutInFlight) && inHand > 0
    }

    /// A page follows on the one before.
    var isFanOutInFlight: Bool { partition.kind.entity == nil && inHand > 0 }

    /// Whether nothing of it is in this lane's hands.
    var isIdle: Bool { inHand == 0 && ready.isEmpty && page == nil }

    /// Whether it can be given back, once nothing more is taken of it.
    var isDone: Bool { isFenced || isIdle }

    /// Whether nothing of it is left but what is under way. A telling's next page follows on that.
    var isTaken: Bool {
        guard !isFenced else { return true }
        return cursor == nil && suspects.isEmpty && ready.isEmpty && page == nil && !hasMore && !isExpiring
            && !isFanOutInFlight
    }
}

/// The page of a telling that a batch works off: once it is settled, the telling goes on behind it.
struct FanOutPage {
    var entity: RecordStore.Place
    /// As it stood when the page was read.
    var position: FanOuts.Position
    /// The last of the page; nothing: there is no more.
    var last: String?
    /// The holder's; nothing where whoever stored the change tells all at once.
    var holding: LeasedPartition?
}
