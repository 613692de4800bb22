import Foundation
import GRDB
import TestKit
import Testing

@testable import Ledger

@Suite("The ledger's schema")
struct SchemaTests {
    /// The present schema and one more.
    private var further: DatabaseMigrator {
        var migrator = LedgerSchema.migrator
        migrator.registerMigration("test: a further column") { db in
            try db.execute(sql: "ALTER TABLE records ADD COLUMN further TEXT")
        }
        return migrator
    }

    @Test("a file of a former schema is brought up, with what it holds")
    func broughtUp() throws {
        let made = try MadeLedger()
        try made.take([MadeLedger.result("L1", 1000, name: "Ann")])
        try made.ledger.close()
        let ledger = try LedgerWriter(made.ledger.path, further)
        let names = try ledger.read {
            try String.fetchAll($0, sql: "SELECT name FROM records WHERE further IS NULL")
        }
        #expect(names == ["Ann"])
    }

    @Test("a file of a newer schema is refused in words by who writes and who reads, and left as it is")
    func newer() throws {
        let path = try LedgerWithin.newPath()
        try LedgerWriter(path, further).close()
        #expect(throws: LedgerError.newer(path)) { try LedgerWriter(path) }
        #expect(throws: LedgerError.newer(path)) { try LedgerReader(path) }
        #expect(
            LedgerError.newer(path).description.contains("written by a newer version of Leadline, and is left as it is")
        )
        let columns = try DatabaseQueue(path: path).read { try $0.columns(in: "records").map(\.name) }
        #expect(columns.contains("further"))
    }

    @Test("a file of a former schema is not read before it is brought up, and it is said who does that")
    func former() throws {
        let path = try LedgerWithin.newPath()
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        #expect(throws: LedgerError.otherSchema(path)) { try LedgerReader(path) }
    }
}
