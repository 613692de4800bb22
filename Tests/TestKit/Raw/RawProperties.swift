/// A message's AMQP properties as bytes.
public struct RawProperties: Sendable {
    /// By the number of its flag.
    public enum Name: Int, CaseIterable, Sendable {
        case contentType = 15
        case contentEncoding = 14
        case headers = 13
        case deliveryMode = 12
        case priority = 11
        case correlationID = 10
        case replyTo = 9
        case expiration = 8
        case messageID = 7
        case timestamp = 6
        case type = 5
        case userID = 4
        case appID = 3
        case clusterID = 2

        /// Those that are short strings.
        public static let texts: [Name] = [
            .contentType, .contentEncoding, .correlationID, .replyTo, .expiration, .messageID, .type, .userID, .appID,
            .clusterID,
        ]
    }

    private var values: [Name: [UInt8]] = [.deliveryMode: [2]]

    public init(contentType: String? = "application/cloudevents+json", headers: RawTable? = nil) {
        if let contentType { self[text: .contentType] = Array(contentType.utf8) }
        values[.headers] = headers?.bytes
    }

    public init(_ text: Name, _ value: [UInt8]) {
        self.init()
        self[text: text] = value
    }

    public init(_ text: Name, _ value: String) { self.init(text, Array(value.utf8)) }

    /// Any bytes as a property's encoding.
    public subscript(encoded name: Name) -> [UInt8]? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// At most 255 bytes, which need not be UTF-8.
    public subscript(text name: Name) -> [UInt8]? {
        get { values[name].map { Array($0.dropFirst()) } }
        set { values[name] = newValue.map { [UInt8($0.count)] + $0 } }
    }

    /// The flags and the values, in the order of the flags.
    var bytes: [UInt8] {
        let present = values.sorted { $0.key.rawValue > $1.key.rawValue }
        let flags = present.reduce(UInt16(0)) { $0 | 1 << UInt16($1.key.rawValue) }
        return flags.bytesOnTheWire + present.flatMap(\.value)
    }
}
