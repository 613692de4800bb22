import Glibc

/// A private server on 127.0.0.1, run as a child of this process: `EmbeddedRabbit` or `EmbeddedRedis`.
///
/// All calls block: keep them off the thread of an event loop. They may be made from any thread.
public protocol EmbeddedServer: Sendable {
    /// Where clients reach it. Its port is 0 before the first start.
    var url: String { get }
    /// What runs it; the rest of the interface stands on it.
    var run: ServerRun { get }
}

/// The handle of one server's process, ports and folder.
public struct ServerRun: Sendable {
    let life: ServerLife
}

extension EmbeddedServer {
    /// What people call it: "RabbitMQ" or "Redis".
    public var name: String { run.life.kind.name }
    /// The absolute path of its folder: data, settings and logs.
    public var folder: String { run.life.folder.path }
    /// The port for clients; 0 before the first start.
    public var port: Int { run.life.port }

    /// The process that serves, nil if none runs.
    public var processID: Int32? {
        guard let child = run.life.child, child.exitStatus == nil else { return nil }
        return child.processID
    }

    /// How the last process ended; nil while one runs, and before the first.
    public var exitStatus: ExitStatus? { run.life.child?.exitStatus }

    /// Starts it unless it runs, and returns when it answers: RabbitMQ within about 5 s, Redis within 0.1.
    ///
    /// A server that was left here by a killed owner is ended first; its data are taken over. The ports are those of
    /// the last start, also of another process, if they are free. Throws `EmbeddedError`, and then nothing runs.
    public func start() throws { try run.life.start() }

    /// Ends it in good order (SIGTERM, after 20 s SIGKILL) and lets go of the folder. Data and ports stay.
    public func stop() { run.life.stop() }

    /// SIGKILL, and waits for the end: what a crash of the server does. What it had not yet given to the system is
    /// lost. The folder stays ours.
    public func kill() {
        guard let child = run.life.child else { return }
        child.signal(SIGKILL, group: true)
        child.wait()
    }

    /// Starts it again after `kill`, a death or `stop`, on the same ports and data. Does nothing if it runs.
    public func restart() throws { try run.life.start() }

    /// Stops it in its tracks (SIGSTOP): connections stay open and nothing answers. If we are SIGKILLed meanwhile it
    /// stays so until the next start in the folder ends it.
    public func pause() { run.life.child?.signal(SIGSTOP, group: true) }

    /// Goes on after `pause`.
    public func resume() { run.life.child?.signal(SIGCONT, group: true) }
}
