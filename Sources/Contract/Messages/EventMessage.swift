import LeadModel

/// A message from `leadline.records` as far as its event is concerned, in any way that it may be written: a CloudEvent in
/// structured or binary mode, compressed or not.
public struct EventMessage: Sendable {
    /// As it came.
    public var body: [UInt8]
    public var contentType: String?
    public var contentEncoding: String?
    /// In binary mode: the CloudEvent's attributes by their names, as the message's headers give them. Empty in structured
    /// mode.
    public var attributes: [(name: String, value: Attribute)]

    /// A header's value. CloudEvents allows a `time` to be a number or a timestamp of AMQP.
    public enum Attribute: Equatable, Sendable {
        case text(String)
        case integer(Int64)
        case flag(Bool)
        /// Seconds since 1970.
        case time(UInt64)
        case null
        /// What no attribute can be.
        case other
    }

    public init(
        body: [UInt8], contentType: String? = nil, contentEncoding: String? = nil,
        attributes: [(name: String, value: Attribute)] = []
    ) {
        (self.body, self.contentType) = (body, contentType)
        (self.contentEncoding, self.attributes) = (contentEncoding, attributes)
    }

    /// Whether the body is an event or a batch as it stands.
    public var isPlain: Bool { contentEncoding == nil && attributes.isEmpty }

    /// The body without its content encoding.
    ///
    /// - Throws: `Refusal`, here and below.
    public func decompressed(limits: Limits = .standard) throws(Refusal) -> [UInt8] {
        try ContentEncoding(contentEncoding).decode(body, most: limits.bodyBytes)
    }

    /// The same event or batch as a body in structured mode, not compressed.
    public func structured(limits: Limits = .standard) throws(Refusal) -> [UInt8] {
        let body = try decompressed(limits: limits)
        return attributes.isEmpty ? body : try BinaryMode.structured(attributes, data: body, limits)
    }

    /// How many bytes the body can have at most once it is decompressed.
    public var mostBytes: Int {
        guard let contentEncoding, let encoding = try? ContentEncoding(contentEncoding) else { return body.count }
        return min(encoding.mostBytes(of: body), Limits.standard.bodyBytes)
    }
}

extension EventReader {
    /// - Parameter now: from which an event's time may lie only so far ahead.
    public func read(_ message: EventMessage, routingKey: String, now: Moment) -> ParsedMessage {
        var body = message.body
        if !message.isPlain {
            var key: RoutingKey?
            do throws(Refusal) {
                key = try RoutingKey(parsing: routingKey)
                _ = try MediaType.shape(message.contentType)
                body = try message.structured(limits: limits)
            } catch {
                return ParsedMessage(key: key, content: .refused(error))
            }
        }
        return read(body: body, contentType: message.contentType, routingKey: routingKey, now: now)
    }
}
