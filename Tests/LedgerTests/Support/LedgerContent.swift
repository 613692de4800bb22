import Contract
import GRDB
import LeadModel

@testable import Ledger

// What tests do with a ledger's inside. By itself, since GRDB's operators and the tests' macros do not go together in a file.

/// What matters of a record's latest result.
struct LatestRow: Equatable {
    var id, status: String
    var revision: Int64
    var name, owner, grade: String?
    var rank: Double
}

extension LatestRow {
    init(_ result: RecordResult) {
        id = result.id.text
        status = result.state?.status.rawValue ?? (result.what == .notice(.erased) ? "erased" : "deleted")
        (revision, name, owner) = (Int64(result.revision), result.state?.name, result.state?.owner)
        (grade, rank) = (result.scoring?.grade.rawValue, result.scoring?.probability ?? -1)
    }
}

extension LedgerWriter {
    /// Takes results, so many in a transaction.
    func take(_ results: [ReadResult], batch: Int = 100) throws {
        for start in stride(from: 0, to: results.count, by: batch) {
            let part = Array(results[start..<min(results.count, start + batch)])
            _ = try write { try ResultApplier().apply(part, $0) }
        }
    }

    func count(of table: String) throws -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0 }
    }

    func latest() throws -> [LatestRow] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM records WHERE revision > 0 ORDER BY id").map {
                LatestRow(
                    id: $0["id"], status: $0["status"], revision: $0["revision"], name: $0["name"],
                    owner: $0["owner"], grade: $0["grade"], rank: $0["rank"])
            }
        }
    }

    /// What a ledger holds, in words that do not depend on the order in which it came there.
    func content() throws -> [String] {
        try read { db in
            let records = try Row.fetchAll(
                db,
                sql: """
                    SELECT organization, entity, id, revision, status, isOpen, name, owner, process, stage, nameKey, ownerKey,
                        createdAt, closedAt, outcome, endedAt, scoringRevision, rank, scoredAt, grade, trend, previousScore,
                        model, number, text, contribution, lowEvidence, clearedThrough
                    FROM records JOIN scopes USING (scope) LEFT JOIN versions USING (version) LEFT JOIN phrases USING (phrase)
                    ORDER BY entity, id
                    """)
            let scorings = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, s.revision, at, v.model, v.number, isSweep, probability, s.grade, hex(evidence),
                        f.model, f.number, hex(formerEvidence)
                    FROM scorings s JOIN records r USING (record) JOIN versions v ON v.version = s.version
                        LEFT JOIN versions f ON f.version = s.formerVersion
                    ORDER BY id, s.revision
                    """)
            let words = try Row.fetchAll(
                db,
                sql: """
                    SELECT records.id, (SELECT count(*) FROM words WHERE words MATCH 'ann') AS ann,
                        (SELECT count(*) FROM words WHERE words MATCH 'bea OR otto') AS others
                    FROM words JOIN records ON words.rowid = record WHERE words MATCH 'r*' ORDER BY records.id
                    """)
            return (records + scorings + words).map { "\($0)" }
        }
    }
}
