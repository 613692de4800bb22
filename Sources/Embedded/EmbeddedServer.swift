import Glibc

/// A private server on 127.0.0.1, run as a child of this process: `EmbeddedRabbit` or `EmbeddedRedis`.
///
/// All calls block: keep them off the thread of an event loop. They may be made from any thread.
public protocol EmbeddedServer: Sendable {
    /// The address for clients, with the password: a secret. Before the first start it has port 0 and no password.
    var url: String { get }
    /// The extension below implements the other methods with it.
    var handle: ServerHandle { get }
}

/// The handle of one server's process, ports and folder.
public struct ServerHandle: Sendable {
    let lifecycle: ServerLifecycle
}

extension EmbeddedServer {
    /// "RabbitMQ" or "Redis".
    public var name: String { handle.lifecycle.kind.name }
    /// The absolute path of its folder: data, settings and logs.
    public var folder: String { handle.lifecycle.folder.path }
    /// The port for clients; 0 before the first start.
    public var port: Int { handle.lifecycle.port }

    /// The password of the last start in its folder, by whichever process; nil if there was none.
    public var formerPassword: String? { ServerAccess.formerPassword(in: handle.lifecycle.folder) }

    /// Nil if it does not run.
    public var processID: Int32? {
        guard let child = handle.lifecycle.child, child.exitStatus == nil else { return nil }
        return child.processID
    }

    /// How the last process ended; nil while one runs, and before the first.
    public var exitStatus: ExitStatus? { handle.lifecycle.child?.exitStatus }

    /// Starts it unless it runs, and returns when it answers: RabbitMQ within about 5 s, Redis within 0.1.
    ///
    /// A server that a killed owner left running in the folder is ended first; its data stays. The ports and the password
    /// of the last start are reused if the ports are free. Throws `EmbeddedError`; then no server runs.
    public func start() throws { try handle.lifecycle.start() }

    /// Ends it (SIGTERM, after 20 s SIGKILL) and unlocks the folder. Data and ports are kept.
    public func stop() { handle.lifecycle.stop() }

    /// Ends it with SIGKILL, like a crash of the server: what it had not yet written is lost. The folder stays locked.
    public func kill() {
        guard let child = handle.lifecycle.child else { return }
        child.signal(SIGKILL, group: true)
        child.wait()
    }

    /// Starts it again after `kill`, a death or `stop`, on the same ports and data, with the same password. Does nothing if it runs.
    public func restart() throws { try handle.lifecycle.start() }

    /// Suspends it (SIGSTOP): connections stay open and get no answers. If this process is killed meanwhile, the server
    /// stays suspended until the next start in the folder ends it.
    public func pause() { handle.lifecycle.child?.signal(SIGSTOP, group: true) }

    /// Continues it after `pause`.
    public func resume() { handle.lifecycle.child?.signal(SIGCONT, group: true) }
}
