internal import CRabbitMQ
import Glibc

/// A connection to a broker with any number of channels.
///
/// 1. It belongs to the thread that made it, and blocks that thread while it waits; it is never awaited.
/// 2. `receive` returns what the broker sends unasked, in order. Calls that wait for an answer store what arrives in
///    the meantime for `receive`.
/// 3. When the broker closes a channel or the connection, the call that waits for it throws; if none waits, the next
///    `receive` does.
/// 4. librabbitmq sends and checks heartbeats only within calls: an idle connection needs a `receive` more often
///    than every `heartbeat` seconds, or it is lost.
///
/// If the process dies, or the connection is lost, the broker delivers every unacked message again; a publish without
/// a confirm may or may not have happened.
public final class RabbitConnection {
    public let address: RabbitAddress
    /// The broker's reason while it does not read from this connection (an alarm), else nil.
    public internal(set) var blockedReason: String?
    let wire: Wire
    let timeout: Duration
    /// What arrived while a call waited for its answer.
    var pending = FIFO<Arrival>()
    /// By number; 0 is the connection itself and stays nil.
    var channels: [ChannelState?] = [nil]

    /// Connects and logs in.
    /// - Parameters:
    ///   - name: the broker's tools show it.
    ///   - heartbeat: seconds; the connection counts as lost after about two of them without any data. 0: none.
    ///   - timeout: of connecting, and of each later call that waits for an answer.
    public init(
        _ address: RabbitAddress, name: String, heartbeat: Int = 30, timeout: Duration = .seconds(10)
    ) throws(RabbitError) {
        self.address = address
        self.timeout = timeout
        wire = try Wire(address, name: name, heartbeat: heartbeat, timeout: timeout)
    }

    /// False after `close`, and after any error that ended the connection.
    public var isOpen: Bool { wire.isOpen }
    /// For `poll`; -1 once closed. Check `hasBuffered` before waiting for the descriptor to become readable.
    public var fileDescriptor: Int32 { wire.fileDescriptor }
    /// True if `receive(timeout: .zero)` may find something without reading from the socket.
    public var hasBuffered: Bool { !pending.isEmpty || wire.hasBuffered }

    /// Waits until one of several connections of this thread has something for `receive`.
    public static func awaitAny(of connections: [RabbitConnection], atMost time: Duration) {
        guard !connections.contains(where: \.hasBuffered) else { return }
        var sockets = connections.map { pollfd(fd: $0.fileDescriptor, events: Int16(POLLIN), revents: 0) }
        _ = poll(&sockets, nfds_t(sockets.count), Int32(clamping: Int(time / .milliseconds(1))))
    }

    /// Closes the connection properly. The broker requeues unacked deliveries. May be called twice.
    public func close() {
        // After a loss they stay, since there may be confirms among them; after `close` nobody reads them.
        pending.removeAll { _ in true }
        wire.close()
    }

    /// Closes the socket without AMQP's closing handshake, as after a loss.
    func abandon(_ cause: String) { wire.abandon(cause) }

    /// Ends the connection as if the network had lost it: fault injection.
    package func lose() -> RabbitError {
        abandon("a fail point lost it")
        return .lost(target: address.description, during: "fault injection", cause: "a fail point lost it")
    }

    /// The next event, or nil if none came in time; with `.zero` only what has arrived already.
    ///
    /// - Throws: `.refused` if the broker has closed a channel (the others go on) or the connection.
    public func receive(timeout: Duration) throws(RabbitError) -> BrokerEvent? {
        while let arrival = pending.popFirst() {
            if let event = try event(of: arrival) { return event }
        }
        let deadline = timeout > .zero ? ContinuousClock.now + timeout : nil
        var left = timeout
        while let frame = try wire.frame(within: left, during: "receive") {
            if let arrival = try take(frame), let event = try event(of: arrival) { return event }
            if let deadline { left = max(.zero, deadline - .now) }
        }
        return nil
    }

    private func event(of arrival: Arrival) throws(RabbitError) -> BrokerEvent? {
        switch arrival {
        case .event(let event): return event
        case .closed(let reason): throw reason.error(address)
        // An answer to a call that has ended.
        case .reply, .fetched: return nil
        }
    }
}
