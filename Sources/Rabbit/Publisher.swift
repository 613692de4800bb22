/// Publishes with confirms on a channel of its own, and keeps count of what is not confirmed yet.
///
/// 1. It numbers publishes and notes their answers.
/// 2. It is the only reader of its connection, which should have no consumer: under an alarm the broker stops
///    reading a connection that publishes, acks and all.
/// 3. It must be pumped (`poll`) when idle, or the heartbeats run out.
///
/// If the process dies or the connection is lost, each publish without an answer may or may not have happened:
/// publish it again under the same message id.
public final class Publisher {
    public typealias Problem = ConfirmTracker.Problem

    public let connection: RabbitConnection
    private let channel: UInt16
    private var tracker = ConfirmTracker()

    /// Opens a channel with confirms on a connection that nobody else reads.
    public init(on connection: RabbitConnection) throws(RabbitError) {
        self.connection = connection
        channel = try connection.openChannel()
        try connection.enableConfirms(on: channel)
    }

    /// Connects for publishing alone.
    public convenience init(
        _ address: RabbitAddress, name: String, heartbeat: Int = 30, timeout: Duration = .seconds(10)
    ) throws(RabbitError) {
        try self.init(on: RabbitConnection(address, name: name, heartbeat: heartbeat, timeout: timeout))
    }

    /// How many publishes have no answer yet.
    public var outstanding: Int { tracker.outstanding }
    /// The number of the last publish; 0 before the first.
    public var last: UInt64 { tracker.last }
    /// True while the broker takes nothing from this connection, as far as has been read.
    public var isBlocked: Bool { connection.blockedReason != nil }
    /// True if every publish up to `sequence` has its answer.
    public func isSettled(through sequence: UInt64) -> Bool { tracker.isSettled(through: sequence) }

    /// Sends a message and returns its number, counted from 1. It is safe with the broker only once confirmed.
    ///
    /// While the broker is blocked, messages pile up in the socket and this call waits until the heartbeats run out:
    /// better ask `isBlocked` first.
    @discardableResult
    public func publish(
        _ body: UnsafeRawBufferPointer, to exchange: String, routingKey: String,
        properties: Properties = Properties(), mandatory: Bool = false
    ) throws(RabbitError) -> UInt64 {
        try connection.publish(
            body, to: exchange, routingKey: routingKey, on: channel, properties: properties, mandatory: mandatory)
        guard mandatory else { return tracker.published() }
        return tracker.published(
            ConfirmTracker.Route(exchange: exchange, routingKey: routingKey, messageID: properties.messageID))
    }

    @discardableResult
    public func publish(
        _ body: [UInt8], to exchange: String, routingKey: String, properties: Properties = Properties(),
        mandatory: Bool = false
    ) throws(RabbitError) -> UInt64 {
        try body.withUnsafeBufferPointer { (bytes) throws(RabbitError) in
            try publish(
                UnsafeRawBufferPointer(bytes), to: exchange, routingKey: routingKey, properties: properties,
                mandatory: mandatory)
        }
    }

    /// Works what has arrived, waiting up to `time` for the first of it. Keeps heartbeats going.
    public func poll(for time: Duration = .zero) throws(RabbitError) {
        var wait = time
        while let incoming = try connection.receive(timeout: wait) {
            note(incoming)
            wait = .zero
        }
    }

    /// Waits until every publish up to `sequence` (by default all) has its answer.
    /// - Parameters:
    ///   - timeout: without an answer for so long, not counting the time in which the broker is blocked, it throws
    ///     `.timedOut`; the connection is closed then.
    ///   - keepWaiting: asked about every second; when it says no, the call returns nil with the rest still open.
    /// - Returns: what went wrong with these publishes; all others are safe with the broker.
    public func awaitConfirms(
        through sequence: UInt64? = nil, timeout: Duration, keepWaiting: () -> Bool = { true }
    ) throws(RabbitError) -> [Problem]? {
        let sequence = sequence ?? tracker.last
        var left = tracker.outstanding
        var lastAnswer = ContinuousClock.now
        while !tracker.isSettled(through: sequence) {
            try poll(for: min(timeout, .seconds(1)))
            if isBlocked || tracker.outstanding < left { lastAnswer = .now }
            left = tracker.outstanding
            if tracker.isSettled(through: sequence) { break }
            if ContinuousClock.now - lastAnswer >= timeout {
                connection.abandon("confirms timed out")
                throw .timedOut(target: connection.address.description, during: "publisher confirms", after: timeout)
            }
            if !keepWaiting() { return nil }
        }
        return tracker.takeProblems(through: sequence)
    }

    /// Says goodbye and disconnects. What is not confirmed may or may not have arrived.
    public func close() { connection.close() }

    private func note(_ incoming: Incoming) {
        switch incoming {
        case .confirmed(channel, let tag, let multiple, let positive):
            tracker.confirmed(tag, multiple: multiple, positive: positive)
        case .returned(let back) where back.channel == channel:
            let route = ConfirmTracker.Route(
                exchange: back.exchange, routingKey: back.routingKey, messageID: back.properties.messageID)
            tracker.returned(route, code: back.code, text: back.text)
        // The connection itself knows whether it is blocked; consumers have no business here.
        default: break
        }
    }
}
