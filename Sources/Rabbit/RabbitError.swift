/// Why something could not be done with the broker. Names the operation and the target, never a password or a body.
public enum RabbitError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No connection came about: nothing listens, the name is unknown, TLS failed, the handshake broke off.
    case unreachable(target: String, cause: String)
    /// The connection broke. What was under way may or may not have been done; all unacked deliveries come again.
    case lost(target: String, during: String, cause: String)
    /// The broker closed the channel (403, 404, 405, 406, …) or the connection (320, 501, 530, 540, …), or refused
    /// the login (403). `code` and `text` are the broker's.
    case refused(target: String, code: Int, text: String, during: String)
    /// No answer within the time that was set. The connection is of no more use after a call that timed out.
    case timedOut(target: String, during: String, after: Duration)
    /// The caller did what the protocol has no room for, such as using a closed channel.
    case misuse(String)

    /// True if the broker is away and the way out is to wait and connect again; false if trying again
    /// would only fail again.
    public var isAway: Bool {
        switch self {
        case .unreachable, .lost, .timedOut: true
        // 320 is how a broker that shuts down, or an operator, closes connections.
        case .refused(_, let code, _, _): code == 320
        case .misuse: false
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
        case .misuse(let text): text
        }
    }
}
