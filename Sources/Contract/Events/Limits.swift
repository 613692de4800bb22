/// How large what a connector sends may be. The contract promises the standard ones; sizes are bytes of UTF-8.
public struct Limits: Equatable, Sendable {
    /// One message, a batch included.
    public var bodyBytes = 1 << 20
    public var batchEvents = 10_000
    /// Objects and arrays within each other, the event itself counted.
    public var depth = 32
    /// `id` and `source` of an event, each.
    public var identityBytes = 256
    /// `subject`, and the ids of related entities.
    public var recordIDBytes = 200
    public var sequenceBytes = 32
    /// Attributes of one event.
    public var attributes = 500
    public var attributeNameBytes = 128
    /// An attribute's text, each entry of a list, and owner, name, process and stage.
    public var textBytes = 8 << 10
    public var listEntries = 100
    /// How far an event's time may lie ahead of now.
    public var secondsAhead: Int64 = 3600
    /// The same of `createdAt`, `closedAt` and `stageSince`: a CRM's dates may have no zone, or only a day.
    public var dateSecondsAhead: Int64 = 86_400
    /// A stored record's values with their stamps, as the registry stores them. A worker can have another limit.
    public var recordBytes = 256 << 10

    public static let standard = Limits()

    public init() {}
}
