import Foundation
import Glibc

/// A server's folder, used by one process at a time.
///
/// The owning process locks the file `owner` (flock); the kernel releases the lock however that process ends. The file
/// `process` holds the server's process id and start time, which together never identify another process: the next owner
/// ends the server that a killed owner left running.
struct ServerFolder: Sendable {
    let path: String

    init(_ path: String) {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    }

    func file(_ name: String) -> String { path + "/" + name }

    /// Creates the folder and its subfolders, readable by this user only.
    func create(_ folders: [String] = []) throws {
        for folder in [path] + folders.map(file) {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw EmbeddedError.folder(path: folder, cause: error.localizedDescription)
            }
            guard chmod(folder, 0o700) == 0 else {
                throw EmbeddedError.folder(path: folder, cause: String(cString: strerror(errno)))
            }
        }
    }

    func write(_ name: String, _ text: String) throws {
        do {
            try PrivateFile.write(text, to: file(name))
        } catch {
            throw EmbeddedError.folder(path: file(name), cause: "\(error)")
        }
    }

    func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: file(name)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Locks the folder; throws if another process has locked it. Closing the returned file descriptor unlocks it.
    func lock() throws -> Int32 {
        let handle = open(file("owner"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard handle >= 0 else {
            throw EmbeddedError.folder(path: file("owner"), cause: String(cString: strerror(errno)))
        }
        guard flock(handle, LOCK_EX | LOCK_NB) == 0 else {
            close(handle)
            let owner = read("owner").flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            throw EmbeddedError.folderInUse(path: path, by: owner)
        }
        ftruncate(handle, 0)
        let id = "\(getpid())\n"
        pwrite(handle, id, id.utf8.count, 0)
        return handle
    }

    /// Notes the process that serves from this folder.
    func noteProcess(_ process: pid_t) throws {
        try write("process", "\(process) \(Self.startTime(of: process) ?? "gone")\n")
    }

    func forgetProcess() {
        unlink(file("process"))
    }

    /// Ends the server that a killed owner left running here, if there is one. Only the folder's owner may call it.
    ///
    /// The kernel sent it SIGTERM when its owner died, so it gets 20 s to shut down.
    func endOrphan() {
        defer { forgetProcess() }
        let words = read("process")?.split(whereSeparator: \.isWhitespace) ?? []
        guard words.count == 2, let pid = pid_t(words[0]), pid > 1 else { return }
        // Process id, start time and working folder all have to match, so that no other process is ever signalled.
        func runs() -> Bool {
            Self.startTime(of: pid) == String(words[1])
                && (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) == realPath
        }
        guard runs() else { return }
        kill(pid, SIGTERM)
        kill(pid, SIGCONT)
        // It is not our child, so it can't be waited for: 20 seconds to end by itself, then 5 for the kernel to remove it.
        for _ in 0..<400 where runs() { usleep(50_000) }
        if runs() { kill(-pid, SIGKILL) }
        for _ in 0..<100 where runs() { usleep(50_000) }
    }

    private var realPath: String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The 22nd field of /proc/PID/stat, in clock ticks since boot; nil if there is no such process or it only waits to be
    /// reaped.
    private static func startTime(of pid: pid_t) -> String? {
        guard let stat = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        // The second field is the program's name in brackets and can contain anything, including brackets.
        let text = String(decoding: stat, as: UTF8.self)
        guard let bracket = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: bracket)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z" else { return nil }
        return String(fields[19])
    }

    /// The last lines of some logs, for an error.
    func lastLines(_ names: [String], count: Int = 12) -> [String] {
        let lines = names.flatMap { name in (read(name) ?? "").split(whereSeparator: \.isNewline).suffix(count) }
        return lines.map { String($0.prefix(240)) }
    }
}
