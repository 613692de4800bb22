import Foundation
import Rabbit
import Redis
import Synchronization

/// The `leadline` program that was built beside these tests, as a process.
public final class LeadlineProcess: Sendable {
    private let process: Process
    private let log: String
    private static let count = Atomic(0)

    /// The program, in the folder of the test runner.
    public static let path: String = {
        let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (runner as NSString).deletingLastPathComponent + "/leadline"
    }()

    /// Starts it; what it prints goes to a file.
    public init(_ arguments: [String], environment: [String: String] = [:], folder: String? = nil) throws {
        let number = Self.count.add(1, ordering: .relaxed).newValue
        log = try TestFolder.make("logs") + "/\(number).log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        // If the tests are killed, so is what they started.
        process.arguments = ["--pdeathsig", "KILL", Self.path] + arguments
        process.environment = Self.environment(adding: environment)
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let output = FileHandle(forWritingAtPath: log)
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// A worker on the servers of a stage.
    public convenience init(workerOn stage: Stage, _ arguments: [String] = [], environment: [String: String] = [:])
        throws
    {
        try self.init(["worker"] + arguments, environment: Self.servers(stage).merging(environment) { $1 })
    }

    public static func servers(_ stage: Stage) -> [String: String] {
        servers(broker: stage.broker, redis: stage.redis)
    }

    public static func servers(broker: RabbitAddress, redis: RedisAddress) -> [String: String] {
        ["LEADLINE_BROKER_URL": broker.url, "LEADLINE_REDIS_URL": redis.url]
    }

    /// Ours, without settings that happen to be there.
    private static func environment(adding extra: [String: String]) -> [String: String] {
        ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LEADLINE_") }
            .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }.merging(extra) { $1 }
    }

    public var isRunning: Bool { process.isRunning }

    /// What it has printed so far.
    public var printed: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// The most memory that it has occupied, in bytes; nil once it has ended.
    public var peakMemory: Int? {
        let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    /// How many of the lines that it has printed have these words.
    public func count(of words: String) -> Int { printed.split(separator: "\n").count { $0.contains(words) } }

    /// Ends it by SIGKILL, and returns when it is gone.
    public func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    public func send(_ signal: Int32) { Foundation.kill(process.processIdentifier, signal) }

    /// Tells it to end.
    ///
    /// - Returns: its exit code; nothing if it did not end in time, and was killed.
    @discardableResult
    public func terminate(within time: Duration = .seconds(30)) -> Int32? {
        process.terminate()
        return exitCode(within: time)
    }

    /// Waits for its end.
    public func exitCode(within time: Duration = .seconds(120)) -> Int32? {
        let end = ContinuousClock.now + time
        while process.isRunning {
            guard ContinuousClock.now < end else {
                kill()
                return nil
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
        return process.terminationStatus
    }

    /// Runs a command to its end.
    public static func run(
        _ arguments: [String], environment: [String: String] = [:], folder: String? = nil
    ) throws -> (code: Int32?, output: String) {
        let process = try LeadlineProcess(arguments, environment: environment, folder: folder)
        let code = process.exitCode()
        return (code, process.printed)
    }
}
