import Contract
import Foundation
import LeadModel
import TestKit
import Testing

@testable import Ledger

@Suite("A reader of the ledger")
struct LedgerReaderTests {
    private func names(_ reader: LedgerReader) throws -> [String?] {
        let query = ListingQuery(organization: "acme", entity: .lead)
        return try reader.list(query, limit: 10, now: Moment(milliseconds: 5000)).rows.map(\.name)
    }

    private func make(_ name: String) throws -> String {
        let made = try MadeLedger()
        try made.take([MadeLedger.result("L1", 1000, name: name)])
        #expect(try made.ledger.emptyLog())
        try made.ledger.close()
        return made.ledger.path
    }

    /// As a rebuild does it.
    private func replace(_ path: String, by name: String) throws {
        let new = try make(name)
        try LedgerFile.removeLog(of: path)
        try DurableFile.rename(new, to: path)
    }

    @Test("reads the new file once a file was renamed into place, and on through several replacements")
    func replaced() throws {
        let path = try make("first")
        let reader = try LedgerReader(path)
        #expect(try names(reader) == ["first"])
        for name in ["second", "third"] {
            try replace(path, by: name)
            #expect(try names(reader) == [name])
        }
        let writer = try LedgerWriter(path)
        try writer.take([.ofRecord(MadeLedger.result("L1", 2000, name: "later"))])
        #expect(try names(reader) == ["later"], "the new file is read with its log")
    }

    @Test("ends a read that has begun on the former file, while others read the new one")
    func meanwhile() throws {
        let path = try make("first")
        let reader = try LedgerReader(path)
        let (before, after) = try reader.read { db in
            let before = try String(OpenRecords.page(after: 0, atMost: 10, db)!.records[0].revision)
            try replace(path, by: "second")
            #expect(try names(reader) == ["second"])
            return (before, try OpenRecords.page(after: 0, atMost: 10, db)?.records.count)
        }
        #expect(before == "1000" && after == 1)
    }

    @Test("fails while there is no file, and reads again when there is one")
    func missing() throws {
        let path = try make("first")
        let reader = try LedgerReader(path)
        try LedgerFile.remove(path)
        #expect(throws: LedgerError.missing(path)) { try names(reader) }
        try replace(path, by: "second")
        #expect(try names(reader) == ["second"])
        reader.close()
        #expect(throws: LedgerError.closed(path)) { try names(reader) }
    }
}
