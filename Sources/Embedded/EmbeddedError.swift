/// Why a private server does not run: what failed, where, and what to do about it.
public enum EmbeddedError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A program that the server needs is not installed.
    case missing(program: String, package: String)
    /// The folder could not be created or written; `cause` is the system's message.
    case folder(path: String, cause: String)
    /// Another process runs its server in this folder.
    case folderInUse(path: String, by: Int32?)
    /// The system would not start the program.
    case spawn(name: String, program: String, cause: String)
    /// It started, but ended before it answered.
    case ended(name: String, status: ExitStatus, log: String, lines: [String])
    /// It ran but did not answer in time; it was ended.
    case silent(name: String, seconds: Int, log: String, lines: [String])
    /// Another process uses the requested port.
    case portTaken(name: String, port: Int)

    public var description: String {
        switch self {
        case .missing(let program, let package):
            return "\(program) is not installed. Install it: apt-get install --no-install-recommends \(package)"
        case .folder(let path, let cause):
            return "the folder \(path) can't be used: \(cause). Choose another one, or fix its permissions."
        case .folderInUse(let path, let by):
            let who = by.map { "process \($0)" } ?? "another process"
            return "\(path) is in use by \(who). Stop it first, or choose another folder."
        case .spawn(let name, let program, let cause):
            return "\(name) could not be started (\(program)): \(cause)"
        case .ended(let name, let status, let log, let lines):
            return Self.withLog("\(name) ended while it was starting (\(status))", log, lines)
        case .silent(let name, let seconds, let log, let lines):
            return Self.withLog("\(name) did not answer within \(seconds) s and was ended", log, lines)
        case .portTaken(let name, let port):
            return "port \(port) on 127.0.0.1, requested for \(name), is in use. Free it, or choose another port."
        }
    }

    private static func withLog(_ what: String, _ log: String, _ lines: [String]) -> String {
        if lines.isEmpty { return "\(what). Its log is empty: \(log)" }
        return "\(what). The last lines of its log, \(log):\n" + lines.map { "  | \($0)" }.joined(separator: "\n")
    }
}
