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
        try evaluate("vm_memory_monitor:set_vm_memory_high_watermark(\(isOn ? "0.00001" : "0.3")).")
    }

    /// A user with password "secret" whose rights in the virtual host `/` are these patterns.
    public func setUser(_ name: String, configure: String, write: String, read: String, isNew: Bool = true) throws {
        func binary(_ text: String) -> String { "<<\"\(text.replacing("\\", with: "\\\\"))\">>" }
        let (user, by) = (binary(name), binary("test"))
        if isNew { try evaluate("rabbit_auth_backend_internal:add_user(\(user), \(binary("secret")), \(by)).") }
        let rights = [configure, write, read].map(binary).joined(separator: ",")
        try evaluate("rabbit_auth_backend_internal:set_permissions(\(user), \(binary("/")), \(rights), \(by)).")
    }

    /// Restricts which routing keys of a topic exchange in the virtual host `/` a user may publish with and bind.
    public func setTopicRights(_ user: String, on exchange: String, write: String, read: String) throws {
        let all = [user, "/", exchange, write, read, "test"].map { "<<\"\($0.replacing("\\", with: "\\\\"))\">>" }
        try evaluate("rabbit_auth_backend_internal:set_topic_permissions(\(all.joined(separator: ","))).")
    }

    /// Suspends the process of a quorum queue in the virtual host `/`, so that it confirms nothing, or resumes it.
    public func suspend(queue: String, _ isSuspended: Bool = true) throws {
        try evaluate("sys:\(isSuspended ? "suspend" : "resume")('%2F_\(queue)').")
    }

    /// Adds the user that RabbitMQ creates by itself in an empty database.
    public func addGuest() throws {
        try evaluate(
            """
            ok = rabbit_auth_backend_internal:add_user(<<"guest">>, <<"guest">>, <<"test">>),
            ok = rabbit_auth_backend_internal:set_permissions(
                <<"guest">>, <<"/">>, <<".*">>, <<".*">>, <<".*">>, <<"test">>).
            """)
    }

    /// Evaluates Erlang code inside it, as `rabbitmqctl eval` does, which can't find a node that is registered nowhere. The
    /// broker must listen for other Erlang nodes.
    public func evaluate(_ code: String) throws {
        func file(_ name: String) throws -> String {
            try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        }
        // The second of its ports is the one at which other nodes reach it.
        let port = try file("ports").split(whereSeparator: \.isWhitespace)[1]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/erl_call")
        process.arguments = [
            "-address", "127.0.0.1:\(port)", "-c", try file("home/.erlang.cookie"), "-timeout", "10", "-e",
        ]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        input.fileHandleForWriting.write(Data((code + "\n").utf8))
        try input.fileHandleForWriting.close()
        let answer = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        precondition(
            process.terminationStatus == 0 && answer.hasPrefix("{ok,"), "the broker refused \(code): \(answer)")
    }
}
