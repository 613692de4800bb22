import LeadModel

/// What goes out to `leadline.refusals` about an event that is in `leadline.rejected`: which one, and why it was refused.
/// Nothing of its `data` is in it, nor its record's id: only names of fields.
public struct PublishedRefusal: Equatable, Sendable {
    /// Stands for an organization or entity that the event's routing key doesn't name. No organization has this name.
    public static let unknown = "_"

    /// Of the event; nil if it can't be read.
    public var id: String?
    public var source: String?
    /// A code of `Refusal.Reason`.
    public var reason: String
    public var field: String
    /// The number of the element in its batch, from 0; nil if it was no batch, or is refused as a whole.
    public var index: Int?
    /// The routing key under which the event came.
    public var eventKey: String
    /// RFC 3339.
    public var rejectedAt: String

    public init(
        id: String?, source: String?, reason: String, field: String, index: Int?, eventKey: String, rejectedAt: String
    ) {
        (self.id, self.source, self.reason, self.field) = (id, source, reason, field)
        (self.index, self.eventKey, self.rejectedAt) = (index, eventKey, rejectedAt)
    }

    /// `<org>.<entity>.<reason>`. The event's own routing key decides, since the broker guards who may publish under it: what
    /// an event says of itself could name somebody else's organization.
    public var routingKey: String {
        let words = eventKey.split(separator: ".", omittingEmptySubsequences: false)
        let entity = words.dropFirst().first.flatMap { RecordKind(rawValue: String($0)) }?.rawValue
        return "\(Self.organization(of: eventKey)).\(entity ?? Self.unknown).\(reason)"
    }

    /// The organization that an event's routing key names, whether there is one of that name or not.
    public static func organization(of eventKey: String) -> String {
        let word = eventKey.split(separator: ".", omittingEmptySubsequences: false).first ?? ""
        return OrganizationName.isValid(word) ? String(word) : unknown
    }

    /// `Names.ContentType.json`.
    public func body() -> [UInt8] {
        var json = JSONWriter()
        json.literal(#"{"id":"#)
        json.string(id)
        json.literal(#","source":"#)
        json.string(source)
        json.literal(#","reason":"#)
        json.string(reason)
        json.literal(#","field":"#)
        json.string(field)
        json.literal(#","index":"#)
        json.integer(index)
        json.literal(#","routingKey":"#)
        json.string(eventKey)
        json.literal(#","rejectedAt":"#)
        json.string(rejectedAt)
        json.literal("}")
        return json.bytes
    }
}
