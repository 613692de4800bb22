import Glibc

/// The smallest exchange that proves that a server serves its protocol, not only that its port is open.
struct ReadinessProbe: Sendable {
    enum Answer: Sendable {
        case ready
        /// The server runs but has to read its data first.
        case loading
        case none
    }

    var request: [UInt8]
    var judge: @Sendable ([UInt8]) -> Answer

    /// Redis: AUTH and PING. A server that is reading its data answers the second with `-LOADING`.
    static func redis(password: String) -> ReadinessProbe {
        ReadinessProbe(request: Array("AUTH \(password)\r\nPING\r\n".utf8)) { answer in
            if answer.starts(with: Array("+OK\r\n+PONG".utf8)) { return .ready }
            return answer.starts(with: Array("+OK\r\n-".utf8)) ? .loading : .none
        }
    }

    /// AMQP 0-9-1: the protocol header, answered by a method frame on channel 0 (Connection.Start).
    static let rabbit = ReadinessProbe(request: Array("AMQP".utf8) + [0, 0, 9, 1]) { answer in
        answer.starts(with: [1, 0, 0]) ? .ready : .none
    }

    /// Probes once, waiting at most 2 s for the answer.
    func run(port: Int) -> Answer {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return .none }
        defer { close(handle) }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard LoopbackPort.withAddress(port, { connect(handle, $0, $1) }) == 0,
            send(handle, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
        else { return .none }
        var answer = [UInt8](repeating: 0, count: 64)
        let count = recv(handle, &answer, answer.count, 0)
        return count > 0 ? judge(Array(answer.prefix(count))) : .none
    }
}
