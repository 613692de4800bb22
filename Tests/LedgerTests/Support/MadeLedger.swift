import Foundation
import GRDB
import LeadModel
import TestKit

@testable import Contract
@testable import Ledger

/// A ledger with what a test puts into it, without servers.
struct MadeLedger {
    let ledger: LedgerWriter
    let applier = ResultApplier()

    init(_ path: String? = nil) throws { ledger = try LedgerWriter(path ?? LedgerWithin.newPath()) }

    /// What of a record a test does not say.
    static func result(
        _ id: String, _ revision: UInt64, _ what: RecordResult.What = .scored, name: String? = nil,
        owner: String? = nil, status: Status = .open, isGone: Bool = false, scored: UInt64? = nil,
        probability: Double = 0.5, bins: [UInt16] = [1, 2]
    ) -> RecordResult {
        let state = RecordResult.State(
            status: status, name: name, owner: owner, outcome: status == .open ? nil : status)
        let scoring = (scored ?? (what == .scored ? revision : nil)).map {
            Scoring(
                revision: $0, model: ModelVersion(name: "m", version: 1), evidence: Evidence(bins: bins),
                probability: probability, grade: .b, previousScore: nil, previousGrade: nil, trigger: .realtime,
                at: Moment(milliseconds: Int64($0)))
        }
        return RecordResult(
            organization: "acme", entity: .lead, id: Exact(id), revision: revision, what: what,
            state: isGone ? nil : state, scoring: scoring)
    }

    @discardableResult
    func take(_ results: [RecordResult]) throws -> Int {
        try ledger.write { db in
            try results.count { try applier.apply($0, db) != .unchanged }
        }
    }

    /// A record with scorings of these revisions, as rows.
    func add(_ id: String, at revisions: [Int64], status: String = "open", revision: Int64? = nil) throws {
        let latest = revision ?? revisions.max() ?? 1
        let isOpen = status == "open"
        let standing = revisions.max()
        try ledger.write { db in
            try db.execute(
                sql: """
                    INSERT INTO records (scope, id, revision, status, isOpen, nameKey, ownerKey, createdAt, scoringRevision,
                        rank, scoredAt) VALUES (1, ?, ?, ?, ?, '', '', 0, ?, 0.5, 0)
                    """,
                arguments: [id, latest, status, isOpen, standing])
            let record = db.lastInsertedRowID
            for revision in revisions {
                try db.execute(
                    sql: """
                        INSERT INTO scorings (record, revision, at, version, isSweep, probability, grade)
                        VALUES (?, ?, 0, 1, 0, 0.5, 'B')
                        """, arguments: [record, revision])
            }
        }
    }

    func ids() throws -> [String] {
        try ledger.read { try String.fetchAll($0, sql: "SELECT id FROM records ORDER BY id") }
    }

    func revisions(_ id: String) throws -> [Int64] {
        try ledger.read {
            try Int64.fetchAll(
                $0, sql: "SELECT s.revision FROM scorings s JOIN records USING (record) WHERE id = ? ORDER BY 1",
                arguments: [id])
        }
    }

    /// Which of some texts stand in the ledger's files.
    static func found(_ texts: some Sequence<String>, in path: String) throws -> Set<String> {
        var found: Set<String> = []
        for suffix in ["", "-wal", "-shm", ".new", ".new-wal", ".new-shm"] {
            guard let bytes = FileManager.default.contents(atPath: path + suffix) else { continue }
            for text in texts where bytes.range(of: Data(text.utf8)) != nil { found.insert(text) }
        }
        return found
    }
}
