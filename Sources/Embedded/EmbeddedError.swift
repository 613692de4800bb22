/// What went wrong with a private server: what, where, and what to do about it.
public enum EmbeddedError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A program that the server needs is not installed.
    case missing(program: String, package: String)
    /// The folder could not be made or written; `cause` is the system's own word.
    case folder(path: String, cause: String)
    /// Another living process keeps its server in this folder.
    case folderInUse(path: String, by: Int32?)
    /// The system would not start the program.
    case spawn(name: String, program: String, cause: String)
    /// It started, but ended before it answered.
    case ended(name: String, status: ExitStatus, log: String, lines: [String])
    /// It runs, but did not answer in time; it was ended.
    case silent(name: String, seconds: Int, log: String, lines: [String])
    /// The port asked for is taken by somebody else.
    case portTaken(name: String, port: Int)

    public var description: String {
        switch self {
        case .missing(let program, let package):
            return "\(program) is not installed. Install it: apt-get install --no-install-recommends \(package)"
        case .folder(let path, let cause):
            return "the folder \(path) can't be used: \(cause). Give another one, or mend its permissions."
        case .folderInUse(let path, let by):
            let who = by.map { "process \($0)" } ?? "another process"
            return "\(path) is in use by \(who). End that one first, or take another folder."
        case .spawn(let name, let program, let cause):
            return "\(name) could not be started (\(program)): \(cause)"
        case .ended(let name, let status, let log, let lines):
            return Self.withLog("\(name) ended while it was starting (\(status))", log, lines)
        case .silent(let name, let seconds, let log, let lines):
            return Self.withLog("\(name) did not answer within \(seconds) s and was ended", log, lines)
        case .portTaken(let name, let port):
            return "port \(port) of 127.0.0.1, asked for \(name), is taken. Free it, or name another port."
        }
    }

    private static func withLog(_ what: String, _ log: String, _ lines: [String]) -> String {
        if lines.isEmpty { return "\(what). Its log is empty: \(log)" }
        return "\(what). The end of its log, \(log):\n" + lines.map { "  | \($0)" }.joined(separator: "\n")
    }
}

/// How a process ended.
public enum ExitStatus: Sendable, Equatable, CustomStringConvertible {
    case code(Int32)
    case signal(Int32)

    public var description: String {
        switch self {
        case .code(let code): "exit code \(code)"
        case .signal(let signal): "signal \(signal)"
        }
    }
}
