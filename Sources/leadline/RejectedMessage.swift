import Contract
import LeadModel
import Rabbit

/// What can be said of a rejected message without its body.
struct RejectedMessage {
    enum Kind: String, Encodable {
        case refused, poison
        /// Given out so often that the broker took it out of its queue.
        case deadLettered = "dead-lettered"
        /// No queue takes its routing key: it came by the alternate exchange.
        case unroutable
    }

    var kind: Kind
    /// A code of the contract; of a dead-lettered one the broker's word for it.
    var reason: String
    var field: String?
    var message: String?
    /// The number of the element in the batch that it stood in, from 0.
    var index: Int64?
    /// Under which it was first published.
    var origin: String
    /// RFC 3339; nothing where nobody wrote it down.
    var rejectedAt: String?

    init(_ delivery: ReceivedMessage) {
        let headers = delivery.properties.headers
        let death = headers["x-death"]?.list?.first?.table
        func text(_ name: String) -> String? { headers[name]?.text }
        (field, message, index) = (nil, nil, nil)
        origin = delivery.routingKey
        if let death {
            (kind, reason) = (.deadLettered, death["reason"]?.text?.replacing("_", with: "-") ?? "dead-lettered")
            if case .time(let seconds)? = death["time"] { rejectedAt = Moment.text(seconds: seconds) }
        } else if delivery.exchange == Names.dead.name, let given = text(Names.Header.reason) {
            (kind, reason) = (given == Refusal.Reason.poison.rawValue ? .poison : .refused, given)
            (field, message) = (text(Names.Header.field), text(Names.Header.message))
            index = headers[Names.Header.index]?.integer
            origin = text(Names.Header.origin) ?? origin
            rejectedAt = text(Names.Header.rejectedAt)
        } else {
            // Headers of ours on it would be its publisher's own words: they are not believed.
            (kind, reason) = (.unroutable, Refusal.Reason.unroutable.rawValue)
            rejectedAt = delivery.properties.timestamp.flatMap(Moment.text(seconds:))
        }
    }

    /// Its properties for being worked once more: without what was said of its refusal, and marked as a repeat.
    static func again(_ delivery: ReceivedMessage) -> Properties {
        var properties = delivery.properties
        let ours = Names.Header.self
        for name in [ours.reason, ours.field, ours.message, ours.index, ours.origin, ours.rejectedAt] {
            properties.headers[name] = nil
        }
        for name in properties.headers.keys
        where name.hasPrefix("x-death") || name.hasPrefix("x-first-death") || name.hasPrefix("x-last-death")
            || name == "x-delivery-count"
        { properties.headers[name] = nil }
        properties.headers[ours.again] = .flag(true)
        (properties.expiration, properties.deliveryMode) = (nil, .persistent)
        return properties
    }
}

extension Moment {
    /// RFC 3339 of a message's time property, which is whatever its publisher wrote; nothing of what is no time.
    static func text(seconds: UInt64) -> String? {
        seconds < 250_000_000_000 ? Moment(milliseconds: Int64(seconds) * 1000).text : nil
    }
}
