import Foundation
import Glibc
import Rabbit
import Redis

/// Where `leadline up` keeps what is its own: `.leadline` in the present folder, or the folder LEADLINE_HOME names.
///
/// While an `up` runs it holds a lock there, which the kernel takes away with its process, however that ends: so the
/// addresses that a killed one left are never taken for those of one that runs.
struct Home {
    let folder: String

    init() { folder = ProcessInfo.processInfo.environment["LEADLINE_HOME"] ?? ".leadline" }

    /// Of the private servers; nothing for one that the settings name.
    struct Endpoints: Codable {
        var broker: String?
        var redis: String?
    }

    private var endpointsPath: String { folder + "/endpoints.json" }
    private var lockPath: String { folder + "/up.lock" }

    /// Those of the `up` that runs here; nothing if none does.
    func endpoints() -> Endpoints? {
        guard isTaken, let data = FileManager.default.contents(atPath: endpointsPath) else { return nil }
        return try? JSONDecoder().decode(Endpoints.self, from: data)
    }

    /// Holds the folder for this process until it ends.
    func take() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(.data, "cannot make the folder \(folder): \(error.localizedDescription)")
        }
        // Never closed: the lock lives as long as this process. An "open file description" lock, since the plain kind
        // would be lost as soon as this process looked at the file by another handle.
        let handle = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard handle >= 0 else {
            throw Failure(.data, "cannot write \(lockPath): \(String(cString: strerror(errno)))")
        }
        var lock = Self.wholeFile
        guard fcntl(handle, Self.setLock, &lock) == 0 else {
            let process = FileManager.default.contents(atPath: lockPath).map { String(decoding: $0, as: UTF8.self) }
            throw Failure(
                .usage,
                "a `leadline up` runs in \(folder) already (process \(process ?? "unknown")); other commands here find it. For a further one take "
                    + "another folder, or set LEADLINE_HOME")
        }
        ftruncate(handle, 0)
        let process = "\(getpid())"
        pwrite(handle, process, process.utf8.count, 0)
        removeEndpoints()
    }

    func write(_ endpoints: Endpoints) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try OutputFile.write(encoder.encode(endpoints), to: endpointsPath)
    }

    func removeEndpoints() { try? FileManager.default.removeItem(atPath: endpointsPath) }

    /// Whether a process holds the folder. Asking takes no lock, so it is in nobody's way.
    private var isTaken: Bool {
        let handle = open(lockPath, O_RDWR | O_CLOEXEC)
        guard handle >= 0 else { return false }
        defer { close(handle) }
        var lock = Self.wholeFile
        return fcntl(handle, Self.getLock, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
    }

    // F_OFD_GETLK and F_OFD_SETLK of <fcntl.h>, which Swift does not see; the same on every Linux.
    private static let getLock: Int32 = 36
    private static let setLock: Int32 = 37

    private static var wholeFile: flock {
        var lock = flock()
        (lock.l_type, lock.l_whence) = (Int16(F_WRLCK), Int16(SEEK_SET))
        return lock
    }
}
