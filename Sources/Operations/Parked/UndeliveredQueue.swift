import Contract
import LeadModel
import Rabbit

/// What an operator does with `leadline.undelivered`: results that a consumer's queue refused. The workers' undelivered
/// relay publishes them again by itself once that queue has room.
public struct UndeliveredQueue: Sendable {
    private let broker: RabbitAddress

    public init(_ broker: RabbitAddress) { self.broker = broker }

    /// Lists results in the order in which they are tried. The queue stays as it is, but other readers see only a part of
    /// it meanwhile.
    ///
    /// - Throws: `RabbitError`.
    public func list(organization: String? = nil, limit: Int) throws -> ParkedPage<UndeliveredEntry> {
        try withQueue("undelivered list") { queue in
            var page = ParkedPage<UndeliveredEntry>()
            try queue.scan { message in
                let entry = UndeliveredEntry(message)
                if entry.routingKey.isKey(of: organization) { page.add(entry, limit: limit) }
            }
            return page
        }
    }

    /// Publishes results again as they are, to all consumers, under the ids that they had. What is refused again stays.
    ///
    /// - Throws: `ParkedError`; `RabbitError`.
    public func requeue(_ selection: ParkedSelection) throws -> (delivered: Int, stayed: Int) {
        try withQueue("undelivered requeue") { queue in
            let sender = try ParkedSender(broker, purpose: "undelivered requeue")
            defer { sender.close() }
            let isSelected = { (message: ParkedMessage) in
                message.delivery.resultKey.isKey(of: selection.organization)
            }
            let (delivered, stayed) = try queue.remove(selection, where: isSelected) { messages in
                try sender.send(messages) { message in
                    guard !message.delivery.resultKey.isEmpty else { return nil }
                    var properties = message.delivery.properties.forwarded
                    properties.timestamp = nil
                    return (Names.scores, message.delivery.resultKey, properties)
                }
            }
            return (delivered, stayed)
        }
    }

    private func withQueue<Answer>(_ purpose: String, _ work: (ParkedQueue) throws -> Answer) throws -> Answer {
        let queue = try ParkedQueue(Names.undelivered, broker: broker, purpose: purpose)
        defer { queue.close() }
        return try work(queue)
    }
}

/// An undelivered result in a list.
public struct UndeliveredEntry: Encodable, Sendable {
    /// Its position in the queue, from 1, the first that is tried.
    public var number: Int
    /// When the broker refused it.
    @OrNull public var since: String?
    @OrNull public var id: String?
    public var routingKey: String
    public var bytes: Int

    init(_ parked: ParkedMessage) {
        let properties = parked.delivery.properties
        (number, id, bytes) = (parked.number, properties.messageID, parked.delivery.body.count)
        since = properties.timestamp.flatMap(Moment.text(seconds:))
        routingKey = parked.delivery.resultKey
    }
}

extension ReceivedMessage {
    /// The routing key under which an undelivered result was published; empty if it has none.
    fileprivate var resultKey: String { properties.headers[Names.Header.origin]?.text ?? "" }
}
