internal import CRabbitMQ
import Glibc

/// One librabbitmq connection, frame by frame: it opens and logs in, sends methods and returns each frame that arrives.
/// `FrameReading` decides what a frame means.
final class Wire {
    private let address: RabbitAddress
    private let timeout: Duration
    /// Nil once the connection has ended, for whatever reason.
    private var state: amqp_connection_state_t?
    /// How it ended.
    private var ending = "it was closed here"
    /// The channel whose buffers hold the last frame: they are released before the next frame is read.
    private var lent: UInt16?
    let arena = Arena()
    private var lastHeartbeat = ContinuousClock.now
    /// The largest frame that the broker takes, in bytes.
    private var frameLimit = Int(AMQP_DEFAULT_FRAME_SIZE)
    /// The largest frame that is read, in bytes. The broker splits bodies but never headers: those of a message may exceed
    /// the agreed size, since the broker adds some to what its publisher wrote.
    private static let readLimit: Int32 = 1 << 20

    init(_ address: RabbitAddress, name: String, heartbeat: Int, timeout: Duration) throws(RabbitError) {
        self.address = address
        self.timeout = timeout
        guard let state = amqp_new_connection() else { fatalError("out of memory") }
        self.state = state
        var limit = timeval(timeout)
        // The library copies it. It limits the handshake and the closing handshake.
        amqp_set_handshake_timeout(state, &limit)
        try open(state, &limit)
        try logIn(state, name: name, heartbeat: heartbeat)
    }

    deinit { abandon("") }

    var isOpen: Bool { state != nil }
    var fileDescriptor: Int32 { state.map { amqp_get_sockfd($0) } ?? -1 }
    /// True if data was read from the socket that `frame` has not returned yet.
    var hasBuffered: Bool { state.map { amqp_frames_enqueued($0) != 0 || amqp_data_in_buffer($0) != 0 } ?? false }

