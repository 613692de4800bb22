/// What `ServerLifecycle` needs to know about a kind of server.
struct ServerKind: Sendable {
    var name: String
    var programs: [RequiredProgram]
    /// How many ports it listens on; the first is for clients.
    var ports: Int
    /// Subfolders of its folder.
    var folders: [String]
    /// Log files in its folder, the most informative last.
    var logs: [String]
    /// For a server with this password.
    var probe: @Sendable (_ password: String) -> ReadinessProbe
    /// Writes its settings and returns how to launch it.
    var prepare: @Sendable (ServerFolder, ServerAccess) throws -> LaunchSpec
    /// Called when it answers after a start.
    var didStart: @Sendable (ServerFolder) throws -> Void
}
