/// Why something was not accepted. It says what is wrong and what is allowed, and never a value of the event.
public struct Refusal: Error, Equatable, Sendable {
    public var reason: Reason
    /// Where: "data.attributes.web.visits", "subject"; "body", "routing key", "content type" or "content
    /// encoding" for the message itself.
    public var field: String
    /// The number of the element in its batch, from 0; nil where the whole message is refused.
    public var index: Int?
    public var message: String

    public init(_ reason: Reason, _ field: String, _ message: String, index: Int? = nil) {
        (self.reason, self.field, self.message, self.index) = (reason, field, message, index)
    }

    /// Stable codes; new ones may be added. The reader doesn't use the last nine: the worker adds the first six of them, and
    /// the last three are the broker's, as the listing of rejected messages names them.
    public enum Reason: String, CaseIterable, Sendable {
        case badRoutingKey = "bad-routing-key"
        case unsupportedEntity = "unsupported-entity"
        case unsupportedContentType = "unsupported-content-type"
        case unsupportedContentEncoding = "unsupported-content-encoding"
        /// The body is not what its content encoding says.
        case badContentEncoding = "bad-content-encoding"
        /// The body or a part of it has a size, a length or a count beyond its limit.
        case tooLarge = "too-large"
        case notJSON = "not-json"
        case badNumber = "bad-number"
        case duplicateKey = "duplicate-key"
        case emptyBatch = "empty-batch"
        case notCloudEvent = "not-a-cloud-event"
        case unknownType = "unknown-type"
        case missingField = "missing-field"
        case wrongType = "wrong-type"
        case badValue = "bad-value"
        case unknownField = "unknown-field"
        /// A known field where it has no place.
        case notAllowed = "not-allowed"
        case timeAhead = "time-ahead"
        case routingKeyMismatch = "routing-key-mismatch"

        case unknownOrganization = "unknown-organization"
        /// The partition's dictionary of attribute names is full.
        case tooManyNames = "too-many-names"
        /// The stored record would exceed its limit.
        case recordTooLarge = "record-too-large"
        /// It crashed a worker three times while nothing else was in flight.
        case poison
        /// What is stored of the record, or of its organization, can't be read.
        case damagedRecord = "damaged-record"
        /// It could not be stored in many attempts.
        case notStored = "not-stored"
        /// No queue takes its routing key: it came by the alternate exchange.
        case unroutable
        /// It expired in its work queue before a worker took it.
        case expired
        /// The broker delivered it too often.
        case deliveryLimit = "delivery-limit"
    }
}

extension Refusal: CustomStringConvertible {
    /// "wrong-type at [3] data.status: must be a text".
    public var description: String {
        "\(reason.rawValue) at \(index.map { "[\($0)] " } ?? "")\(field): \(message)"
    }
}
