import Foundation
import Synchronization

/// Keeps private servers running: a server that dies is restarted on its ports and data, after a growing delay.
///
/// Each server has a thread that waits for its end. `stop` ends all of them; if this process is killed, the kernel does.
public final class Supervisor: Sendable {
    public enum Event: Sendable {
        case started(name: String)
        case died(name: String, status: ExitStatus)
        /// It could not be restarted; further attempts follow.
        case failed(name: String, error: String)
    }

    private let servers: [any EmbeddedServer]
    private let report: @Sendable (Event) -> Void
    private let stopping = Mutex(false)
    /// Signalled by `stop`, once for each server's thread.
    private let stopped = DispatchSemaphore(value: 0)
    /// Joined by the servers' threads.
    private let watching = DispatchGroup()

    /// `report` is called on the servers' threads.
    public init(_ servers: [any EmbeddedServer], report: @escaping @Sendable (Event) -> Void = { _ in }) {
        self.servers = servers
        self.report = report
    }

    /// Starts all in parallel and returns when all answer. If one can't be started, all are stopped and its error is thrown.
    /// May be called once.
    public func start() throws {
        let failure = Mutex<(any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: servers.count) { index in
            do {
                try servers[index].start()
                report(.started(name: servers[index].name))
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let error = failure.withLock({ $0 }) {
            stop()
            throw error
        }
        for server in servers {
            watching.enter()
            Thread {
                self.watch(server)
                self.watching.leave()
            }.start()
        }
    }

    /// Ends all in parallel and returns when none runs.
    public func stop() {
        let first = stopping.withLock { stopping in
            defer { stopping = true }
            return !stopping
        }
        if first { for _ in servers { stopped.signal() } }
        stopServers()
        watching.wait()
        // A server may have been restarted meanwhile.
        stopServers()
    }

    private func stopServers() {
        DispatchQueue.concurrentPerform(iterations: servers.count) { servers[$0].stop() }
    }

    private func watch(_ server: any EmbeddedServer) {
        var delay = RestartDelay()
        var since = ContinuousClock.now
        while true {
            let status = server.handle.lifecycle.child?.wait()
            if stopping.withLock({ $0 }) { return }
            if let status { report(.died(name: server.name, status: status)) }
            repeat {
                let wait = delay.next(afterUptime: ContinuousClock.now - since)
                if stopped.wait(timeout: .now() + wait.seconds) == .success { return }
                since = .now
            } while !restart(server)
            since = .now
        }
    }

    private func restart(_ server: any EmbeddedServer) -> Bool {
        do {
            try server.restart()
            report(.started(name: server.name))
            return true
        } catch {
            if !stopping.withLock({ $0 }) { report(.failed(name: server.name, error: "\(error)")) }
            return false
        }
    }
}
