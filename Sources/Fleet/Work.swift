import Contract
import LeadModel
import Registry

// What a turn passes from step to step.

/// All that a batch brings for one record.
struct Work {
    var organization: String
    var kind: RecordKind
    var id: Exact
    var events: [Event]
    /// It may have been worked before.
    var isRepeat: Bool

    struct Event {
        var event: RecordEvent
        var origin: Origin
    }
}

/// Which element of which message of a batch.
struct Origin: Hashable {
    var parcel: Int
    /// Nothing: the whole message.
    var element: Int?
}

/// Work with what is stored of its record.
struct Recalled {
    var work: Work
    var organization: RegistryView.Organization
    var place: RecordStore.Place
    var base: Record
}

/// Work with what is to be done about it.
struct Merged {
    var recalled: Recalled
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
    var entity: Entity
    var id: Exact
    var record: Record
    var what: What
}

/// What a turn gathered: the messages, their work by record, and what of them cannot be used.
struct Batch {
    var parcels: [Parcel] = []
    var work: [Work] = []
    var refused: [(origin: Origin, refusal: Refusal)] = []
    /// By source, the last message that is done with this batch.
    var lastTags: [Source: UInt64] = [:]
    /// The counters of tries that were raised for it: its outcome clears them.
    var tries: [UInt64] = []

    var eventCount: Int { work.reduce(0) { $0 + $1.events.count } }
    /// When its oldest message arrived.
    var arrived: ContinuousClock.Instant? { parcels.lazy.map(\.arrived).min() }

    /// Several events of one record are one work.
    ///
    /// - Parameter firstElement: which element of its message a reading begins with.
    init(_ parcels: [Parcel], _ readings: [Reading], firstElement: Int = 0) {
        struct Key: Hashable {
            var organization: String
            var kind: RecordKind
            var id: Exact
        }
        self.parcels = parcels
        for parcel in parcels { lastTags[parcel.source] = parcel.delivery.tag }
        var places: [Key: Int] = [:]
        func add(_ event: RecordEvent, of organization: String, _ origin: Origin, isRepeat: Bool) {
            let key = Key(organization: organization, kind: event.recordKind, id: event.recordID)
            let found = Work.Event(event: event, origin: origin)
            if let place = places[key] {
                work[place].events.append(found)
                work[place].isRepeat = work[place].isRepeat || isRepeat
            } else {
                places[key] = work.count
                work.append(
                    Work(
                        organization: organization, kind: event.recordKind, id: event.recordID, events: [found],
                        isRepeat: isRepeat))
            }
        }
        for (number, (parcel, reading)) in zip(parcels, readings).enumerated() {
            switch reading.content {
            case .refused(let refusal): refused.append((Origin(parcel: number, element: nil), refusal))
            case .elements(let elements):
                for (index, element) in elements.enumerated() {
                    let origin = Origin(parcel: number, element: firstElement + index)
                    switch element {
                    case .refused(let refusal, _): refused.append((origin, refusal))
                    case .event(let event):
                        add(event, of: reading.key?.organization ?? "", origin, isRepeat: parcel.isRepeat)
                    }
                }
            }
        }
    }
}
