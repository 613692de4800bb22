/// Why an operation on the broker failed. It names operation, target and cause, never a password or a body.
public enum RabbitError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No connection: nothing listens, the name is unknown, or TLS or the handshake failed.
    case unreachable(target: String, cause: String)
    /// The connection broke. Requests without an answer may or may not have been executed; all unacked messages are
    /// delivered again.
    case lost(target: String, during: String, cause: String)
    /// The broker closed the channel (403, 404, 405, 406, …) or the connection (320, 501, 530, 540, …), or refused
    /// the login (403). `code` and `text` are the broker's.
    case refused(target: String, code: Int, text: String, during: String)
    /// No answer within the timeout. The connection is closed.
    case timedOut(target: String, during: String, after: Duration)
    /// The caller did something that the protocol does not allow, such as using a closed channel. Nothing was sent.
    case misuse(target: String, during: String, cause: String)

    /// True if connecting again later may succeed; false if a retry would fail the same way.
    public var isAway: Bool {
        switch self {
        case .unreachable, .lost, .timedOut: true
        // 320 is how a broker that shuts down, or an operator, closes connections.
        case .refused(_, let code, _, _): code == 320
        case .misuse: false
        }
    }

    /// Whether the broker closed a channel or connection because of what was sent on it, such as a malformed header.
    public var blamesAMessage: Bool {
        switch code {
        case nil, 320, 402, 403, 404, 405, 530: false
        default: true
        }
    }

    /// The broker's reply code of a refusal, else nil.
    public var code: Int? {
        if case .refused(_, let code, _, _) = self { code } else { nil }
    }

    public var description: String {
        switch self {
        case .unreachable(let target, let cause): "\(target): cannot connect: \(cause)"
        case .lost(let target, let during, let cause): "\(target): connection lost during \(during): \(cause)"
        case .refused(let target, let code, let text, let during):
            "\(target): \(during) ended by the broker: \(code) \(text)"
        case .timedOut(let target, let during, let time): "\(target): no answer to \(during) within \(time)"
        case .misuse(let target, let during, let cause): "\(target): \(during) not possible: \(cause)"
        }
    }
}
