/// A message's AMQP properties.
public struct Properties: Sendable, Hashable {
    public var contentType: String?
    public var contentEncoding: String?
    public var headers: Headers = [:]
    public var deliveryMode: DeliveryMode = .persistent
    public var correlationID: String?
    public var replyTo: String?
    /// Time to live in milliseconds, as decimal digits.
    public var expiration: String?
    public var messageID: String?
    /// Seconds since 1970.
    public var timestamp: UInt64?
    public var type: String?
    public var appID: String?
    /// Which of these properties came as invalid UTF-8: here it is replaced, so they don't read as they came.
    public var invalid: Set<Text> = []

    /// The properties that are short strings, by their names in AMQP.
    public enum Text: String, Sendable {
        case contentType = "content-type"
        case contentEncoding = "content-encoding"
        case correlationID = "correlation-id"
        case replyTo = "reply-to"
        case expiration
        case messageID = "message-id"
        case type
        case appID = "app-id"
    }

    public enum DeliveryMode: UInt8, Sendable {
        case transient = 1
        case persistent = 2
    }

    public init(
        contentType: String? = nil, messageID: String? = nil, type: String? = nil, appID: String? = nil,
        headers: Headers = [:]
    ) {
        self.contentType = contentType
        self.messageID = messageID
        self.type = type
        self.appID = appID
        self.headers = headers
    }
}
