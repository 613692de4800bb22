/// Puts one channel's message together from its frames: a method announces it, a header says how long it is, body
/// frames follow. Frames of other channels may come between, so each channel has one of these.
struct ContentAssembly {
    /// What the announcing method said.
    enum Envelope {
        case delivery(consumerTag: String, tag: UInt64, redelivered: Bool, exchange: String, routingKey: String)
        case got(tag: UInt64, redelivered: Bool, exchange: String, routingKey: String)
        case returned(code: Int, text: String, exchange: String, routingKey: String)
    }

    struct Content {
        var envelope: Envelope
        var properties: Properties
        var body: [UInt8]
    }

    /// A size is only a claim until the bytes are there: no more than this is set aside beforehand.
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

    /// Returns the message if it has no body; nil if body frames follow. A header out of turn is ignored.
    mutating func header(_ properties: Properties, size: UInt64) -> Content? {
        guard envelope != nil, missing == nil else { return nil }
        self.properties = properties
        missing = size
        body.reserveCapacity(Int(min(size, Self.reserveLimit)))
        return finishIfWhole()
    }

    /// Copies a body frame; returns the message with its last one.
    mutating func fragment(_ bytes: UnsafeRawBufferPointer) -> Content? {
        guard let expected = missing, UInt64(bytes.count) <= expected else { return nil }
        body.append(contentsOf: bytes)
        missing = expected - UInt64(bytes.count)
        return finishIfWhole()
    }

    private mutating func finishIfWhole() -> Content? {
        guard missing == 0, let envelope else { return nil }
        let whole = Content(envelope: envelope, properties: properties, body: body)
        self.envelope = nil
        missing = nil
        body = []
        return whole
    }
}
