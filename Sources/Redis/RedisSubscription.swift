import Glibc

/// A subscription to channels, on a connection of its own. Messages that are published while it is not connected are
/// lost: a subscriber that depends on them has to poll too.
public final class RedisSubscription {
    public struct Message: Sendable, Equatable {
        public var channel: String
        public var payload: [UInt8]
    }

    private let connection: RedisConnection

    /// Connects and subscribes. Messages that are published after it returns are received.
    public init(
        _ address: RedisAddress, channels: [String], timeout: Duration = .seconds(10)
    ) throws(RedisError) {
        connection = try RedisConnection(address, timeout: timeout)
        var pipeline = Pipeline()
        pipeline.begin("SUBSCRIBE", parts: 1 + channels.count)
        for channel in channels { pipeline.append(channel) }
        try connection.send(pipeline.bytes[...], pipeline)
        for _ in channels {
            if case .error(let message) = try connection.reply(during: "SUBSCRIBE") {
                throw RedisError.of(message, to: "SUBSCRIBE", target: address.description)
            }
        }
    }

    public var isOpen: Bool { connection.isOpen }
    public var fileDescriptor: Int32 { connection.fileDescriptor }

    /// The next message, or nil if none came in time; with `.zero` only one that has arrived already.
    public func message(timeout: Duration) throws(RedisError) -> Message? {
        let deadline = ContinuousClock.now + timeout
        while true {
            if let reply = try connection.bufferedReply(during: "a subscription") {
                if let message = Self.message(reply) { return message }
                continue
            }
            guard try isReadable(within: max(.zero, deadline - .now)) else { return nil }
            // Part of a message has arrived; the connection's own timeout limits the wait for the rest.
            if let message = Self.message(try connection.reply(during: "a subscription")) { return message }
        }
    }

    public func close() { connection.close() }

    private static func message(_ reply: Reply) -> Message? {
        guard let parts = reply.array, parts.count == 3, parts[0].text == "message", let channel = parts[1].text,
            let payload = parts[2].bytes
        else { return nil }
        return Message(channel: channel, payload: payload)
    }

    private func isReadable(within time: Duration) throws(RedisError) -> Bool {
        var watched = pollfd(fd: connection.fileDescriptor, events: Int16(POLLIN), revents: 0)
        let limit = timeval(time)
        // Rounded up: a wait of less than a millisecond would otherwise spin.
        let milliseconds = time == .zero ? 0 : limit.tv_sec * 1000 + (limit.tv_usec + 999) / 1000
        let ready = poll(&watched, 1, Int32(clamping: milliseconds))
        // A signal ends the wait early; the caller's loop waits again.
        if ready < 0 && errno != EINTR { throw connection.lost(during: "poll", String(cString: strerror(errno))) }
        return ready > 0
    }
}
