import Foundation
import Glibc
import Synchronization

/// What one kind of server needs to be run by `ServerLife`.
struct ServerKind: Sendable {
    /// What people call it.
    var name: String
    var programs: [Program]
    /// How many ports it listens on; the first is the one for clients.
    var ports: Int
    /// Folders inside its own.
    var folders: [String]
    /// Files inside its folder that tell what went wrong, the most telling last.
    var logs: [String]
    var question: Question
    /// Writes its settings for these ports and says how to launch it.
    var prepare: @Sendable (ServerFolder, [Int]) throws -> Launch
    /// Called each time it answered after a start.
    var answered: @Sendable (ServerFolder) throws -> Void
}

/// The life of one private server, from start to stop, in one folder.
///
/// 1. Owns the folder from the first start to `stop`, ending first what a killed owner left in it.
/// 2. Picks free ports at the first start (those of the last time, if they are free) and keeps them.
/// 3. A start is done when the server answers in its own protocol.
///
/// A crash of ours at any point leaves at most a server that is shutting down and its data; the next start in the
/// folder waits for its end and goes on with the data.
final class ServerLife: Sendable {
    private struct State {
        var child: Child?
        var ports: [Int] = []
        /// The handle that holds the folder.
        var owner: Int32?
    }

    let kind: ServerKind
    let folder: ServerFolder
    private let wantedPort: Int?
    private let state = Mutex(State())
    /// One start or stop at a time.
    private let turn = NSLock()

    init(_ kind: ServerKind, folder: String, port: Int?) {
        self.kind = kind
        self.folder = ServerFolder(folder)
        self.wantedPort = port
    }

    /// The port for clients; 0 before the first start.
    var port: Int { state.withLock { $0.ports.first ?? 0 } }
    var child: Child? { state.withLock { $0.child } }

    /// Starts it, if it does not run, and waits until it answers. Throws after 60 s, or at once if it ends.
    func start() throws {
        try turn.withLock {
            if let child, child.exitStatus == nil { return }
            for program in kind.programs + [.setpriv] { try program.require() }
            try folder.make(kind.folders)
            try own()
            do {
                try launchOnFreePorts()
            } catch {
                disown()
                throw error
            }
        }
    }

    /// SIGTERM, up to 20 s for an orderly end, then SIGKILL. The data stay, the folder is free for others.
    func stop() {
        // Not under `turn`, so that a start which still waits is cut short.
        end(after: .seconds(20))
        turn.withLock {
            end(after: .seconds(20))
            disown()
        }
    }

    /// Starts it on a former start's ports, or new ones if someone took those between the picking and the start.
    private func launchOnFreePorts() throws {
        for attempt in 1... {
            let again = !state.withLock { $0.ports.isEmpty }
            let ports = try again ? state.withLock { $0.ports } : choosePorts()
            do {
                return try launch(ports)
            } catch EmbeddedError.ended(let name, let status, let log, let lines) {
                let taken = !ports.allSatisfy(LoopbackPort.isFree)
                if taken, again || wantedPort != nil { throw EmbeddedError.portTaken(name: name, port: ports[0]) }
                guard taken, attempt < 4 else {
                    throw EmbeddedError.ended(name: name, status: status, log: log, lines: lines)
                }
            }
        }
    }

    private func launch(_ ports: [Int]) throws {
        let launch = try kind.prepare(folder, ports)
        // An old log would be quoted as this start's.
        if FileManager.default.fileExists(atPath: launch.log) { truncate(launch.log, 0) }
        let child = try Child(launch)
        state.withLock { $0.child = child }
        do {
            try folder.note(child.processID)
            try waitForAnswer(child, port: ports[0])
            try folder.write("ports", ports.map(String.init).joined(separator: " ") + "\n")
            try kind.answered(folder)
        } catch {
            end(after: .zero)
            throw error
        }
        state.withLock { $0.ports = ports }
    }

    private func waitForAnswer(_ child: Child, port: Int) throws {
        let log = folder.file(kind.logs.last ?? "")
        var deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            // The child first: a stranger on the same port must not answer for it.
            if let status = child.exitStatus {
                throw EmbeddedError.ended(
                    name: kind.name, status: status, log: log, lines: folder.lastLines(kind.logs))
            }
            switch kind.question.ask(port: port) {
            case .yes: return
            case .busy: deadline = ContinuousClock.now + .seconds(60)
            case .nothing: break
            }
            child.wait(.milliseconds(20))
        }
        throw EmbeddedError.silent(name: kind.name, seconds: 60, log: log, lines: folder.lastLines(kind.logs))
    }

    private func choosePorts() throws -> [Int] {
        if let wantedPort {
            guard LoopbackPort.isFree(wantedPort) else {
                throw EmbeddedError.portTaken(name: kind.name, port: wantedPort)
            }
            var others = LoopbackPort.pick(kind.ports)
            others.removeAll { $0 == wantedPort }
            return [wantedPort] + others.prefix(kind.ports - 1)
        }
        let former = (folder.read("ports") ?? "").split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        if former.count == kind.ports, former.allSatisfy(LoopbackPort.isFree) { return former }
        return LoopbackPort.pick(kind.ports)
    }

    private func own() throws {
        guard state.withLock({ $0.owner == nil }) else { return }
        let handle = try folder.own()
        state.withLock { $0.owner = handle }
        folder.endLeftOver()
    }

    /// Does nothing if the folder is not ours: the note in it is then another owner's.
    private func disown() {
        let handle = state.withLock { state in
            defer { state.owner = nil }
            return state.owner
        }
        guard let handle else { return }
        folder.forget()
        close(handle)
    }

    private func end(after patience: Duration) {
        guard let child else { return }
        if patience > .zero {
            child.signal(SIGTERM)
            child.signal(SIGCONT, group: true)
            if child.wait(patience) != nil { return }
        }
        child.signal(SIGKILL, group: true)
        child.wait()
    }
}
