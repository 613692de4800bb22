import LeadModel

/// Writes record events of one kind and verb as CloudEvents in structured JSON, as `EventReader` reads them.
///
/// An event's `id` is the FNV-1a of all else in it, in 16 hexadecimal digits, unless the caller gives one: events that
/// differ have different ids under one source, and an event that is written again has the same.
public struct EventWriter: Sendable {
    /// Where the events are published.
    public let routingKey: RoutingKey
    /// The CloudEvents `source` of all of them.
    public let source: String

    public init(_ routingKey: RoutingKey, source: String) {
        (self.routingKey, self.source) = (routingKey, source)
    }

    /// - Parameters:
    ///   - id: nil to derive it from the rest of the event.
    ///   - subject: the record's id.
    ///   - sequence: what orders events of one time.
    ///   - data: the JSON object that the event is about; nil for verbs that need none.
    /// - Returns: the event's id, and the event as a body of `Names.ContentType.event`.
    public func event(
        id: String? = nil, subject: String, time: Moment, sequence: String? = nil, data: [UInt8]? = nil
    ) -> (id: String, json: [UInt8]) {
        var rest = JSONWriter()
        rest.bytes.reserveCapacity(256 + (data?.count ?? 0))
        rest.cloudEventMembers(
            source: source, type: routingKey.type, subject: subject, time: time,
            organization: routingKey.organization)
        if let sequence {
            rest.literal(#","sequence":"#)
            rest.string(sequence)
        }
        if let data {
            rest.literal(#","data":"#)
            rest.bytes += data
        }
        let id = id ?? Self.id(of: rest.bytes)
        var event = JSONWriter()
        event.bytes.reserveCapacity(rest.bytes.count + 64)
        event.cloudEventHead(id: id)
        event.bytes += rest.bytes
        event.literal("}")
        return (id, event.bytes)
    }

    private static func id(of rest: [UInt8]) -> String {
        var hash = FNV1a()
        for byte in rest { hash.combine(byte) }
        let digits = String(hash.value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension JSONWriter {
    /// Begins a CloudEvent. Members follow; the brace is left open.
    mutating func cloudEventHead(id: String) {
        literal(#"{"specversion":"1.0","id":"#)
        string(id)
        literal(",")
    }

    /// The members of a CloudEvent that events and results share.
    mutating func cloudEventMembers(source: String, type: String, subject: String, time: Moment, organization: String) {
        literal(#""source":"#)
        string(source)
        literal(#","type":"#)
        string(type)
        literal(#","subject":"#)
        string(subject)
        literal(#","time":"#)
        moment(time)
        literal(#","organization":"#)
        string(organization)
    }
}
