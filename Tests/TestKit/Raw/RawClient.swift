import Glibc
import Rabbit

/// A client that speaks AMQP 0-9-1 itself, frame by frame: header tables, properties and routing keys are any bytes.
///
/// If the broker closes the channel or the connection, the next call makes a new one.
public final class RawClient {
    /// What the broker made of a message.
    public enum Answer: Equatable, Sendable {
        case confirmed
        case refused
        /// The broker closed the channel or the connection instead; 0 if it gave no reason.
        case closed(code: Int)
    }

    public struct Failed: Error { public let during: String }

    private let address: RabbitAddress
    private var handle: Int32 = -1
    private var received: [UInt8] = []
    /// On this connection: how many messages were published, and the numbers of those that have no answer yet.
    private var (published, unanswered): (Int, Set<Int>) = (0, [])
    /// The largest frame that RabbitMQ agrees to by default.
    public static let largestFrame = 131_072

    public init(_ address: RabbitAddress) { self.address = address }
    deinit { disconnect() }

    /// Publishes a message and waits for the broker's answer.
    public func publish(
        _ body: [UInt8], to exchange: String, key: [UInt8], _ properties: RawProperties
    ) throws -> Answer {
        precondition(unanswered.isEmpty, "other messages have no answer yet")
        if handle < 0 { try connect() }
        do {
            try send(body, to: exchange, key: key, properties)
            return try awaitAnswer()
        } catch is Ended {
            // The broker resets a connection that still sends: what it said last may be there to be read.
            defer { disconnect() }
            return (try? awaitAnswer()) ?? .closed(code: 0)
        }
    }

    /// Publishes a message that the broker is known to take. `awaitConfirms` waits for the answer.
    public func publishAhead(
        _ body: [UInt8], to exchange: String, key: [UInt8], _ properties: RawProperties
    ) throws {
        if handle < 0 { try connect() }
        do { try send(body, to: exchange, key: key, properties) } catch is Ended { throw Failed(during: "publish") }
        if unanswered.count == 100 { try awaitConfirms() }
    }

    public func awaitConfirms() throws {
        while !unanswered.isEmpty {
            do {
                guard try awaitAnswer() == .confirmed else { throw Failed(during: "publish") }
            } catch is Ended { throw Failed(during: "publish") }
        }
    }

    private func send(_ body: [UInt8], to exchange: String, key: [UInt8], _ properties: RawProperties) throws {
        let target = [0, 0] + Self.short(Array(exchange.utf8)) + Self.short(key) + [0]
        let header = [0, 60, 0, 0] + UInt64(body.count).bytesOnTheWire + properties.bytes
        var frames = Self.method(60, 40, target) + Self.frame(2, header)
        for start in stride(from: 0, to: body.count, by: Self.largestFrame - 8) {
            frames += Self.frame(3, Array(body[start..<min(start + Self.largestFrame - 8, body.count)]))
        }
        try write(frames)
        published += 1
        unanswered.insert(published)
    }

    private func awaitAnswer() throws -> Answer {
        while true {
            let (kind, payload) = try frame()
            guard kind == 1, payload.count >= 4 else { continue }
            switch (payload[1], payload[3]) {
            case (60, 80):
                // One answer may be for several messages.
                let tag = payload[4..<12].reduce(0) { $0 << 8 | Int($1) }
                unanswered = unanswered.filter { payload[12] == 0 ? $0 != tag : $0 > tag }
                return .confirmed
            case (60, 120):
                unanswered = []
                return .refused
            case (10, 50), (20, 40):
                disconnect()
                return .closed(code: payload.count < 6 ? 0 : Int(payload[4]) << 8 | Int(payload[5]))
            default: continue
            }
        }
    }

