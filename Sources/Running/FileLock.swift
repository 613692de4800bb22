import Foundation
import Glibc

/// A file lock that one object at a time can hold, across all processes. The kernel releases it when the process ends,
/// for whatever reason, so no stale lock is left behind.
public final class FileLock: Sendable {
    private let handle: Int32

    /// The file cannot be made or written.
    public struct Unwritable: Error, CustomStringConvertible {
        public let description: String
    }

    /// Takes the lock for as long as this object lives, and writes this process's id into the file. The file stays.
    ///
    /// - Returns: nil if another object has it.
    /// - Throws: `Unwritable`.
    public init?(_ path: String) throws(Unwritable) {
        // An "open file description" lock: a classic POSIX lock would be lost as soon as this process closed any other
        // descriptor of the same file.
        handle = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard handle >= 0 else {
            throw Unwritable(description: "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        var lock = Self.wholeFile
        guard fcntl(handle, Self.setLock, &lock) == 0 else {
            // Anything else means no other holder: the kernel has no locks left, or the file system has none.
            if errno == EAGAIN || errno == EACCES { return nil }
            throw Unwritable(description: "cannot lock \(path): \(String(cString: strerror(errno)))")
        }
        ftruncate(handle, 0)
        let process = "\(getpid())"
        pwrite(handle, process, process.utf8.count, 0)
    }

    deinit {
        if handle >= 0 { close(handle) }
    }

    /// Whether the lock is held. Checking doesn't take the lock.
    public static func isHeld(_ path: String) -> Bool {
        let handle = open(path, O_RDWR | O_CLOEXEC)
        guard handle >= 0 else { return false }
        defer { close(handle) }
        var lock = wholeFile
        return fcntl(handle, getLock, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
    }

    /// The id of the process that holds it, or held it last.
    public static func process(of path: String) -> String {
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.isEmpty ? "unknown" : text
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
