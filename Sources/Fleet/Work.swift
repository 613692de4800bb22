import Contract
import LeadModel
import Registry

// What a turn passes from step to step.

/// All that a batch brings for one record.
struct Work {
    var organization: String
    var kind: RecordKind
    var id: Exact
    var events: [Event] = []
    /// It may have been worked before.
    var isRepeat = false
    /// It is told that an account or contact that it names changed.
    var isFanOut = false
    /// So many name that one that no score is due at once.
    var isLargeFanOut = false
    /// The lease under which a sweep works it.
    var lease: SweepStore.Lease?

    struct Event {
        var event: RecordEvent
        var origin: Origin
    }

    struct Key: Hashable {
        var organization: String
        var kind: RecordKind
        var id: Exact
    }

    var key: Key { Key(organization: organization, kind: kind, id: id) }
}

/// Which element of which message of a batch.
struct Origin: Hashable {
    var parcel: Int
    /// Nothing: the whole message.
    var element: Int?
}

/// Work with what is stored of its record.
struct Loaded {
    var work: Work
    var organization: RegistryView.Organization
    var place: RecordStore.Place
    var base: Record
    /// That it names once the events are folded in.
    var entities = RelatedEntities()
    /// That of its present scoring, where another version is published.
    var former: Scorecard?
}

/// Work with what is to be done about it.
struct Merged {
    var loaded: Loaded
    var decision: Decision
}

/// Work with the state to be stored, its score in it.
struct Scored {
    var work: Work
    var place: RecordStore.Place
    /// As it will be stored; as it is stored where nothing changes.
    var record: Record
    var decision: Decision
    var change: RecordStore.Change?
}

/// A result to publish: the current scoring of a record, or its latest notice, each under the id that is stored.
struct Outcome {
    enum What { case scoring, notice }

    var organization: String
    var kind: RecordKind
    var id: Exact
    var record: Record
    var what: What
    /// The one queue that it is for; nothing: whoever has bound one.
    var queue: String?
}

/// What a turn gathered: the messages, their work by record, and what of them cannot be used.
struct Batch {
    var parcels: [Delivery] = []
    private(set) var work: [Work] = []
    private var places: [Work.Key: Int] = [:]
    var refused: [(origin: Origin, refusal: Refusal)] = []
    /// By source, the last message that is done with this batch.
    var lastTags: [Source: UInt64] = [:]
    /// The counters of tries that were raised for it: its outcome clears them.
    var tries: [UInt64] = []
    /// What of a sweep is in it.
    var swept: Swept?
    /// How far a telling is with it.
    var told: [FanOutPage] = []

    struct Swept {
        var lease: SweepStore.Lease
        var ids: [Exact]
    }

    var eventCount: Int { work.reduce(0) { $0 + $1.events.count } }
    /// When its oldest message arrived.
    var arrived: ContinuousClock.Instant? { parcels.lazy.map(\.arrived).min() }

    init() {}

    /// - Parameter firstElement: which element of its message a reading begins with.
    init(_ parcels: [Delivery], _ readings: [ParsedMessage], firstElement: Int = 0) {
        self.parcels = parcels
        for parcel in parcels { lastTags[parcel.source] = parcel.delivery.tag }
        for (number, (parcel, reading)) in zip(parcels, readings).enumerated() {
            switch reading.content {
            case .refused(let refusal): refused.append((Origin(parcel: number, element: nil), refusal))
            case .elements(let elements):
                for (index, element) in elements.enumerated() {
                    let origin = Origin(parcel: number, element: firstElement + index)
                    switch element {
                    case .refused(let refusal, _): refused.append((origin, refusal))
                    case .event(let event):
                        var work = Work(
                            organization: reading.key?.organization ?? "", kind: event.recordKind, id: event.recordID)
                        work.events = [.init(event: event, origin: origin)]
                        work.isRepeat = parcel.isRepeat
                        add(work)
                    }
                }
            }
        }
    }

    /// All that is to be done about one record is one work.
    mutating func add(_ more: Work) {
        if let place = places[more.key] {
            work[place].join(more)
        } else {
            places[more.key] = work.count
            work.append(more)
        }
    }
}

extension Work {
    fileprivate mutating func join(_ more: Work) {
        events += more.events
        isRepeat = isRepeat || more.isRepeat
        // What else there is of it comes again as a repeat if this lane dies, so it can be scored.
        isLargeFanOut = isLargeFanOut && more.isLargeFanOut
        isFanOut = isFanOut || more.isFanOut
        lease = lease ?? more.lease
    }

    /// Without doubles: all that is to be done about one record is one work.
    static func joined(_ work: [Work]) -> [Work] {
        guard work.count > 1 else { return work }
        var batch = Batch()
        for one in work { batch.add(one) }
        return batch.work
    }
}
