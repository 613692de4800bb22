import Foundation
import GRDB
import Running

/// A copy of a ledger, made while that is read and written. It is a ledger like any other: a projector that is started on it
/// catches up from the place in the stream at which it was taken.
public struct Backup: Sendable {
    private let path: String
    private let copy: String

    /// - Parameter copy: where it is to be, when it is whole.
    public init(of path: String, to copy: String) { (self.path, self.copy) = (path, copy) }

    private var part: String { copy + ".part" }

    /// Bytes written so far.
    public var written: Int { Self.size(part) }

    /// Bytes that it will have at most, but for what is written meanwhile.
    public var expected: Int { Self.size(path) }

    /// - Parameter replaces: whether a file that is there is replaced.
    /// - Throws: `LedgerError`; `DatabaseError`.
    public func run(replacing replaces: Bool) throws {
        guard Ledger.isThere(path) else { throw LedgerError.missing(path) }
        guard Self.real(copy) != Self.real(path) else { throw LedgerError.isTheLedger(copy) }
        guard replaces || !Ledger.isThere(copy) else { throw LedgerError.exists(copy) }
        // A projector may run on a former copy, and another backup write to the same name.
        guard let lock = try FileLock(Ledger.lockPath(copy)) else { throw LedgerError.isKept(copy) }
        defer { withExtendedLifetime(lock) {} }
        let ledger = try Ledger(reading: path)
        defer { try? ledger.close() }
        discard()
        // Only into an empty file does SQLite write where one is, and so nobody else ever may read it.
        guard FileManager.default.createFile(atPath: part, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw LedgerError.unwritable(part, String(cString: strerror(errno)))
        }
        do {
            try ledger.database.unsafeRead { try $0.execute(sql: "VACUUM INTO ?", arguments: [part]) }
            try settle()
            try DurableFile.sync(part)
            // A former copy's: SQLite would read them into this one.
            for suffix in ["-wal", "-shm"] { unlink(copy + suffix) }
            guard rename(part, copy) == 0 else {
                throw LedgerError.unwritable(copy, String(cString: strerror(errno)))
            }
            try DurableFile.sync(folderOf: copy)
        } catch {
            discard()
            throw error
        }
    }

    /// Removes what is written so far, which is about persons; also what one that died has left. The next one does so, too.
    public func discard() {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(part + suffix) }
    }

    /// What was asked of the ledger is not asked of its copy.
    private func settle() throws {
        let queue = try DatabaseQueue(path: part, configuration: Ledger.configuration())
        try queue.write {
            try MaintenanceTasks.forgetRebuild($0)
        }
        try queue.close()
    }

    private static func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    private static func real(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
}
