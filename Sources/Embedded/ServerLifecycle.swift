import Foundation
import Glibc
import Synchronization

/// Starts and stops one private server in one folder.
///
/// 1. It locks the folder from the first start to `stop`, and first ends a server that a killed owner left there.
/// 2. It picks free ports and a password at the first start (the last ones, if the ports are free) and keeps them.
/// 3. A start succeeds when the server answers in its own protocol.
///
/// A crash of this process at any point leaves at most the data and a server that is shutting down; the next start in the
/// folder waits for its end and uses the data.
final class ServerLifecycle: Sendable {
    private struct State {
        var child: ServerProcess?
        /// Nil before the first start.
        var access: ServerAccess?
        /// The file descriptor of the folder's lock.
        var lock: Int32?
    }

    let kind: ServerKind
    let folder: ServerFolder
    private let wantedPort: Int?
    private let state = Mutex(State())
    /// Serializes starts and stops.
    private let transition = NSLock()

    init(_ kind: ServerKind, folder: String, port: Int?) {
        self.kind = kind
        self.folder = ServerFolder(folder)
        self.wantedPort = port
    }

    /// The port for clients; 0 before the first start.
    var port: Int { state.withLock { $0.access?.ports.first ?? 0 } }
    /// What clients log in with; empty before the first start.
    var password: String { state.withLock { $0.access?.password ?? "" } }
    var child: ServerProcess? { state.withLock { $0.child } }

    /// Starts it unless it runs, and waits until it answers. Throws after 60 s, or at once if it ends.
    func start() throws {
        try transition.withLock {
            if let child, child.exitStatus == nil { return }
            for program in kind.programs + [.setpriv] { try program.require() }
            try folder.create(kind.folders)
            try lockFolder()
            do {
                try launchOnFreePorts()
            } catch {
                unlockFolder()
                throw error
            }
        }
    }

    /// Ends it with SIGTERM, after 20 s with SIGKILL, and unlocks the folder. The data stays.
    func stop() {
        // Outside `transition`, so that it interrupts a start that is still waiting.
        end(after: .seconds(20))
        transition.withLock {
            end(after: .seconds(20))
            unlockFolder()
        }
    }

    /// Starts it on the ports of the last start, or on new ones. New ones that another process takes before the server does
    /// are replaced, up to three times.
    private func launchOnFreePorts() throws {
        for attempt in 1... {
            let last = state.withLock { $0.access }
            let access = try last ?? chooseAccess()
            do {
                return try launch(access)
            } catch EmbeddedError.ended(let name, let status, let log, let lines) {
                let taken = !access.ports.allSatisfy(LoopbackPort.isFree)
                if taken, last != nil || wantedPort != nil {
                    throw EmbeddedError.portTaken(name: name, port: access.ports[0])
                }
                guard taken, attempt < 4 else {
                    throw EmbeddedError.ended(name: name, status: status, log: log, lines: lines)
                }
            }
        }
    }

    private func launch(_ access: ServerAccess) throws {
        let launch = try kind.prepare(folder, access)
        // Otherwise an error would quote the log of an earlier start.
        if FileManager.default.fileExists(atPath: launch.log) { truncate(launch.log, 0) }
        let child = try ServerProcess(launch)
        state.withLock { $0.child = child }
        do {
            try folder.noteProcess(child.processID)
            try waitForAnswer(child, access)
            try access.save(in: folder)
            try kind.didStart(folder)
        } catch {
            end(after: .zero)
            throw error
        }
        state.withLock { $0.access = access }
    }

    private func waitForAnswer(_ child: ServerProcess, _ access: ServerAccess) throws {
        let probe = kind.probe(access.password)
        let log = folder.file(kind.logs.last ?? "")
        var deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            // Check the child first: another server on the same port might answer.
            if let status = child.exitStatus {
                throw EmbeddedError.ended(
                    name: kind.name, status: status, log: log, lines: folder.lastLines(kind.logs))
            }
            switch probe.run(port: access.ports[0]) {
            case .ready: return
            case .loading: deadline = ContinuousClock.now + .seconds(60)
            case .none: break
            }
            child.wait(.milliseconds(20))
        }
        throw EmbeddedError.silent(name: kind.name, seconds: 60, log: log, lines: folder.lastLines(kind.logs))
    }

    private func chooseAccess() throws -> ServerAccess {
        let former = Array(ServerAccess.formerPorts(in: folder).prefix(kind.ports))
        let ports = try choosePorts(former)
        let password = ports == former ? ServerAccess.formerPassword(in: folder) : nil
        return ServerAccess(ports: ports, password: password ?? ServerAccess.randomPassword())
    }

    private func choosePorts(_ former: [Int]) throws -> [Int] {
        if let wantedPort {
            guard LoopbackPort.isFree(wantedPort) else {
                throw EmbeddedError.portTaken(name: kind.name, port: wantedPort)
            }
            var others = LoopbackPort.pick(kind.ports)
            others.removeAll { $0 == wantedPort }
            return [wantedPort] + others.prefix(kind.ports - 1)
        }
        if former.count == kind.ports, former.allSatisfy(LoopbackPort.isFree) { return former }
        return LoopbackPort.pick(kind.ports)
    }

    private func lockFolder() throws {
        guard state.withLock({ $0.lock == nil }) else { return }
        let lock = try folder.lock()
        state.withLock { $0.lock = lock }
        folder.endOrphan()
    }

    /// Does nothing if this process has not locked the folder: its files are then another owner's.
    private func unlockFolder() {
        let lock = state.withLock { state in
            defer { state.lock = nil }
            return state.lock
        }
        guard let lock else { return }
        folder.forgetProcess()
        close(lock)
    }

    private func end(after grace: Duration) {
        guard let child else { return }
        if grace > .zero {
            child.signal(SIGTERM)
            child.signal(SIGCONT, group: true)
            if child.wait(grace) != nil { return }
        }
        child.signal(SIGKILL, group: true)
        child.wait()
    }
}
