import Foundation
import Glibc

/// Makes the content or the name of a file survive a power loss.
enum DurableFile {
    static func sync(_ path: String) throws {
        let handle = open(path, O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { throw LedgerError.unwritable(path, .lastSystemError) }
        defer { close(handle) }
        guard fsync(handle) == 0 else { throw LedgerError.unwritable(path, .lastSystemError) }
    }

    /// Renames a complete file to `path`, in place of the file that may be there.
    static func rename(_ file: String, to path: String) throws {
        guard Glibc.rename(file, path) == 0 else { throw LedgerError.unwritable(path, .lastSystemError) }
        let folder = (path as NSString).deletingLastPathComponent
        try sync(folder.isEmpty ? "." : folder)
    }
}
