import Contract
import Rabbit

/// Reads `leadline.scores.log` on from a position.
///
/// A stream does not sync each message to the disk: after a power loss, or if it was recreated, an offset can have another
/// message than before. So reading begins at the last message that was applied, and that message must be there.
/// For one thread.
final class ScoreStream {
    /// The position has another message, or none, or the stream no longer keeps what follows it: read from the beginning.
    struct Recreated: Error {}

    /// Messages that the broker sends ahead of their acknowledgement.
    private static let prefetch: UInt16 = 2000

    /// Of the bodies that are applied in one transaction; the last message may exceed it.
    private static let mostBytes = 8 << 20

    private let connection: RabbitConnection
    private let channel: UInt16
    /// The message that must come first; nil once it has come.
    private var awaited: StreamPosition?

    /// - Throws: `RabbitError`; 404 if the stream is not declared yet.
    init(_ address: RabbitAddress, after position: StreamPosition?) throws(RabbitError) {
        connection = try RabbitConnection(address, name: "leadline ledger")
        channel = try connection.openChannel()
        awaited = position
        try connection.setPrefetch(Self.prefetch, on: channel)
        try connection.consume(
            Names.scoresLog.name, on: channel,
            arguments: ["x-stream-offset": position.map { .integer($0.offset) } ?? .text("first")])
    }

    struct Message {
        var position: StreamPosition
        var body: [UInt8]
        fileprivate var tag: UInt64
    }

    /// The messages that have arrived, up to a bound.
    ///
    /// - Parameters:
    ///   - wait: for the first.
    ///   - patience: how long to wait for the message at the position, instead.
    /// - Throws: `RabbitError`; `Recreated`.
    func next(atMost count: Int, wait: Duration = .milliseconds(500), patience: Duration) throws -> [Message] {
        let first = try receive(timeout: awaited == nil ? wait : patience)
        guard var message = first else {
            if awaited != nil { throw Recreated() }
            return []
        }
        if let position = awaited {
            awaited = nil
            guard message.position == position else { throw Recreated() }
            guard let next = try receive(timeout: .zero) else {
                try acknowledge(message)
                return []
            }
            message = next
        }
        var (messages, bytes) = ([message], message.body.count)
        while messages.count < count, bytes < Self.mostBytes, let more = try receive(timeout: .zero) {
            messages.append(more)
            bytes += more.body.count
        }
        return messages
    }

    /// Acknowledges a message and all before it, so that the broker sends more.
    func acknowledge(_ message: Message) throws(RabbitError) {
        try connection.ack(message.tag, on: channel, multiple: true)
    }

    func close() { connection.close() }

    /// nil if none came within the time.
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
                    cause: "the broker cancelled it: the stream was deleted, or lost its leader")
            default: continue
            }
        }
        return nil
    }
}