    /// Takes all messages of a queue and returns them, so that the broker counts one more delivery of each. They are back
    /// shortly afterwards.
    ///
    /// - Returns: their properties as they came, flags in front, and their bodies.
    @discardableResult
    public func returnAll(of queue: String) throws -> [(properties: [UInt8], body: [UInt8])] {
        try awaitConfirms()
        if handle < 0 { try connect() }
        // The end of the connection returns them.
        defer { disconnect() }
        var messages: [(properties: [UInt8], body: [UInt8])] = []
        do {
            while true {
                try write(Self.method(60, 70, [0, 0] + Self.short(Array(queue.utf8)) + [0]))
                guard try next(of: [(60, 71), (60, 72)]) == (60, 71) else { return messages }
                let header = try frame().payload
                let size = header[4..<12].reduce(0) { $0 << 8 | Int($1) }
                var body: [UInt8] = []
                while body.count < size { body += try frame().payload }
                messages.append((Array(header[12...]), body))
            }
        } catch is Ended { throw Failed(during: "get") }
    }

    // MARK: The connection

    private func connect() throws {
        handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(address.port).bigEndian
        place.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Failed(during: "connect") }
        var (limit, yes) = (timeval(tv_sec: 120, tv_usec: 0), Int32(1))
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(handle, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        do { try logIn() } catch is Ended { throw Failed(during: "login") }
    }

    private func logIn() throws {
        try write(Array("AMQP".utf8) + [0, 0, 9, 1])
        try next(of: [(10, 10)])
        let user = [0] + Array(address.user.utf8) + [0] + Array(address.password.utf8)
        try write(
            Self.method(
                10, 11,
                [0, 0, 0, 0] + Self.short(Array("PLAIN".utf8)) + UInt32(user.count).bytesOnTheWire + user
                    + Self.short(Array("en_US".utf8)), on: 0))
        try next(of: [(10, 30)])
        let limits = UInt16(8).bytesOnTheWire + UInt32(Self.largestFrame).bytesOnTheWire + [0, 0]
        try write(Self.method(10, 31, limits, on: 0))
        try write(Self.method(10, 40, Self.short(Array(address.virtualHost.utf8)) + [0, 0], on: 0))
        try next(of: [(10, 41)])
        try write(Self.method(20, 10, [0]))
        try next(of: [(20, 11)])
        try write(Self.method(85, 10, [0]))
        try next(of: [(85, 11)])
    }

    private func disconnect() {
        if handle >= 0 { close(handle) }
        (handle, received, published, unanswered) = (-1, [], 0, [])
    }

    // MARK: Frames

    private struct Ended: Error {}

    private static func short(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count)] + bytes }

    private static func frame(_ kind: UInt8, _ payload: [UInt8], on channel: UInt16 = 1) -> [UInt8] {
        [kind] + channel.bytesOnTheWire + UInt32(payload.count).bytesOnTheWire + payload + [0xce]
    }

    private static func method(_ kind: UInt16, _ number: UInt16, _ fields: [UInt8], on channel: UInt16 = 1) -> [UInt8] {
        frame(1, kind.bytesOnTheWire + number.bytesOnTheWire + fields, on: channel)
    }

    private func write(_ bytes: [UInt8]) throws {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(handle, $0.baseAddress! + start, bytes.count - start, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Ended() }
            start += count
        }
    }

    private func frame() throws -> (kind: UInt8, payload: [UInt8]) {
        try fill(7)
        let size = received[3...6].reduce(0) { $0 << 8 | Int($1) }
        try fill(size + 8)
        defer { received.removeFirst(size + 8) }
        return (received[0], Array(received[7..<(7 + size)]))
    }

    private func fill(_ count: Int) throws {
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while received.count < count {
            let got = recv(handle, &piece, piece.count, 0)
            guard got > 0 else { throw Ended() }
            received += piece[..<got]
        }
    }

    /// Reads until one of these methods arrives.
    @discardableResult
    private func next(of methods: [(UInt8, UInt8)]) throws -> (UInt8, UInt8) {
        while true {
            let (_, payload) = try frame()
            guard payload.count >= 4 else { continue }
            let method = (payload[1], payload[3])
            if methods.contains(where: { $0 == method }) { return method }
            if method == (10, 50) || method == (20, 40) { throw Ended() }
        }
    }
}
