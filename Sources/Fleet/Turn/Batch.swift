import Contract
import LeadModel
import Registry

/// What a turn gathers: deliveries, their events grouped by record, and the events that are refused.
struct Batch {
    var deliveries: [Delivery] = []
    private(set) var work: [Work] = []
    private var places: [Work.Key: Int] = [:]
    var refused: [(origin: Origin, refusal: Refusal)] = []
    /// The last delivery tag of each source. Settling the batch acknowledges all messages up to these tags.
    var lastTags: [Source: UInt64] = [:]
    /// The keys of the crash counts that were raised for it. Settling the batch clears them.
    var crashCounts: [UInt64] = []
    /// Its records from a sweep.
    var swept: Swept?
    /// The pages of fan-outs in it.
    var fanOuts: [FanOutPage] = []

    struct Swept {
        var lease: SweepStore.Lease
        var ids: [Exact]
    }

    var eventCount: Int { work.reduce(0) { $0 + $1.events.count } }
    /// When its oldest message arrived.
    var arrived: ContinuousClock.Instant? {
        // Read in place, without copying any delivery.
        deliveries.indices.lazy.map { deliveries[$0].arrived }.min()
    }

    init() {}

    /// - Parameter firstElement: the number of the first element that the parsed messages contain.
    init(_ deliveries: [Delivery], _ messages: [ParsedMessage], firstElement: Int = 0) {
        self.deliveries = deliveries
        for delivery in deliveries { lastTags[delivery.source] = delivery.message.tag }
        for (number, (delivery, message)) in zip(deliveries, messages).enumerated() {
            switch message.content {
            case .refused(let refusal): refused.append((Origin(delivery: number, element: nil), refusal))
            case .elements(let elements):
                for (index, element) in elements.enumerated() {
                    let origin = Origin(delivery: number, element: firstElement + index)
                    switch element {
                    case .refused(let refusal, _): refused.append((origin, refusal))
                    case .event(let event):
                        add(.init(event: event, origin: origin), message.key, isRepeat: delivery.isRepeat)
                    case .adjusted(let event, let refusal):
                        add(
                            .init(event: event, origin: origin, strictly: refusal), message.key,
                            isRepeat: delivery.isRepeat)
                    }
                }
            }
        }
    }

    private mutating func add(_ event: Work.Event, _ key: RoutingKey?, isRepeat: Bool) {
        var work = Work(
            organization: key?.organization ?? "", kind: event.event.recordKind, id: event.event.recordID)
        work.events = [event]
        work.isRepeat = isRepeat
        add(work)
    }

    /// Adds work, and joins it with the work that the batch already has for the same record.
    mutating func add(_ more: Work) {
        if let place = places[more.key] {
            work[place].join(more)
        } else {
            places[more.key] = work.count
            work.append(more)
        }
    }
}
