import Contract
import LeadModel
import Rabbit

/// What a turn publishes, ready to be sent.
struct OutgoingMessage {
    var exchange: String
    var routingKey: String
    var properties: Properties
    var body: [UInt8]
    /// That no queue takes it means damaged topology.
    var isMandatory = true

    /// The current scoring of a record, or its latest notice.
    static func result(_ outcome: Outcome, scorecard: Scorecard?) -> OutgoingMessage? {
        guard let entity = outcome.kind.entity else { return nil }
        let writer = ResultWriter(organization: outcome.organization, entity: entity)
        let result =
            switch outcome.what {
            case .scoring: writer.scoring(of: outcome.record, id: outcome.id, scorecard: scorecard)
            case .notice: writer.notice(of: outcome.record, id: outcome.id, scorecard: scorecard)
            }
        return result.map { OutgoingMessage($0, queue: outcome.queue) }
    }

    /// A result that the broker refused, for the queue that keeps it until its consumer can take it.
    func undelivered(at now: Moment) -> OutgoingMessage {
        var copy = self
        copy.properties.timestamp = UInt64(max(0, now.milliseconds / 1000))
        copy.exchange = ""
        copy.routingKey = Names.undelivered.name
        copy.properties.headers[Names.Header.origin] = .text(routingKey)
        return copy
    }

    /// What cannot be used, whole and unchanged, with why and where it came from.
    ///
    /// - Parameter element: of a batch, the number and the bytes of the element that goes there alone.
    static func rejected(
        _ delivery: ReceivedMessage, _ element: (number: Int, bytes: [UInt8])?, _ refusal: Refusal, at now: Moment
    ) -> OutgoingMessage {
        var properties = delivery.properties.thatCanBePublished
        if let element {
            properties.contentType = Names.ContentType.event
            properties.headers[Names.Header.index] = .integer(Int64(element.number))
        }
        properties.headers[Names.Header.reason] = .text(refusal.reason.rawValue)
        properties.headers[Names.Header.field] = .text(String(refusal.field.prefix(500)))
        properties.headers[Names.Header.message] = .text(String(refusal.message.prefix(1000)))
        properties.headers[Names.Header.origin] = .text(delivery.routingKey)
        properties.headers[Names.Header.rejectedAt] = .text(now.text)
        return OutgoingMessage(
            exchange: Names.dead.name,
            routingKey: delivery.routingKey.isShort ? delivery.routingKey : Names.rejected.name,
            properties: properties, body: element?.bytes ?? delivery.body)
    }
}

extension OutgoingMessage {
    /// - Parameter queue: the one that it is for; nothing: whoever has bound one.
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

extension Properties {
    /// Without what the protocol has no room for once it was read: bytes that are no UTF-8 grow when they are mended. A
    /// message that cannot be used must never be one that cannot be set aside either.
    fileprivate var thatCanBePublished: Properties {
        var copy = self
        copy.expiration = nil
        copy.contentType = contentType.flatMap { $0.isShort ? $0 : nil }
        copy.contentEncoding = contentEncoding.flatMap { $0.isShort ? $0 : nil }
        copy.correlationID = correlationID.flatMap { $0.isShort ? $0 : nil }
        copy.replyTo = replyTo.flatMap { $0.isShort ? $0 : nil }
        copy.messageID = messageID.flatMap { $0.isShort ? $0 : nil }
        copy.type = type.flatMap { $0.isShort ? $0 : nil }
        copy.appID = appID.flatMap { $0.isShort ? $0 : nil }
        let size = headers.reduce(0) { $0 + $1.key.utf8.count + "\($1.value)".utf8.count }
        if size > 16_384 || !headers.keys.allSatisfy(\.isShort) { copy.headers = [:] }
        return copy
    }
}

extension String {
    /// Whether it fits where AMQP has a short string.
    fileprivate var isShort: Bool { utf8.count <= 255 }
}
