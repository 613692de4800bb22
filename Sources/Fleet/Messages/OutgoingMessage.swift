import Contract
import LeadModel
import Rabbit

/// A message that is ready to be sent.
struct OutgoingMessage {
    var exchange: String
    var routingKey: String
    var properties: Properties
    var body: [UInt8]
    /// AMQP's mandatory flag: if no queue takes the message, the topology is damaged.
    var isMandatory = true

    /// Of a republication that was requested for one queue. If the queue is gone, it is dropped.
    var isForOneQueue: Bool { exchange.isEmpty && !isMandatory }

    /// Who gets it: the organization of a result, or the only queue that a republication was requested for. Nil for what
    /// goes to a queue of Leadline.
    var receiver: String? {
        if exchange == Names.scores.name { return routingKey.split(separator: ".").first.map(String.init) }
        return isForOneQueue ? "queue \(routingKey)" : nil
    }

    /// The current scoring of a record, or its latest notice.
    static func result(_ result: OutgoingResult, scorecard: Scorecard?) -> OutgoingMessage? {
        guard let entity = result.kind.entity else { return nil }
        let writer = ResultWriter(organization: result.organization, entity: entity)
        let (record, id, superseded) = (result.record, result.id, result.superseded)
        let message =
            switch result.content {
            case .scoring: writer.scoring(of: record, id: id, scorecard: scorecard, under: superseded)
            case .notice: writer.notice(of: record, id: id, scorecard: scorecard, under: superseded)
            }
        return message.map { OutgoingMessage($0, queue: result.queue) }
    }

    /// A result that a consumer's queue refused, addressed to the undelivered queue.
    func undelivered(at now: Moment) -> OutgoingMessage {
        var copy = self
        copy.properties.timestamp = UInt64(max(0, now.milliseconds / 1000))
        (copy.exchange, copy.routingKey, copy.isMandatory) = ("", Names.undelivered.name, true)
        copy.properties.headers[isForOneQueue ? Names.Header.queue : Names.Header.origin] = .text(routingKey)
        return copy
    }

    /// A refused message, unchanged, with the reason and where it came from.
    ///
    /// - Parameters:
    ///   - element: the number and bytes of the refused element of a batch; nil if the whole message is refused.
    ///   - isBare: its publisher's headers and properties are dropped, because the broker refused them.
    static func rejected(
        _ message: ReceivedMessage, _ element: (number: Int, bytes: [UInt8])?, _ refusal: Refusal,
        isBare: Bool = false, at now: Moment
    ) -> OutgoingMessage {
        var properties = isBare ? message.properties.dropped : message.forwardedProperties
        if let element {
            (properties.contentType, properties.contentEncoding) = (Names.ContentType.event, nil)
            properties.headers[Names.Header.index] = .integer(Int64(element.number))
        }
        properties.headers[Names.Header.reason] = .text(refusal.reason.rawValue)
        properties.headers[Names.Header.field] = .text(String(refusal.field.prefix(500)))
        properties.headers[Names.Header.message] = .text(String(refusal.message.prefix(1000)))
        properties.headers[Names.Header.origin] = .text(message.routingKey)
        properties.headers[Names.Header.rejectedAt] = .text(now.text)
        return OutgoingMessage(
            exchange: Names.dead.name,
            routingKey: message.routingKey.utf8.count <= 255 ? message.routingKey : Names.rejected.name,
            properties: properties, body: element?.bytes ?? message.body)
    }
}

extension OutgoingMessage {
    /// - Parameter queue: the only queue that gets it; nil is every queue with a matching binding.
    init(_ result: ResultMessage, queue: String?) {
        self.init(
            exchange: Names.scores.name, routingKey: result.routingKey,
            properties: Properties(contentType: Names.ContentType.event, messageID: result.id, type: result.type),
            body: result.body)
        guard let queue else { return }
        (exchange, routingKey, isMandatory) = ("", queue, false)
        properties.headers[Names.Header.origin] = .text(result.routingKey)
    }
}
