import Glibc

/// The smallest conversation that shows that a server really answers, not only that its port is open.
struct Question: Sendable {
    enum Answer: Sendable { case yes, busy, nothing }

    var words: [UInt8]
    var judge: @Sendable ([UInt8]) -> Answer

    /// Redis: PING. A server that reads its data answers `-LOADING`: it is there, but busy.
    static let redis = Question(words: Array("PING\r\n".utf8)) { answer in
        if answer.starts(with: Array("+PONG".utf8)) { return .yes }
        return answer.first == UInt8(ascii: "-") ? .busy : .nothing
    }

    /// AMQP 0-9-1: the protocol header, answered by a method frame on channel 0 (Connection.Start).
    static let rabbit = Question(words: Array("AMQP".utf8) + [0, 0, 9, 1]) { answer in
        answer.starts(with: [1, 0, 0]) ? .yes : .nothing
    }

    /// Asks once, waiting at most 2 s for the answer.
    func ask(port: Int) -> Answer {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return .nothing }
        defer { close(handle) }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard LoopbackPort.withAddress(port, { connect(handle, $0, $1) }) == 0,
            send(handle, words, words.count, Int32(MSG_NOSIGNAL)) == words.count
        else { return .nothing }
        var answer = [UInt8](repeating: 0, count: 64)
        let count = recv(handle, &answer, answer.count, 0)
        return count > 0 ? judge(Array(answer.prefix(count))) : .nothing
    }
}
