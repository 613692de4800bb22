/// Why something could not be done with Redis. Names the command, its key and the target; never a password or a value.
public enum RedisError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No connection came about.
    case unreachable(target: String, cause: String)
    /// The connection broke, or no answer came within the time that was set; it is closed. What was sent may or may
    /// not have been executed.
    case lost(target: String, during: String, cause: String)
    /// Redis answers, but cannot serve now: it is loading, out of memory, cannot write its log, is a replica, or runs
    /// a script without end. The command was not executed; the connection remains good.
    case away(target: String, during: String, message: String)
    /// Redis refused the command. `message` is Redis's.
    case refused(target: String, command: String, message: String)
    /// An answer of a shape that the command does not have.
    case unexpected(command: String, reply: String)

    /// True if the way out is to wait and try again; false if trying again would only fail again.
    public var isAway: Bool {
        switch self {
        case .unreachable, .lost, .away: true
        case .refused, .unexpected: false
        }
    }

    public var description: String {
        switch self {
        case .unreachable(let target, let cause): "\(target): cannot connect: \(cause)"
        case .lost(let target, let during, let cause): "\(target): connection lost during \(during): \(cause)"
        case .away(let target, let during, let message): "\(target): away during \(during): \(message)"
        case .refused(let target, let command, let message): "\(target): \(command) refused: \(message)"
        case .unexpected(let command, let reply): "\(command): unexpected answer: \(reply)"
        }
    }

    /// The first words of error replies that pass with time. BUSYGROUP, BUSYKEY and the like are not among them.
    private static let passing: Set<Substring> = [
        "LOADING", "OOM", "MISCONF", "READONLY", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS",
    ]

    static func isPassing(_ message: String) -> Bool {
        passing.contains(message.prefix { $0 != " " }) || message.hasPrefix("ERR max number of clients reached")
    }

    /// The error for an error reply to `command`.
    static func of(_ message: String, to command: String, target: String) -> RedisError {
        if isPassing(message) { return .away(target: target, during: command, message: message) }
        // "unknown command 'x', with args beginning with: …" would give values away.
        let safe = message.firstRange(of: ", with args").map { String(message[..<$0.lowerBound]) } ?? message
        return .refused(target: target, command: command, message: safe)
    }
}

extension String {
    fileprivate func firstRange(of mark: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(mark) }.map { $0..<endIndex }
    }
}
