import Foundation
import Glibc

/// What makes a file's content or name outlast a power loss.
enum DurableFile {
    static func sync(_ path: String) throws {
        let handle = open(path, O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { throw LedgerError.unwritable(path, String(cString: strerror(errno))) }
        defer { close(handle) }
        guard fsync(handle) == 0 else { throw LedgerError.unwritable(path, String(cString: strerror(errno))) }
    }

    static func sync(folderOf path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        try sync(folder.isEmpty ? "." : folder)
    }
}