    /// While on, the kernel sends only full packets: many small writes become few packets, which cost the broker far
    /// less. It sends a partial packet after 200 ms in any case.
    func cork(_ isOn: Bool) {
        var value: Int32 = isOn ? 1 : 0
        setsockopt(fileDescriptor, Int32(IPPROTO_TCP), TCP_CORK, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The next frame, or nil when the time is up. What it points at is valid until the next call.
    func frame(within time: Duration, during: @autoclosure () -> String) throws(RabbitError) -> amqp_frame_t? {
        let state = try open(during())
        // The library skips the release while a frame is half read, so it has to happen between two frames.
        if let lent { amqp_maybe_release_buffers_on_channel(state, lent) }
        lent = nil
        var frame = amqp_frame_t()
        var limit = timeval(time)
        let status = amqp_simple_wait_frame_noblock(state, &frame, &limit)
        if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
        try check(status, during())
        lent = frame.channel
        return frame
    }

    /// Sends a heartbeat, unless one was sent in the last five seconds.
    func sendHeartbeat() throws(RabbitError) {
        guard ContinuousClock.now - lastHeartbeat > .seconds(5) else { return }
        lastHeartbeat = .now
        let state = try open("heartbeat")
        var frame = amqp_frame_t()
        frame.frame_type = UInt8(AMQP_FRAME_HEARTBEAT)
        try check(amqp_send_frame(state, &frame), "heartbeat")
    }

    /// Sends a method; whatever it points at may be recycled afterwards.
    func send<Method>(
        _ method: Method, _ id: amqp_method_number_t, on channel: UInt16, during: @autoclosure () -> String
    ) throws(RabbitError) {
        let state = try open(during())
        var method = method
        let status = withUnsafeMutablePointer(to: &method) { amqp_send_method(state, channel, id, $0) }
        arena.recycle()
        try check(status, during())
    }

    func publish(
        on channel: UInt16, exchange: String, routingKey: String, mandatory: Bool, properties: Properties,
        body: UnsafeRawBufferPointer
    ) throws(RabbitError) {
        let state = try open("publish")
        var wire = properties.onTheWire(arena)
        let status: Int32
        if body.count <= frameLimit - 8 {
            status = amqp_basic_publish(
                state, channel, arena.bytes(exchange), arena.bytes(routingKey), mandatory ? 1 : 0, 0, &wire,
                amqp_bytes_t(body[...]))
        } else {
            status = publishInParts(state, channel, exchange, routingKey, mandatory, &wire, body)
        }
        arena.recycle()
        try check(status, "publish")
    }

    /// Cuts the body itself: librabbitmq would cut it by the limit for reading.
    private func publishInParts(
        _ state: amqp_connection_state_t, _ channel: UInt16, _ exchange: String, _ routingKey: String,
        _ mandatory: Bool, _ properties: inout amqp_basic_properties_t, _ body: UnsafeRawBufferPointer
    ) -> Int32 {
        var method = amqp_basic_publish_t(
            ticket: 0, exchange: arena.bytes(exchange), routing_key: arena.bytes(routingKey),
            mandatory: mandatory ? 1 : 0, immediate: 0)
        var status = withUnsafeMutablePointer(to: &method) {
            amqp_send_method(state, channel, AMQP_BASIC_PUBLISH_METHOD, $0)
        }
        guard status == AMQP_STATUS_OK.rawValue else { return status }
        var frame = amqp_frame_t()
        frame.frame_type = UInt8(AMQP_FRAME_HEADER)
        frame.channel = channel
        frame.payload.properties.class_id = UInt16(AMQP_BASIC_CLASS)
        frame.payload.properties.body_size = UInt64(body.count)
        status = withUnsafeMutablePointer(to: &properties) {
            frame.payload.properties.decoded = UnsafeMutableRawPointer($0)
            return amqp_send_frame(state, &frame)
        }
        frame.frame_type = UInt8(AMQP_FRAME_BODY)
        var start = 0
        while start < body.count, status == AMQP_STATUS_OK.rawValue {
            let end = min(start + frameLimit - 8, body.count)
            frame.payload.body_fragment = amqp_bytes_t(body[start..<end])
            status = amqp_send_frame(state, &frame)
            start = end
        }
        return status
    }

    /// Closes the connection properly, waiting briefly for the broker's answer. Does nothing once it has ended.
    func close() {
        guard let state else { return }
        // A broker with an alarm does not read this connection and would never answer.
        var limit = timeval(min(timeout, .seconds(2)))
        amqp_set_rpc_timeout(state, &limit)
        _ = amqp_connection_close(state, AMQP_REPLY_SUCCESS)
        abandon("it was closed here")
    }

    /// Closes the socket without AMQP's closing handshake.
    func abandon(_ ending: String) {
        guard let state else { return }
        self.state = nil
        self.ending = ending
        amqp_destroy_connection(state)
    }

    private func open(_ during: @autoclosure () -> String) throws(RabbitError) -> amqp_connection_state_t {
        guard let state else {
            throw .lost(target: address.description, during: during(), cause: ending)
        }
        return state
    }

    private func check(_ status: Int32, _ during: @autoclosure () -> String) throws(RabbitError) {
        guard status != AMQP_STATUS_OK.rawValue else { return }
        // The request could not be encoded: nothing was sent, and the connection stays usable.
        if status == AMQP_STATUS_TABLE_TOO_BIG.rawValue || status == AMQP_STATUS_INVALID_PARAMETER.rawValue {
            throw .misuse(target: address.description, during: during(), cause: Self.text(status))
        }
        let cause = Self.text(status)
        abandon(cause)
        throw .lost(target: address.description, during: during(), cause: cause)
    }

    private static func text(_ status: Int32) -> String { String(cString: amqp_error_string2(status)) }
}

// MARK: Opening

extension Wire {
    private func open(_ state: amqp_connection_state_t, _ limit: inout timeval) throws(RabbitError) {
        let socket = address.security == nil ? amqp_tcp_socket_new(state) : amqp_ssl_socket_new(state)
        guard let socket else { throw unreachable("librabbitmq could not make a socket") }
        if let security = address.security { try secure(socket, security) }
        let status = amqp_socket_open_noblock(socket, address.host, Int32(address.port), &limit)
        switch status {
        case AMQP_STATUS_OK.rawValue: return
        // The library's text ("a socket error occurred") hides the usual reason.
        case AMQP_STATUS_SOCKET_ERROR.rawValue: throw unreachable("the connection was refused, or has no route")
        case AMQP_STATUS_TIMEOUT.rawValue: throw unreachable("no connection within \(timeout)")
        default: throw unreachable(Self.text(status))
        }
    }

    private func secure(_ socket: OpaquePointer, _ security: RabbitAddress.Security) throws(RabbitError) {
        amqp_ssl_socket_set_verify_peer(socket, security.verifiesPeer ? 1 : 0)
        amqp_ssl_socket_set_verify_hostname(socket, security.verifiesPeer ? 1 : 0)
        if security.verifiesPeer, amqp_ssl_socket_set_cacert(socket, security.authorities) != 0 {
            throw unreachable("the authorities in \(security.authorities) cannot be read")
        }
        if let certificate = security.certificate {
            let key = security.key ?? certificate
            guard amqp_ssl_socket_set_key(socket, certificate, key) == 0 else {
                throw unreachable("the certificate \(certificate) or its key \(key) cannot be read")
            }
        }
    }

    private func logIn(_ state: amqp_connection_state_t, name: String, heartbeat: Int) throws(RabbitError) {
        // Without these capabilities the broker does not say when it ends a consumer or stops reading.
        var properties = arena.table([
            "connection_name": .text(name),
            "capabilities": [
                "consumer_cancel_notify": true, "connection.blocked": true, "publisher_confirms": true,
                "basic.nack": true,
            ],
        ])
        let reply = leadline_login(
            state, address.virtualHost, AMQP_DEFAULT_MAX_CHANNELS, AMQP_DEFAULT_FRAME_SIZE, Int32(heartbeat),
            &properties, address.user, address.password)
        arena.recycle()
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL:
            frameLimit = Int(amqp_get_frame_max(state))
            amqp_tune_connection(
                state, amqp_get_channel_max(state), max(Self.readLimit, amqp_get_frame_max(state)),
                amqp_get_heartbeat(state))
        case AMQP_RESPONSE_SERVER_EXCEPTION where reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD:
            let close = reply.reply.decoded.load(as: amqp_connection_close_t.self)
            let error = RabbitError.refused(
                target: address.description, code: Int(close.reply_code), text: String(close.reply_text),
                during: "login as '\(address.user)'")
            abandon("the login was refused")
            throw error
        case AMQP_RESPONSE_LIBRARY_EXCEPTION: throw unreachable("login: \(Self.text(reply.library_error))")
        default: throw unreachable("login: the broker closed the connection")
        }
    }

    private func unreachable(_ cause: String) -> RabbitError {
        abandon(cause)
        return .unreachable(target: address.description, cause: cause)
    }
}

extension timeval {
    /// Rounded up to the microsecond, so that a short wait does not become none; negative becomes zero.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        if seconds < 0 || attoseconds < 0 {
            self.init(tv_sec: 0, tv_usec: 0)
            return
        }
        let microseconds = (attoseconds + 999_999_999_999) / 1_000_000_000_000
        self.init(tv_sec: Int(seconds) + Int(microseconds / 1_000_000), tv_usec: Int(microseconds % 1_000_000))
    }
}

extension amqp_bytes_t {
    fileprivate init(_ bytes: Slice<UnsafeRawBufferPointer>) {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes)
        self.init(len: bytes.count, bytes: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }
}
