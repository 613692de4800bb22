import Foundation
import GRDB
import Running

/// A copy of a ledger, made while the ledger is read and written. The copy is a ledger like any other: a projector that runs
/// on it catches up from the stream position at which it was taken.
public struct LedgerBackup: Sendable {
    private let path: String
    private let copy: String

    /// - Parameter copy: the file that the complete copy becomes.
    public init(of path: String, to copy: String) { (self.path, self.copy) = (path, copy) }

    private var part: String { copy + ".part" }

    /// Bytes written so far.
    public var written: Int { LedgerFile.size(part) }

    /// The size of the ledger in bytes: the copy becomes no larger, except by what is written meanwhile.
    public var expected: Int { LedgerFile.size(path) }

    /// - Parameter replaces: whether to replace an existing file.
    /// - Throws: `LedgerError`; `LedgerFileError`, which names the copy if it can't be written.
    public func run(replacing replaces: Bool) throws {
        guard LedgerFile.exists(path) else { throw LedgerError.missing(path) }
        guard Self.real(copy) != Self.real(path) else { throw LedgerError.isTheLedger(copy) }
        guard replaces || !LedgerFile.exists(copy) else { throw LedgerError.exists(copy) }
        // A projector may run on a former copy, and another backup may write to the same name.
        guard let lock = try FileLock(LedgerFile.lockPath(copy)) else { throw LedgerError.hasWriter(copy) }
        defer { withExtendedLifetime(lock) {} }
        let ledger = try LedgerReader(path)
        defer { ledger.close() }
        try LedgerFile.remove(part)
        do {
            // SQLite accepts an empty file, and keeps its permissions.
            try LedgerFile.create(part)
            try write(ledger)
            try removeTasks()
            try DurableFile.sync(part)
            // SQLite would apply the log of a former copy to this one.
            try LedgerFile.removeLog(of: copy)
            try DurableFile.rename(part, to: copy)
        } catch {
            discard()
            throw error
        }
    }

    /// Removes the unfinished copy, which is personal data; also one that a killed backup left. So does the next backup.
    public func discard() { try? LedgerFile.remove(part) }

    private func write(_ ledger: LedgerReader) throws {
        do {
            try ledger.readWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [part]) }
        } catch let error as LedgerFileError where error.isWriteFailure || error.code == .SQLITE_CANTOPEN {
            // The ledger is only read here, and open already.
            throw error.of(copy)
        }
    }

    /// A rebuild was requested of the ledger, not of its copy.
    private func removeTasks() throws {
        try LedgerFileError.naming(copy) {
            let queue = try DatabaseQueue(path: part, configuration: LedgerFile.configuration())
            try queue.write { try MaintenanceTask.forgetRebuild($0) }
            try queue.close()
        }
    }

    private static func real(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
}
