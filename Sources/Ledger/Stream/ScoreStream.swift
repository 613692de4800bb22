import Contract
import Rabbit

/// Reads `leadline.scores.log` from where it was left.
///
/// A stream is not synced to the disk with each message: after a power loss, or where it was made anew, an offset can come
/// back with another message. So it is read from the last message on that was taken, and that one must be there.
/// For one thread.
final class ScoreStream {
    /// Why it can't be gone on with where it was left.
    enum Break: Error, Equatable {
        /// The place holds another message, or none, or what followed it is no longer kept: it is to be read from its
        /// beginning.
        case madeAnew
    }

    /// Messages that the broker sends ahead of their acknowledgement.
    private static let prefetch: UInt16 = 2000

    private let connection: RabbitConnection
    private let channel: UInt16
    /// The message that must come first; nothing once it did.
    private var awaited: StreamPosition?

    /// - Throws: `RabbitError`; 404 where nobody has declared the stream yet.
    init(_ address: RabbitAddress, after position: StreamPosition?) throws(RabbitError) {
        connection = try RabbitConnection(address, name: "leadline ledger")
        channel = try connection.openChannel()
        awaited = position
        try connection.setPrefetch(Self.prefetch, on: channel)
        try connection.consume(
            Names.scoresLog.name, on: channel,
            arguments: ["x-stream-offset": position.map { .integer($0.offset) } ?? .text("first")])
    }

    /// A message with its place.
    struct Message {
        var position: StreamPosition
        var body: [UInt8]
        fileprivate var tag: UInt64
    }

    /// All that is there now, up to a bound; waits a moment for the first.
    ///
    /// - Parameters:
    ///   - wait: for the first.
    ///   - patience: how long the message where it was left is waited for.
    /// - Throws: `RabbitError`; `Break`.
    func next(atMost count: Int, wait: Duration = .milliseconds(500), patience: Duration) throws -> [Message] {
        let first = try receive(timeout: awaited == nil ? wait : patience)
        guard var message = first else {
            if awaited != nil { throw Break.madeAnew }
            return []
        }
        if let place = awaited {
            awaited = nil
            guard message.position == place else { throw Break.madeAnew }
            guard let next = try receive(timeout: .zero) else {
                try acknowledge(message)
                return []
            }
            message = next
        }
        var messages = [message]
        while messages.count < count, let more = try receive(timeout: .zero) { messages.append(more) }
        return messages
    }

    /// Lets the broker send more, once a message and all before it are taken.
    func acknowledge(_ message: Message) throws(RabbitError) {
        try connection.ack(message.tag, on: channel, multiple: true)
    }

    func close() { connection.close() }

    /// Nothing if none came within the time.
    private func receive(timeout: Duration) throws(RabbitError) -> Message? {
        while let incoming = try connection.receive(timeout: timeout) {
            switch incoming {
            case .delivery(let delivery):
                guard let offset = delivery.properties.headers["x-stream-offset"]?.integer else { continue }
                return Message(
                    position: StreamPosition(offset: offset, message: delivery.properties.messageID ?? ""),
                    body: delivery.body, tag: delivery.tag)
            case .cancelled:
                throw .lost(
                    target: connection.address.description, during: "reading '\(Names.scoresLog.name)'",
                    cause: "the broker ended it: the stream was deleted, or lost its leader")
            default: continue
            }
        }
        return nil
    }
}
