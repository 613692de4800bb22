internal import CRabbitMQ
import Glibc

/// A connection to a broker with any number of channels.
///
/// 1. It belongs to the thread that made it, and blocks that thread while it waits; it is never awaited.
/// 2. `receive` hands over what the broker sends of its own accord, in order. Calls that wait for an answer keep
///    what arrives meanwhile for it.
/// 3. The broker closing a channel or the connection is an error thrown by the call that waits for it, else by the
///    next `receive`.
/// 4. librabbitmq sends and checks heartbeats only within calls: an idle connection needs a `receive` more often
///    than every `heartbeat` seconds, or it is lost.
///
/// If the process dies, or the connection is lost, the broker gives every unacked delivery to someone again; a
/// publish that was not confirmed may or may not have happened.
public final class RabbitConnection {
    public let address: RabbitAddress
    /// The broker's reason while it does not read from this connection (an alarm), else nil.
    public internal(set) var blockedReason: String?
    let wire: Wire
    let timeout: Duration
    /// What arrived while a call waited for something else.
    private var pending = Pending<Arrival>()
    /// By number; 0 is the connection itself and stays nil.
    private var channels: [Channel?] = [nil]

    /// Connects and logs in.
    /// - Parameters:
    ///   - name: shown by the broker's tools beside the connection.
    ///   - heartbeat: seconds; the connection is lost after about two of them without a sign of the broker. 0: none.
    ///   - timeout: bounds connecting, and each later call that waits for an answer.
    public init(
        _ address: RabbitAddress, name: String, heartbeat: Int = 30, timeout: Duration = .seconds(10)
    ) throws(RabbitError) {
        self.address = address
        self.timeout = timeout
        wire = try Wire(address, name: name, heartbeat: heartbeat, timeout: timeout)
    }

    /// False after `close`, and after any error that ended the connection.
    public var isOpen: Bool { wire.isOpen }
    /// For `poll`, -1 once closed. Readable is not enough: ask `hasBuffered` too, before waiting.
    public var fileDescriptor: Int32 { wire.fileDescriptor }
    /// True if `receive(timeout: .zero)` may find something without reading from the socket.
    public var hasBuffered: Bool { !pending.isEmpty || wire.hasBuffered }

    /// Waits, at most so long, until one of several connections of this thread has something for `receive`.
    public static func awaitAny(of connections: [RabbitConnection], atMost time: Duration) {
        guard !connections.contains(where: \.hasBuffered) else { return }
        var sockets = connections.map { pollfd(fd: $0.fileDescriptor, events: Int16(POLLIN), revents: 0) }
        _ = poll(&sockets, nfds_t(sockets.count), Int32(clamping: Int(time / .milliseconds(1))))
    }

    /// Says goodbye and disconnects; deliveries not acked by now come again elsewhere. May be called twice.
    public func close() {
        // After a loss they stay, for the confirms among them; here nobody will ask.
        pending.removeAll { _ in true }
        wire.close()
    }

    /// Disconnects without a word, as after a loss.
    func abandon(_ cause: String) { wire.abandon(cause) }

    /// Ends the connection as if it had been lost on the way, for trials of that.
    package func lose() -> RabbitError {
        abandon("a fail point lost it")
        return .lost(target: address.description, during: "a trial", cause: "a fail point lost it")
    }

    /// The next thing the broker sends, or nil when the time is up; with `.zero` only what is there already.
    ///
    /// Throws `.refused` when the broker has closed a channel (the others go on) or the connection.
    public func receive(timeout: Duration) throws(RabbitError) -> Incoming? {
        while let arrival = pending.popFirst() {
            if let incoming = try incoming(arrival) { return incoming }
        }
        let deadline = timeout > .zero ? ContinuousClock.now + timeout : nil
        var left = timeout
        while let frame = try wire.frame(within: left, during: "receive") {
            if let arrival = try take(frame), let incoming = try incoming(arrival) { return incoming }
            if let deadline { left = max(.zero, deadline - .now) }
        }
        return nil
    }

