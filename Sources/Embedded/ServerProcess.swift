import Foundation
import Glibc
import Synchronization

/// A server's process: a child that can't outlive this process and that Ctrl-C in its terminal does not reach.
///
/// 1. It is spawned by a thread of its own, which then waits for its end: the kernel sends the death signal (PDEATHSIG)
///    when the *spawning thread* ends, so that thread has to live as long as the child.
/// 2. It has its own session, default signal handling and none of this process's open files.
/// 3. Its process id is never signalled after it was reaped: both happen under one lock.
///
/// If this process is killed with SIGKILL, the kernel sends the child SIGTERM, and it shuts down properly.
final class ServerProcess: Sendable {
    private enum State {
        case launching
        case running(pid_t)
        case ended(pid_t, ExitStatus)
        case failed(errno: Int32)
    }

    private let state = Mutex(State.launching)
    /// Left when the child has ended, which wakes any number of waiters.
    private let end = DispatchGroup()

    /// Starts the program and returns at once.
    init(_ launch: LaunchSpec) throws {
        let launched = DispatchSemaphore(value: 0)
        end.enter()
        Thread { self.runToEnd(launch, launched) }.start()
        launched.wait()
        if case .failed(let errno) = state.withLock({ $0 }) {
            throw EmbeddedError.spawn(
                name: launch.name, program: launch.program, cause: String(cString: strerror(errno)))
        }
    }

    var processID: pid_t {
        switch state.withLock({ $0 }) {
        case .running(let pid), .ended(let pid, _): pid
        case .launching, .failed: 0
        }
    }

    /// Nil while it runs.
    var exitStatus: ExitStatus? {
        if case .ended(_, let status) = state.withLock({ $0 }) { status } else { nil }
    }

    /// Sends a signal, with `group` to its whole process group. Does nothing once it has ended.
    func signal(_ number: Int32, group: Bool = false) {
        state.withLock { state in
            if case .running(let pid) = state { _ = Glibc.kill(group ? -pid : pid, number) }
        }
    }

    /// Waits for its end; nil if it still runs after `timeout`.
    @discardableResult
    func wait(_ timeout: Duration? = nil) -> ExitStatus? {
        if let timeout {
            _ = end.wait(timeout: .now() + timeout.seconds)
        } else {
            end.wait()
        }
        return exitStatus
    }

    /// Runs on the child's own thread, from its start to its end.
    private func runToEnd(_ launch: LaunchSpec, _ launched: DispatchSemaphore) {
        defer { end.leave() }
        let pid: pid_t
        switch launch.spawn() {
        case .failure(let failure):
            state.withLock { $0 = .failed(errno: failure.errno) }
            launched.signal()
            return
        case .success(let spawned):
            pid = spawned
            state.withLock { $0 = .running(pid) }
            launched.signal()
        }
        // Wait without reaping, then reap under the lock: until it is reaped, no other process can get its id.
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
        state.withLock { state in
            var raw: Int32 = 0
            while waitpid(pid, &raw, 0) == -1 && errno == EINTR {}
            let signal = raw & 0x7f
            state = .ended(pid, signal == 0 ? .code((raw >> 8) & 0xff) : .signal(signal))
        }
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
