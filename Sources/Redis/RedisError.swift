/// Why a command failed. It names target, command, key and cause, never a password or a value.
public enum RedisError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No connection.
    case unreachable(target: String, cause: String)
    /// The connection broke, or no reply came within the timeout; it is closed. The command may or may not have been
    /// executed.
    case lost(target: String, during: String, cause: String)
    /// Redis answers but can't serve now: it is loading, out of memory, can't write its log, is a replica, or is busy with
    /// a script. The command was not executed; the connection stays usable.
    case away(target: String, during: String, message: String)
    /// Redis refused the command. `message` is Redis's.
    case refused(target: String, command: String, message: String)
    /// A reply of a shape that the command does not have.
    case unexpected(target: String, command: String, reply: String)

    /// True if a retry later may succeed; false if it would fail the same way.
    public var isAway: Bool {
        switch self {
        case .unreachable, .lost, .away: true
        case .refused, .unexpected: false
        }
    }

    /// True if Redis can't serve this client at all, now or until an operator mends something: it is away, or refuses the
    /// client's password or rights. A lane that needs an answer waits.
    public var isOutage: Bool {
        switch self {
        case .unreachable, .lost, .away: true
        case .refused(_, _, let message): Self.isDenial(message)
        case .unexpected: false
        }
    }

    private static func isDenial(_ message: String) -> Bool {
        ["NOPERM", "NOAUTH", "WRONGPASS", "DENIED", "ERR unknown command"].contains { message.hasPrefix($0) }
            // A script that calls a command, or reads a key, without the right to: Redis 7.0, and later versions.
            || ["The user executing the script can't", "ACL failure in script"].contains { message.contains($0) }
    }

    /// Whether Redis refused because of what is stored under the command's keys: another type, or no number.
    public var isOfStoredData: Bool {
        if case .refused(_, _, let message) = self { Self.isOfStoredData(message) } else { false }
    }

    /// The same for an error reply. A script's error quotes the error of its command, or one of Lua.
    public static func isOfStoredData(_ message: String) -> Bool {
        message.hasPrefix("WRONGTYPE")
            || ["not an integer", "not a valid float", "would overflow", "attempt to ", "bad argument #"].contains {
                message.contains($0)
            }
    }

    public var description: String {
        switch self {
        case .unreachable(let target, let cause): "\(target): cannot connect: \(cause)"
        case .lost(let target, let during, let cause): "\(target): connection lost during \(during): \(cause)"
        case .away(let target, let during, let message): "\(target): away during \(during): \(message)"
        case .refused(let target, let command, let message): "\(target): \(command) refused: \(message)"
        case .unexpected(let target, let command, let reply): "\(target): unexpected reply to \(command): \(reply)"
        }
    }

    /// The first words of error replies to transient conditions. BUSYGROUP and BUSYKEY are not among them.
    private static let transient: Set<Substring> = [
        "LOADING", "OOM", "MISCONF", "READONLY", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS",
    ]

    static func isTransient(_ message: String) -> Bool {
        transient.contains(message.prefix { $0 != " " }) || message.hasPrefix("ERR max number of clients reached")
    }

    /// The error for an error reply to `command`.
    public static func of(_ message: String, to command: String, target: String) -> RedisError {
        if isTransient(message) { return .away(target: target, during: command, message: message) }
        // "unknown command 'x', with args beginning with: …" would reveal values.
        let safe = message.firstRange(of: ", with args").map { String(message[..<$0.lowerBound]) } ?? message
        return .refused(target: target, command: command, message: safe)
    }
}

extension String {
    fileprivate func firstRange(of mark: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(mark) }.map { $0..<endIndex }
    }
}
