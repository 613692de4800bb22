import Foundation
import GRDB
import Running

/// A ledger's files on the disk: the SQLite file, its write-ahead log, and the lock of the one process that writes it.
public enum LedgerFile {
    public static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Whether a process, usually a projector, has the ledger open for writing.
    public static func hasWriter(_ path: String) -> Bool { FileLock.isHeld(lockPath(path)) }

    /// The lock that a process must hold to write the ledger.
    ///
    /// - Returns: nil if another process holds it.
    static func lock(_ path: String) throws -> FileLock? {
        try makeFolder(of: path)
        return try FileLock(lockPath(path))
    }

    static func lockPath(_ path: String) -> String { path + ".lock" }

    /// The id of the process that writes the ledger, or the last one that did.
    static func writer(of path: String) -> String { FileLock.process(of: lockPath(path)) }

    /// Creates an empty file if there is none. A ledger is personal data, so only this user may read it; SQLite gives its
    /// other files the same permissions.
    static func create(_ path: String) throws {
        try makeFolder(of: path)
        guard !exists(path) else { return }
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw LedgerError.unwritable(path, .lastSystemError)
        }
    }

    /// Removes a file with the files that SQLite keeps next to it, if they exist.
    static func remove(_ path: String) throws {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            guard unlink(path + suffix) == 0 || errno == ENOENT else {
                throw LedgerError.unwritable(path + suffix, .lastSystemError)
            }
        }
    }

    /// Removes the write-ahead log of a file that is complete without it: SQLite would apply it to a file that replaces this
    /// one.
    static func removeLog(of path: String) throws {
        for suffix in ["-wal", "-shm"] where unlink(path + suffix) != 0 && errno != ENOENT {
            throw LedgerError.unwritable(path + suffix, .lastSystemError)
        }
    }

    /// Bytes; 0 if there is no such file.
    static func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    private static func makeFolder(of path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        guard !folder.isEmpty else { return }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    static func configuration(isReadonly: Bool = false) -> Configuration {
        var configuration = Configuration()
        configuration.label = "ledger"
        configuration.readonly = isReadonly
        configuration.busyMode = .timeout(30)
        configuration.prepareDatabase { db in
            // SQLite overwrites freed space with zeros, so that erased values leave the file.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            // SQLite's temporary files would hold personal data.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA cache_size = \(isReadonly ? -16_384 : -196_608)")
            guard !isReadonly else {
                // The rows of a page are scattered over the file: without a memory map each would cost a system call. The
                // file is never truncated below what a reader sees.
                return try db.execute(sql: "PRAGMA mmap_size = 2147418112")
            }
            // A power loss undoes the last transactions whole, and the stream position with them.
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 16000")
        }
        return configuration
    }
}

extension String {
    /// What `errno` says, in words.
    static var lastSystemError: String { String(cString: strerror(errno)) }
}
