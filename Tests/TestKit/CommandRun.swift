import Foundation

/// A command that ran to its end, with what it said on either stream. It runs in an empty folder unless told otherwise,
/// so that no settings that happen to lie about are read.
public struct CommandRun: Sendable {
    public let code: Int32
    public let output: String
    public let errors: String

    /// The line that a person reads first when something went wrong.
    public var firstErrorLine: String { String(errors.prefix { $0 != "\n" }) }

    /// - Parameter input: what it reads from standard input.
    public init(
        _ arguments: [String], environment: [String: String] = [:], folder: String? = nil, input: String = ""
    ) throws {
        try self.init(
            command: [LeadlineProcess.path] + arguments, environment: environment, folder: folder, input: input)
    }

    /// A command as a person pastes it into a shell, in which `leadline` is the one that is tested.
    public init(pasted line: String, environment: [String: String] = [:], folder: String) throws {
        try self.init(
            command: ["/bin/bash", "-c", "leadline() { \"$0\" \"$@\"; }; \(line)", LeadlineProcess.path],
            environment: environment, folder: folder, input: "")
    }

    private init(command: [String], environment: [String: String], folder: String?, input: String) throws {
        let own = try TestFolder.make("commands/\(UUID().uuidString)")
        func file(_ name: String) -> URL { URL(fileURLWithPath: own + "." + name) }
        for name in ["out", "err", "in"] { try Data(name == "in" ? input.utf8 : "".utf8).write(to: file(name)) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "KILL"] + command
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LEADLINE_") }
            .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }.merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder ?? own)
        process.standardOutput = try FileHandle(forWritingTo: file("out"))
        process.standardError = try FileHandle(forWritingTo: file("err"))
        process.standardInput = try FileHandle(forReadingFrom: file("in"))
        try process.run()
        process.waitUntilExit()
        code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        output = try String(contentsOf: file("out"), encoding: .utf8)
        errors = try String(contentsOf: file("err"), encoding: .utf8)
    }

    /// What it printed as JSON.
    public func json<Shape: Decodable>(_ shape: Shape.Type) throws -> Shape {
        try JSONDecoder().decode(shape, from: Data(output.utf8))
    }
}
