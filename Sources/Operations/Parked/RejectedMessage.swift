import Contract
import LeadModel
import Rabbit

/// Why and when a message was rejected, without its body.
public struct RejectedMessage: Sendable {
    public enum Kind: String, Encodable, Sendable {
        case refused, poison
        /// Delivered so often that the broker removed it from its queue.
        case deadLettered = "dead-lettered"
        /// No queue takes its routing key: it came by the alternate exchange.
        case unroutable
    }

    public var kind: Kind
    /// A code of the contract; for a dead-lettered message, the broker's reason.
    public var reason: String
    public var field: String?
    public var message: String?
    /// The position in the batch, from 0, if it was an element of one.
    public var index: Int64?
    /// The routing key under which it was first published.
    public var origin: String
    /// RFC 3339; nil if it is not recorded.
    public var rejectedAt: String?

    init(_ delivery: ReceivedMessage) {
        let headers = delivery.properties.headers
        func text(_ name: String) -> String? { headers[name]?.text }
        (field, message, index) = (nil, nil, nil)
        origin = delivery.routingKey
        // Which exchange it came by shows who put it there; headers could be its publisher's.
        switch delivery.exchange {
        case Names.limit.name:
            let death = headers["x-death"]?.list?.first?.table
            (kind, reason) = (.deadLettered, death?["reason"]?.text?.replacing("_", with: "-") ?? "dead-lettered")
            if case .time(let seconds)? = death?["time"] { rejectedAt = Moment.text(seconds: seconds) }
        case Names.dead.name:
            let code = text(Names.Header.reason) ?? "dead-lettered"
            (kind, reason) = (code == Refusal.Reason.poison.rawValue ? .poison : .refused, code)
            (field, message) = (text(Names.Header.field), text(Names.Header.message))
            index = headers[Names.Header.index]?.integer
            origin = text(Names.Header.origin) ?? origin
            rejectedAt = text(Names.Header.rejectedAt)
        default:
            (kind, reason) = (.unroutable, Refusal.Reason.unroutable.rawValue)
            rejectedAt = delivery.properties.timestamp.flatMap(Moment.text(seconds:))
        }
    }

    /// Its properties for requeuing: without the headers of its rejection.
    static func properties(toRequeue delivery: ReceivedMessage) -> Properties {
        var properties = delivery.forwardedProperties
        // These route a message to further keys; the broker did so when it was first published.
        properties.headers["CC"] = nil
        properties.headers["BCC"] = nil
        return properties
    }
}

extension Moment {
    /// RFC 3339 of a message's time property. Publishers may write anything there: nil if it is out of range.
    static func text(seconds: UInt64) -> String? {
        seconds < 250_000_000_000 ? Moment(milliseconds: Int64(seconds) * 1000).text : nil
    }
}
