/// Assembles a channel's message from its frames: a method, a header with the length of the body, then body frames.
/// Frames of other channels may come between, so each channel has its own assembly.
struct ContentAssembly {
    /// The fields of the method that begins a message.
    enum Envelope {
        case delivery(consumerTag: String, tag: UInt64, redelivered: Bool, exchange: String, routingKey: String)
        case fetched(tag: UInt64, redelivered: Bool, exchange: String, routingKey: String)
        case returned(code: Int, text: String, exchange: String, routingKey: String)
    }

    struct Content {
        var envelope: Envelope
        var properties: Properties
        var body: [UInt8]
    }

    /// The most memory to reserve for a body before its bytes arrive: the announced size may be wrong.
    private static let reserveLimit: UInt64 = 4 << 20

    private var envelope: Envelope?
    private var properties = Properties()
    private var body: [UInt8] = []
    /// Bytes of the body still to come; nil before the header.
    private var missing: UInt64?

    mutating func begin(_ envelope: Envelope) {
        self.envelope = envelope
        missing = nil
        body = []
    }

    /// Returns the message if it has no body; nil if body frames follow. An unexpected header is ignored.
    mutating func header(_ properties: Properties, size: UInt64) -> Content? {
        guard envelope != nil, missing == nil else { return nil }
        self.properties = properties
        missing = size
        body.reserveCapacity(Int(min(size, Self.reserveLimit)))
        return finishIfComplete()
    }

    /// Appends a body frame; returns the message once it is complete.
    mutating func fragment(_ bytes: UnsafeRawBufferPointer) -> Content? {
        guard let expected = missing, UInt64(bytes.count) <= expected else { return nil }
        body.append(contentsOf: bytes)
        missing = expected - UInt64(bytes.count)
        return finishIfComplete()
    }

    private mutating func finishIfComplete() -> Content? {
        guard missing == 0, let envelope else { return nil }
        let content = Content(envelope: envelope, properties: properties, body: body)
        self.envelope = nil
        missing = nil
        body = []
        return content
    }
}