    private func incoming(_ arrival: Arrival) throws(RabbitError) -> Incoming? {
        switch arrival {
        case .incoming(let incoming): return incoming
        case .closed(let closing): throw closing.error(address)
        // Answers nobody waits for any more.
        case .reply, .got: return nil
        }
    }
}

// MARK: Calls that wait for an answer

extension RabbitConnection {
    /// Sends a method and reads until its answer is there. `read` gets the answer's method id and fields, which are
    /// valid only within it.
    func call<Method, Answer>(
        _ method: Method, _ id: amqp_method_number_t, on channel: UInt16, during: String,
        expecting answer: amqp_method_number_t, _ read: (UnsafeRawPointer) -> Answer
    ) throws(RabbitError) -> Answer {
        try wire.send(method, id, on: channel, during: during)
        return try awaitAnswer(on: channel, during: during) { arrival in
            if case .reply(_, answer, let fields) = arrival { read(fields) } else { nil }
        }
    }

    /// Reads until `answer` makes something of an arrival on `channel`; all else waits for `receive`.
    func awaitAnswer<Answer>(
        on channel: UInt16, during: String, _ answer: (Arrival) -> Answer?
    ) throws(RabbitError) -> Answer {
        let deadline = ContinuousClock.now + timeout
        while let frame = try wire.frame(within: max(.zero, deadline - .now), during: during) {
            guard let arrival = try take(frame) else { continue }
            switch arrival {
            case .closed(var closing) where closing.channel == channel || closing.channel == 0:
                closing.during = during
                throw closing.error(address)
            case .reply(channel, _, _), .got(channel, _):
                if let answer = answer(arrival) { return answer }
            case .reply, .got: continue
            case .incoming, .closed: pending.append(arrival)
            }
            // Frames that keep coming must not keep a call waiting for ever.
            if ContinuousClock.now > deadline { break }
        }
        wire.abandon("\(during) timed out")
        throw .timedOut(target: address.description, during: during, after: timeout)
    }
}

// MARK: Channels

extension RabbitConnection {
    /// Opens a channel and returns its number, from 1.
    public func openChannel() throws(RabbitError) -> UInt16 {
        let number = UInt16(channels.dropFirst().firstIndex { $0 == nil } ?? channels.count)
        if Int(number) == channels.count { channels.append(nil) }
        let opened = Channel()
        channels[Int(number)] = opened
        do {
            try call(
                amqp_channel_open_t(out_of_band: amqp_bytes_t()), AMQP_CHANNEL_OPEN_METHOD, on: number,
                during: "channel.open", expecting: AMQP_CHANNEL_OPEN_OK_METHOD
            ) { _ in }
        } catch {
            channels[Int(number)] = nil
            throw error
        }
        return number
    }

    /// Closes a channel; deliveries on it that were not acked go back to their queues. Nothing if it is closed.
    public func closeChannel(_ number: UInt16) throws(RabbitError) {
        guard let channel = channel(number) else { return }
        channel.isClosing = true
        try call(
            amqp_channel_close_t(reply_code: 200, reply_text: amqp_bytes_t(), class_id: 0, method_id: 0),
            AMQP_CHANNEL_CLOSE_METHOD, on: number, during: "channel.close", expecting: AMQP_CHANNEL_CLOSE_OK_METHOD
        ) { _ in }
        channels[Int(number)] = nil
        pending.removeAll {
            if case .incoming(.delivery(let delivery)) = $0 { delivery.channel == number } else { false }
        }
    }

    public func isOpen(channel number: UInt16) -> Bool { isOpen && channel(number) != nil }

    func channel(_ number: UInt16) -> Channel? {
        Int(number) < channels.count ? channels[Int(number)] : nil
    }

    /// Throws `.misuse` unless the channel is open, before anything is sent that would end the connection.
    func need(_ number: UInt16, for operation: @autoclosure () -> String) throws(RabbitError) {
        guard channel(number) == nil else { return }
        throw .misuse("\(operation()): channel \(number) is not open")
    }

    func forget(channel number: UInt16) {
        if Int(number) < channels.count { channels[Int(number)] = nil }
    }
}
