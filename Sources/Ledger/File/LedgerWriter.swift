import Foundation
import GRDB

/// A ledger opened for writing. One process at a time writes it (`LedgerFile.lock`), while any number read. For any thread.
public final class LedgerWriter: Sendable {
    public let path: String
    private let pool: DatabasePool

    /// Creates the ledger if there is none, and migrates it to the current schema.
    ///
    /// - Throws: `LedgerError.newer`, `.unwritable`; `LedgerFileError`.
    public convenience init(_ path: String) throws { try self.init(path, LedgerSchema.migrator) }

    init(_ path: String, _ migrator: DatabaseMigrator) throws {
        let path = URL(fileURLWithPath: path).path
        self.path = path
        try LedgerFile.create(path)
        pool = try LedgerFileError.naming(path) {
            let pool = try DatabasePool(path: path, configuration: LedgerFile.configuration())
            guard try !pool.read(migrator.hasBeenSuperseded) else { throw LedgerError.newer(path) }
            try migrator.migrate(pool)
            return pool
        }
    }

    public func close() throws { try LedgerFileError.naming(path) { try pool.close() } }

    func read<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try LedgerFileError.naming(path) { try pool.read(body) }
    }

    func write<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try LedgerFileError.naming(path) { try pool.write(body) }
    }

    func writeWithoutTransaction<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try LedgerFileError.naming(path) { try pool.writeWithoutTransaction(body) }
    }
}
