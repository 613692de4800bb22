import Foundation
import Rabbit
import Redis
import Synchronization

/// A way to a server that a test can spoil: a TCP proxy on a loopback port of its own.
///
/// 1. One thread carries bytes both ways and makes them neither more nor fewer, until the test says otherwise.
/// 2. `cut` ends connections by a reset, as a failing network does: what is under way is lost.
/// 3. `loseAnswers` lets a request through and cuts before its answer arrives: the server has done what nobody knows of.
/// 4. `stall` holds all bytes back while connections stay open; `refuse` resets whoever connects.
///
/// Call `stop` when done, in a `defer`.
public final class Proxy: Sendable {
    private struct Link {
        let client: Int32
        let server: Int32
        /// Bytes under way, in either direction.
        var requests: [UInt8] = []
        var answers: [UInt8] = []
        /// What was asked last: the words to look for may begin in one piece and end in the next.
        var tail: [UInt8] = []
        var answerIsLost = false
        /// One side has ended: what is under way still arrives.
        var isEnding = false
        var isEnded = false
        var isCut = false
    }

    private struct Losing {
        var words: [UInt8] = []
        /// How often still, and how often it happened.
        var times = 0
        var done = 0
    }

    private struct State {
        var links: [Link] = []
        var losing = Losing()
        var isStalled = false
        var isRefusing = false
        var isStopped = false
    }

    public let port: Int
    private let target: Int
    private let listener: Int32
    /// A pipe: a byte in it wakes the thread.
    private let bell: (ear: Int32, rope: Int32)
    private let state = Mutex(State())

    private static let piece = 1 << 16
    /// What the other side does not take is not read beyond this.
    private static let mostUnderWay = 1 << 20

    public init(to target: Int) throws {
        self.target = target
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var ends: [Int32] = [0, 0]
        guard listener >= 0, pipe(&ends) == 0, Self.withAddress(0, { bind(listener, $0, $1) }) == 0,
            listen(listener, 64) == 0
        else { throw Failed(code: errno) }
        self.listener = listener
        bell = (ends[0], ends[1])
        var (address, size) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
        withUnsafeMutablePointer(to: &address) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { self.carry() }
        thread.name = "proxy"
        thread.start()
    }

    public struct Failed: Error { let code: Int32 }

    public func stop() { order { $0.isStopped = true } }

    /// Cuts all connections.
    ///
    /// - Returns: how many there were.
    @discardableResult
    public func cut() -> Int {
        order { state in
            for index in state.links.indices { state.links[index].isCut = true }
            return state.links.count
        }
    }

