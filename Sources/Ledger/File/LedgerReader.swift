import Foundation
import GRDB
import Synchronization

/// A ledger opened for reading, for as long as its process lives. For any thread.
///
/// `leadline ledger rebuild` and `leadline ledger backup --force` rename a new file into the place of the former one. Every
/// read compares the file at the path with the open one, by device and inode, and opens the new file if they differ. Reads
/// that have begun end on the former file.
public final class LedgerReader: Sendable {
    public let path: String
    /// nil once it is closed.
    private let opened: Mutex<OpenFile?>

    private struct OpenFile {
        var identity: FileIdentity
        var pool: DatabasePool
    }

    /// - Throws: `LedgerError.missing`, `.otherSchema`, `.newer`; `LedgerFileError`.
    public init(_ path: String) throws {
        let path = URL(fileURLWithPath: path).path
        self.path = path
        opened = Mutex(try Self.open(path))
    }

    /// Reads that have begun go on.
    public func close() { opened.withLock { $0 = nil } }

    /// Reads from one state of the ledger.
    ///
    /// - Throws: what `init` throws, if the file was replaced; what `body` throws.
    func read<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try LedgerFileError.naming(path) { try pool().read(body) }
    }

    /// Reads outside of a transaction, as `VACUUM INTO` must.
    func readWithoutTransaction<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try LedgerFileError.naming(path) { try pool().unsafeRead(body) }
    }

    private func pool() throws -> DatabasePool {
        try opened.withLock { opened in
            guard let current = opened else { throw LedgerError.closed(path) }
            if current.identity == FileIdentity(path) { return current.pool }
            let new = try Self.open(path)
            opened = new
            return new.pool
        }
    }

    private static func open(_ path: String) throws -> OpenFile {
        while true {
            guard let identity = FileIdentity(path) else { throw LedgerError.missing(path) }
            let pool = try LedgerFileError.naming(path) {
                let pool = try DatabasePool(
                    path: path, configuration: LedgerFile.configuration(isReadonly: true))
                guard try !pool.read(LedgerSchema.migrator.hasBeenSuperseded) else { throw LedgerError.newer(path) }
                guard try pool.read(LedgerSchema.migrator.hasCompletedMigrations) else {
                    throw LedgerError.otherSchema(path)
                }
                return pool
            }
            // It may have been replaced while it was opened. An inode number is not reused as long as the file is open.
            if FileIdentity(path) == identity { return OpenFile(identity: identity, pool: pool) }
        }
    }
}

/// Which file a path names at the moment.
struct FileIdentity: Equatable {
    private let device: dev_t
    private let inode: ino_t

    /// nil if there is no file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, inode) = (status.st_dev, status.st_ino)
    }
}
