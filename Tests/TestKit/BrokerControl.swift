import Embedded
import Foundation

// What a test makes a private broker do that no client can.

extension EmbeddedRabbit {
    /// The longest heartbeat that it agrees to, in seconds. Before its start.
    func set(heartbeat: Int) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "[{rabbit, [{heartbeat, \(heartbeat)}]}].\n".write(
            toFile: folder + "/advanced.config", atomically: true, encoding: .utf8)
    }

    /// Raises the alarm of memory, and takes it back: under it the broker takes nothing from those who publish.
    public func alarm(_ isOn: Bool) throws {
        try tell("vm_memory_monitor set_vm_memory_high_watermark [\(isOn ? "0.00001" : "0.3")]")
    }

    /// Suspends the process of a quorum queue in the virtual host `/`, so that it confirms nothing, or resumes it.
    public func suspend(queue: String, _ isSuspended: Bool = true) throws {
        try tell("sys \(isSuspended ? "suspend" : "resume") ['%2F_\(queue)']")
    }

    /// Runs one function inside it: `module function [arguments]`. What `rabbitmqctl` does, which cannot find a node that is
    /// registered nowhere.
    private func tell(_ call: String) throws {
        func file(_ name: String) throws -> String {
            try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        }
        // The second of its ports is the one at which other nodes reach it.
        let port = try file("ports").split(whereSeparator: \.isWhitespace)[1]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/erl_call")
        process.arguments = [
            "-address", "127.0.0.1:\(port)", "-c", try file("home/.erlang.cookie"), "-timeout", "10", "-a", call,
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        precondition(process.terminationStatus == 0, "the broker did not do what a test told it")
    }
}
