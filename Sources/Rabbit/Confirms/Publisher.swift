/// Publishes with confirms on a channel of its own and tracks which publishes are not confirmed yet.
///
/// 1. It numbers the publishes and notes the broker's answers.
/// 2. It is the only reader of its connection, which should have no consumer: during an alarm the broker stops reading
///    from a connection that publishes, including its acks.
/// 3. When idle it has to be polled (`poll`), or the heartbeats run out.
///
/// If the process dies or the connection is lost, a publish without an answer may or may not have happened: publish it
/// again under the same message id.
public final class Publisher {
    public typealias Problem = ConfirmTracker.Problem

    public let connection: RabbitConnection
    private let channel: UInt16
    private var tracker = ConfirmTracker()
    /// When the broker last answered, or last was blocked.
    private var lastAnswer = ContinuousClock.now
    /// When it was last seen to be blocked.
    private var lastBlocked: ContinuousClock.Instant?

    /// Opens a channel with confirms on a connection that nothing else reads.
    public init(on connection: RabbitConnection) throws(RabbitError) {
        self.connection = connection
        channel = try connection.openChannel()
        try connection.enableConfirms(on: channel)
    }

    /// Opens a connection that is used for publishing only.
    public convenience init(
        _ address: RabbitAddress, name: String, heartbeat: Int = 30, timeout: Duration = .seconds(10)
    ) throws(RabbitError) {
        try self.init(on: RabbitConnection(address, name: name, heartbeat: heartbeat, timeout: timeout))
    }

    /// How many publishes have no answer yet.
    public var outstanding: Int { tracker.outstanding }
    /// The number of the last publish; 0 before the first.
    public var last: UInt64 { tracker.last }
    /// True while the broker does not read from this connection, as far as its events were read.
    public var isBlocked: Bool { connection.blockedReason != nil }
    /// True if every publish up to `sequence` has its answer.
    public func isSettled(through sequence: UInt64) -> Bool { tracker.isSettled(through: sequence) }

    /// The publishes among some that have no answer, in their order.
    public func open(in sequences: ClosedRange<UInt64>) -> [UInt64] { tracker.open(in: sequences) }
    /// Whether a later publish than `sequence` has its answer.
    public func isOvertaken(_ sequence: UInt64) -> Bool { tracker.isOvertaken(sequence) }
    /// For how long the broker could have answered and has not: zero if nothing is unanswered.
    public var silence: Duration { outstanding == 0 || isBlocked ? .zero : ContinuousClock.now - lastAnswer }
    /// For how long something that was sent then could have been answered: while the broker is blocked, it can't.
    public func age(of sent: ContinuousClock.Instant) -> Duration {
        isBlocked ? .zero : ContinuousClock.now - max(sent, lastBlocked ?? sent)
    }

    /// Sends a message and returns its number, counted from 1. The broker has it for certain only once it is confirmed.
    ///
    /// While the broker does not read, messages pile up in the socket and this call blocks until the heartbeats run out:
    /// check `isBlocked` first.
    @discardableResult
    public func publish(
        _ body: UnsafeRawBufferPointer, to exchange: String, routingKey: String,
        properties: Properties = Properties(), mandatory: Bool = false
    ) throws(RabbitError) -> UInt64 {
        try connection.publish(
            body, to: exchange, routingKey: routingKey, on: channel, properties: properties, mandatory: mandatory)
        if outstanding == 0 { lastAnswer = .now }
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

    /// Sends everything that `body` publishes in as few packets as possible.
    public func inOneGo<Failure>(_ body: () throws(Failure) -> Void) throws(Failure) {
        connection.wire.cork(true)
        defer { connection.wire.cork(false) }
        try body()
    }

    /// Processes what has arrived, waiting up to `time` for the first event. Keeps the heartbeats going.
    public func poll(for time: Duration = .zero) throws(RabbitError) {
        var wait = time
        while let event = try connection.receive(timeout: wait) {
            note(event)
            wait = .zero
        }
        if isBlocked { (lastAnswer, lastBlocked) = (.now, .now) }
    }

    /// Waits until every publish up to `sequence` (by default all) has its answer.
    /// - Parameters:
    ///   - timeout: see `demandAnswers`.
    ///   - keepWaiting: called about every second; once it returns false, the call returns nil.
    /// - Returns: the publishes that failed; the broker has all others.
    public func awaitConfirms(
        through sequence: UInt64? = nil, timeout: Duration, keepWaiting: () -> Bool = { true }
    ) throws(RabbitError) -> [Problem]? {
        let sequence = sequence ?? tracker.last
        while !tracker.isSettled(through: sequence) {
            try poll(for: min(timeout, .seconds(1)))
            if tracker.isSettled(through: sequence) { break }
            try demandAnswers(within: timeout)
            if !keepWaiting() { return nil }
        }
        return tracker.takeProblems(in: 0...sequence)
    }

    /// Waits until every publish has its answer, or `time` has passed in which the broker was not blocked.
    /// - Parameter keepWaiting: called several times a second; once it returns false, the call returns nil.
    /// - Returns: the publishes that failed, and those without an answer. If there are any of these, continue with a new
    ///   connection: the broker may not read this one any further.
    public func awaitAnswers(
        within time: Duration, keepWaiting: () throws -> Bool = { true }
    ) throws -> (failed: [Problem], missing: [UInt64])? {
        let sent = ContinuousClock.now
        while !tracker.isSettled(through: last), age(of: sent) < time {
            try poll(for: .milliseconds(200))
            if try !keepWaiting() { return nil }
        }
        return (takeProblems(in: 0...last), open(in: 0...last))
    }

    /// Ends the connection if publishes are unanswered and the broker has answered none for `timeout`. Time during which
    /// the broker is blocked does not count.
    /// - Throws: `.timedOut`.
    public func demandAnswers(within timeout: Duration) throws(RabbitError) {
        if isBlocked || outstanding == 0 { lastAnswer = .now }
        guard ContinuousClock.now - lastAnswer >= timeout else { return }
        connection.abandon("confirms timed out")
        throw .timedOut(target: connection.address.description, during: "publisher confirms", after: timeout)
    }

    /// Removes and returns the problems of some publishes. Complete only once all of these are answered.
    public func takeProblems(in sequences: ClosedRange<UInt64>) -> [Problem] { tracker.takeProblems(in: sequences) }

    /// Stops waiting for answers to some publishes. The broker may still take them.
    public func forget(_ sequences: some Sequence<UInt64>) {
        for sequence in sequences { tracker.confirmed(sequence, multiple: false, positive: true) }
    }

    /// Ends the connection without waiting for the broker.
    public func abandon() { connection.abandon("its confirms were missing") }

    /// Closes the connection. A publish without a confirm may or may not have arrived.
    public func close() { connection.close() }

    private func note(_ event: BrokerEvent) {
        switch event {
        case .confirmed(channel, let tag, let multiple, let positive):
            lastAnswer = .now
            tracker.confirmed(tag, multiple: multiple, positive: positive)
        case .returned(let back) where back.channel == channel:
            let route = ConfirmTracker.Route(
                exchange: back.exchange, routingKey: back.routingKey, messageID: back.properties.messageID)
            tracker.returned(route, code: back.code, text: back.text)
        // The connection tracks whether it is blocked, and there is no consumer.
        default: break
        }
    }
}
