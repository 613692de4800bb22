import Contract
import Rabbit

/// Where the score stream ends.
enum StreamEnd {
    /// The last message that is in it now; nothing if it is empty.
    ///
    /// - Throws: `RabbitError`; 404 where nobody has declared the stream yet.
    static func read(_ address: RabbitAddress) throws(RabbitError) -> Position? {
        let connection = try RabbitConnection(address, name: "leadline ledger, end of the stream")
        defer { connection.close() }
        let channel = try connection.openChannel()
        try connection.setPrefetch(2000, on: channel)
        // "last" is the last chunk, which holds one message or many.
        try connection.consume(Names.scoresLog.name, on: channel, arguments: ["x-stream-offset": .text("last")])
        var last: Position?
        // A busy stream never pauses; what comes after this is not of "now" anyway.
        let end = ContinuousClock.now + .seconds(3)
        while ContinuousClock.now < end,
            let incoming = try connection.receive(timeout: .milliseconds(last == nil ? 1000 : 200))
        {
            guard case .delivery(let delivery) = incoming,
                let offset = delivery.properties.headers["x-stream-offset"]?.integer
            else { continue }
            last = Position(offset: offset, message: delivery.properties.messageID ?? "")
            try connection.ack(delivery.tag, on: channel, multiple: true)
        }
        return last
    }
}
