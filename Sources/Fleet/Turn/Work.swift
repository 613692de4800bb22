import Contract
import LeadModel
import Registry

/// Everything that a batch has to do for one record.
struct Work {
    var organization: String
    var kind: RecordKind
    var id: Exact
    var events: [Event] = []
    /// Whether it may have been done before: then what is stored is published again.
    var isRepeat = false
    /// An account or contact that the record references has changed.
    var isFanOut = false
    /// That entity has too many referrers (more than 200) to rescore them in real time.
    var isLargeFanOut = false
    /// A contact that it references, or did, was erased: the revision of that.
    var erasedContact: UInt64?
    /// The lease of the partition, if the record comes from a sweep.
    var lease: SweepStore.Lease?
    /// How often it went through the steps in this turn without coming to rest.
    var attempts = 0

    struct Event {
        var event: RecordEvent
        var origin: Origin
        /// Values of it were cut or dropped: what a strict organization refuses it for.
        var strictly: Refusal?
    }

    struct Key: Hashable {
        var organization: String
        var kind: RecordKind
        var id: Exact
    }

    var key: Key { Key(organization: organization, kind: kind, id: id) }
}

/// Where in a batch an event comes from.
struct Origin: Hashable {
    /// The number of the delivery.
    var delivery: Int
    /// The number of the element in it; nil is the whole message.
    var element: Int?
}

extension Work {
    mutating func join(_ more: Work) {
        events += more.events
        isRepeat = isRepeat || more.isRepeat
        // A large fan-out never scores at once, because it would not come back as a repeat if the lane died. With an
        // event or a small fan-out in the same work it would, so a score may be due at once.
        isLargeFanOut = isLargeFanOut && more.isLargeFanOut
        isFanOut = isFanOut || more.isFanOut
        erasedContact = [erasedContact, more.erasedContact].compactMap(\.self).max()
        lease = lease ?? more.lease
        attempts = max(attempts, more.attempts)
    }

    /// Merges work for the same record, so that each record appears once.
    static func joined(_ work: [Work]) -> [Work] {
        guard work.count > 1 else { return work }
        var batch = Batch()
        for one in work { batch.add(one) }
        return batch.work
    }

    /// Makes the work a repeat if the stored record shows that it was done before: the lane that did it may have died before
    /// it published the result.
    mutating func noteEarlierWork(on base: Record, _ related: RelatedEntities) {
        if let sweep = lease?.decisionSweep, base.sweepMark == sweep.number { isRepeat = true }
        if isLargeFanOut, base.wasScoredAtOnce(by: related) { isRepeat = true }
    }

    /// What is left to do after the lane has lost the partition's lease: events and fan-outs; nil if there are none.
    var withoutSweep: Work? {
        guard !events.isEmpty || isFanOut else { return nil }
        var rest = self
        rest.lease = nil
        return rest
    }
}
