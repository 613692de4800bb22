import Foundation
import GRDB
import LeadModel
import Running

/// The read side: every scoring of every record and what became of it, in one SQLite file.
///
/// One process at a time writes it (`Projector`); any number read, also meanwhile. For any thread.
public final class Ledger: Sendable {
    public let path: String
    let database: DatabasePool

    /// Opens the ledger for writing. It is made if it is not there, and brought up to the present schema.
    ///
    /// - Throws: `LedgerError.newer`; `DatabaseError`.
    public convenience init(at path: String) throws { try self.init(at: path, Schema.migrator) }

    init(at path: String, _ migrator: DatabaseMigrator) throws {
        let path = URL(fileURLWithPath: path).path
        self.path = path
        // What stands in it is about persons: for this user alone, as SQLite makes its other files after the first.
        try Self.makeFolder(of: path)
        if !Self.isThere(path) {
            FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        database = try DatabasePool(path: path, configuration: Self.configuration())
        guard try !database.read(migrator.hasBeenSuperseded) else { throw LedgerError.newer(path) }
        try migrator.migrate(database)
    }

    /// Opens the ledger for reading.
    ///
    /// - Throws: `LedgerError` if there is none or of another schema; `DatabaseError`.
    public init(reading path: String) throws {
        guard Self.isThere(path) else { throw LedgerError.missing(path) }
        self.path = path
        var configuration = Self.configuration()
        configuration.readonly = true
        database = try DatabasePool(path: path, configuration: configuration)
        guard try !database.read(Schema.migrator.hasBeenSuperseded) else { throw LedgerError.newer(path) }
        guard try database.read(Schema.migrator.hasCompletedMigrations) else { throw LedgerError.otherSchema(path) }
    }

    /// Whoever still reads has its own handle.
    public func close() throws { try database.close() }

    /// What whoever writes the ledger at a path holds: nothing where another one does.
    public static func lock(_ path: String) throws -> FileLock? {
        try makeFolder(of: path)
        return try FileLock(lockPath(path))
    }

    /// Whether there is a file at a path.
    public static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Whether somebody keeps the ledger at a path.
    public static func isKept(_ path: String) -> Bool { FileLock.isHeld(lockPath(path)) }

    static func lockPath(_ path: String) -> String { path + ".lock" }

    private static func makeFolder(of path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        guard !folder.isEmpty else { return }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = "ledger"
        configuration.busyMode = .timeout(30)
        configuration.prepareDatabase { db in
            // Freed space is zeroed, so that what is erased is gone from the file.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            // Nothing of a person is left in files of SQLite's own.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA cache_size = \(db.configuration.readonly ? -16_384 : -196_608)")
            guard !db.configuration.readonly else {
                // The rows of a page lie scattered: without it each costs a call of the system. The file never shrinks below
                // what a reader sees.
                return try db.execute(sql: "PRAGMA mmap_size = 2147418112")
            }
            // A power loss takes back the last transactions whole, and the stream's position with them.
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 16000")
        }
        return configuration
    }
}
