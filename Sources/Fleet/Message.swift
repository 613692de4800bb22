import Contract
import LeadModel
import Rabbit

/// What a turn publishes, ready to be sent.
struct Message {
    var exchange: String
    var routingKey: String
    var properties: Properties
    var body: [UInt8]

    /// The current scoring of a record, or its latest notice.
    static func result(_ outcome: Outcome, scorecard: Scorecard?) -> Message? {
        let writer = ResultWriter(organization: outcome.organization, entity: outcome.entity)
        let result =
            switch outcome.what {
            case .scoring: writer.scoring(of: outcome.record, id: outcome.id, scorecard: scorecard)
            case .notice: writer.notice(of: outcome.record, id: outcome.id, scorecard: scorecard)
            }
        return result.map {
            Message(
                exchange: Names.scores.name, routingKey: $0.routingKey,
                properties: Properties(contentType: Names.ContentType.event, messageID: $0.id, type: $0.type),
                body: $0.body)
        }
    }

    /// A result that the broker refused, for the queue that keeps it until its consumer can take it.
    func undelivered(at now: Moment) -> Message {
        var copy = self
        copy.properties.timestamp = UInt64(max(0, now.milliseconds / 1000))
        copy.exchange = ""
        copy.routingKey = Names.undelivered.name
        copy.properties.headers[Names.Header.origin] = .text(routingKey)
        return copy
    }

    /// What cannot be used, whole and unchanged, with why and where it came from. Of a batch the element alone.
    static func rejected(_ parcel: Parcel, _ element: Int?, _ refusal: Refusal, at now: Moment) -> Message {
        let delivery = parcel.delivery
        var properties = delivery.properties
        var body = delivery.body
        if let element, let bytes = BatchElement.bytes(element, of: delivery.body) {
            body = bytes
            properties.contentType = Names.ContentType.event
            properties.headers[Names.Header.index] = .integer(Int64(element))
        }
        properties.headers[Names.Header.reason] = .text(refusal.reason.rawValue)
        properties.headers[Names.Header.field] = .text(refusal.field)
        properties.headers[Names.Header.message] = .text(refusal.message)
        properties.headers[Names.Header.origin] = .text(delivery.routingKey)
        properties.headers[Names.Header.rejectedAt] = .text(now.text)
        properties.expiration = nil
        return Message(
            exchange: Names.dead.name, routingKey: delivery.routingKey, properties: properties, body: body)
    }
}