    /// Cuts one connection, any.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public func cutOne() -> Bool {
        order { state in
            guard let index = state.links.indices.filter({ !state.links[$0].isCut }).randomElement() else {
                return false
            }
            state.links[index].isCut = true
            return true
        }
    }

    /// The next requests that hold these words are answered to nobody, so many times: each ends its connection.
    public func loseAnswers(to words: String, times: Int) {
        order { state in (state.losing.words, state.losing.times) = (Array(words.utf8), times) }
    }

    /// How many answers were lost so far.
    public var answersLost: Int { state.withLock { $0.losing.done } }

    public func stall(_ isStalled: Bool = true) { order { $0.isStalled = isStalled } }

    /// Whoever connects is cut off at once; connections that stand go on.
    public func refuse(_ isRefusing: Bool = true) { order { $0.isRefusing = isRefusing } }

    private func order<Answer>(_ change: (inout sending State) -> sending Answer) -> Answer {
        let answer = state.withLock(change)
        var byte: UInt8 = 0
        _ = write(bell.rope, &byte, 1)
        return answer
    }

    // MARK: The thread

    private func carry() {
        while true {
            var polled = [
                pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell.ear, events: Int16(POLLIN), revents: 0),
            ]
            let isStopped = state.withLock { state in
                state.links.removeAll { link in
                    let isCut = link.isCut || state.isStopped
                    for handle in [link.client, link.server] {
                        if isCut { Self.reset(handle) } else if link.isEnded { close(handle) }
                    }
                    return isCut || link.isEnded
                }
                if !state.isStalled { polled += state.links.flatMap(Self.interests) }
                return state.isStopped
            }
            if isStopped {
                for handle in [listener, bell.ear, bell.rope] { close(handle) }
                return
            }
            poll(&polled, nfds_t(polled.count), -1)
            if polled[1].revents != 0 {
                var bytes = [UInt8](repeating: 0, count: 64)
                _ = read(bell.ear, &bytes, bytes.count)
            }
            let events = Dictionary(polled.dropFirst(2).map { ($0.fd, $0.revents) }) { a, _ in a }
            state.withLock { state in
                if !state.isStalled {
                    for index in state.links.indices { Self.work(&state.links[index], events, &state.losing) }
                }
            }
            if polled[0].revents != 0 { accept() }
        }
    }

    private static func interests(of link: Link) -> [pollfd] {
        func interest(_ handle: Int32, incoming: [UInt8], outgoing: [UInt8]) -> pollfd {
            let reads = !link.isEnding && incoming.count < mostUnderWay
            return pollfd(
                fd: handle, events: Int16((reads ? POLLIN : 0) | (outgoing.isEmpty ? 0 : POLLOUT)), revents: 0)
        }
        return [
            interest(link.client, incoming: link.requests, outgoing: link.answers),
            interest(link.server, incoming: link.answers, outgoing: link.requests),
        ]
    }

    private static func work(_ link: inout Link, _ events: [Int32: Int16], _ losing: inout Losing) {
        func stirs(_ handle: Int32) -> Bool { events[handle, default: 0] != 0 }
        if stirs(link.client), !link.isEnding {
            let asked = receive(from: link.client, &link)
            if losing.times > 0, !link.answerIsLost {
                let heard = link.tail + asked
                if contains(heard, losing.words) {
                    link.answerIsLost = true
                    losing.times -= 1
                }
                link.tail = Array(heard.suffix(max(0, losing.words.count - 1)))
            }
            link.requests += asked
        }
        if stirs(link.server), !link.isEnding {
            let answer = receive(from: link.server, &link)
            if link.answerIsLost, !answer.isEmpty {
                losing.done += 1
                link.isCut = true
                return
            }
            link.answers += answer
        }
        deliver(&link.requests, to: link.server, &link.isCut)
        deliver(&link.answers, to: link.client, &link.isCut)
        link.isEnded = link.isEnding && link.requests.isEmpty && link.answers.isEmpty
    }

    private static func receive(from handle: Int32, _ link: inout Link) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: piece)
        let count = recv(handle, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { link.isEnding = true }
        return Array(bytes.prefix(max(0, count)))
    }

    private static func deliver(_ bytes: inout [UInt8], to handle: Int32, _ isCut: inout Bool) {
        guard !bytes.isEmpty else { return }
        let count = send(handle, bytes, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
        if count > 0 { bytes.removeFirst(count) }
        if count < 0, errno != EAGAIN, errno != EINTR { isCut = true }
    }

    private static func contains(_ bytes: [UInt8], _ words: [UInt8]) -> Bool {
        guard let first = words.first else { return false }
        return bytes.indices.contains { bytes[$0] == first && bytes[$0...].starts(with: words) }
    }

    private func accept() {
        let client = Glibc.accept(listener, nil, nil)
        guard client >= 0 else { return }
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let isWanted = !state.withLock { $0.isRefusing }
        guard isWanted, Self.withAddress(target, { connect(server, $0, $1) }) == 0 else {
            Self.reset(client)
            Self.reset(server)
            return
        }
        for handle in [client, server] {
            var yes: Int32 = 1
            setsockopt(handle, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        }
        state.withLock { $0.links.append(Link(client: client, server: server)) }
    }

    /// Closes a connection so that the other end hears of it as a reset.
    private static func reset(_ handle: Int32) {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(handle, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close(handle)
    }

    private static func withAddress<R>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

// MARK: To a broker, to a Redis

extension Proxy {
    public convenience init(to broker: RabbitAddress) throws { try self.init(to: Int(broker.port)) }

    public convenience init(to redis: RedisAddress) throws {
        guard case .tcp(_, let port) = redis.place else { preconditionFailure("a Redis with a port") }
        try self.init(to: Int(port))
    }

    /// The same broker by this way.
    public func to(_ broker: RabbitAddress) -> RabbitAddress {
        var address = broker
        address.port = UInt16(port)
        return address
    }

    /// The same Redis by this way.
    public func to(_ redis: RedisAddress) -> RedisAddress {
        var address = redis
        address.place = .tcp(host: "127.0.0.1", port: UInt16(port))
        return address
    }
}
