import Contract
import LeadModel
import Rabbit

extension EventMessage {
    /// What CloudEvents' libraries put before the names of attributes: by the AMQP binding either of the first two, by the
    /// RabbitMQ binding the third.
    private static let prefixes = ["cloudEvents:", "cloudEvents_", "ce-"]

    /// - Parameter message: from a work queue, or rejected.
    public init(_ message: ReceivedMessage) { self.init(message.properties, body: message.body) }

    init(_ properties: Properties, body: [UInt8]) {
        self.init(
            body: body, contentType: properties.contentType, contentEncoding: properties.contentEncoding,
            attributes: Self.attributes(of: properties))
    }

    /// Whether a header is an attribute of an event in binary mode, by its name.
    static func isAttribute(_ name: ArraySlice<UInt8>) -> Bool { prefixes.contains { name.starts(with: $0.utf8) } }

    /// None in structured mode, which the content type says.
    private static func attributes(of properties: Properties) -> [(name: String, value: Attribute)] {
        guard !properties.headers.isEmpty, properties.contentType != Names.ContentType.event,
            properties.contentType?.lowercased().hasPrefix("application/cloudevents") != true
        else { return [] }
        return properties.headers.entries(where: isAttribute).map { header in
            let prefix = prefixes.first { header.name.hasPrefix($0) } ?? ""
            return (header.name.dropFirst(prefix.count).lowercased(), Attribute(header.value))
        }
    }
}

extension EventMessage.Attribute {
    fileprivate init(_ value: Argument?) {
        self =
            switch value {
            case .text(let text)?: .text(text)
            case .integer(let number)?: .integer(number)
            case .flag(let flag)?: .flag(flag)
            case .time(let seconds)?: .time(seconds)
            case .null?: .null
            case .real?, .table?, .list?, nil: .other
            }
    }
}

extension ReceivedMessage {
    /// A hash of what it says, the same for each delivery. In binary mode the headers say most of it.
    var contentHash: UInt64 {
        let event = EventMessage(self)
        return FNV1a.hash(event.attributes.isEmpty ? body : (try? event.structured()) ?? body)
    }

    /// The elements of its body, if it is a batch.
    var batchElements: [[UInt8]]? { (try? EventMessage(self).structured()).flatMap(BatchElements.of) }
}
