import Contract
import Rabbit

/// Where the score stream ends.
enum StreamEnd {
    /// The longest pause within a chunk, on a busy broker.
    private static let gap = Duration.seconds(1)
    /// A busy stream never pauses: what arrives after this was published after the call.
    private static let longest = Duration.seconds(3)

    /// The last message in the stream; nil if it is empty.
    ///
    /// - Parameter patience: how long to wait for the first message.
    /// - Throws: `RabbitError`; `timedOut` if the stream has messages and none came in time; 404 if it is not declared
    ///   yet.
    static func read(_ address: RabbitAddress, patience: Duration) throws(RabbitError) -> StreamPosition? {
        let connection = try RabbitConnection(address, name: "leadline ledger, end of the stream")
        defer { connection.close() }
        let channel = try connection.openChannel()
        try connection.setPrefetch(2000, on: channel)
        // "last" is the last chunk, which holds one message or many.
        try connection.consume(Names.scoresLog.name, on: channel, arguments: ["x-stream-offset": .text("last")])
        guard var last = try position(from: connection, channel, within: patience) else {
            guard try isEmpty(connection, channel) else {
                throw .timedOut(
                    target: address.description, during: "reading the end of '\(Names.scoresLog.name)'", after: patience
                )
            }
            return nil
        }
        let end = ContinuousClock.now + longest
        while ContinuousClock.now < end, let next = try position(from: connection, channel, within: gap) { last = next }
        return last
    }

    /// - Parameter position: of a ledger in the stream. If it has none the stream is probably empty, so the wait is short.
    static func read(_ options: LedgerOptions, knowing position: StreamPosition?) throws(RabbitError) -> StreamPosition?
    {
        try read(options.broker, patience: position == nil ? min(options.patience, .seconds(2)) : options.patience)
    }

    private static func position(
        from connection: RabbitConnection, _ channel: UInt16, within time: Duration
    ) throws(RabbitError) -> StreamPosition? {
        while let incoming = try connection.receive(timeout: time) {
            guard case .delivery(let delivery) = incoming,
                let offset = delivery.properties.headers["x-stream-offset"]?.integer
            else { continue }
            try connection.ack(delivery.tag, on: channel, multiple: true)
            return StreamPosition(offset: offset, message: delivery.properties.messageID ?? "")
        }
        return nil
    }

    static func isEmpty(_ connection: RabbitConnection, _ channel: UInt16) throws(RabbitError) -> Bool {
        try connection.declareQueue(Names.scoresLog.name, on: channel, passive: true).messageCount == 0
    }
}
