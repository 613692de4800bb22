import Foundation
import LeadModel
import TestKit
import Testing

@testable import Contract
@testable import Ledger

@Suite("A second front end", .onOwnThreads)
struct LeadsHandlerTests {
    private struct Page: Decodable {
        struct Row: Decodable, Equatable {
            var id: String
            var score: Int?
            var grade: String?
        }

        var rows: [Row]
        var next: String?
    }

    private let handler: LeadsHandler

    /// Three open leads of acme, scored 91, 79 and 20.
    init() throws {
        let path = try LedgerWithin.newPath()
        let ledger = try LedgerWriter(path)
        let now = Moment(rfc3339: "2026-11-20T09:00:00Z")!
        let applier = ResultApplier()
        try ledger.write { db in
            for (index, score) in [91, 79, 20].enumerated() {
                var state = RecordResult.State(status: .open)
                state.owner = index == 0 ? "Ann" : "Bob"
                var result = RecordResult(
                    organization: "acme", entity: .lead, id: Exact("L\(index + 1)"), revision: 1, what: .scored,
                    state: state)
                result.scoring = Scoring(
                    revision: 1, model: ModelVersion(name: "sales", version: 1), evidence: Evidence(bins: [1]),
                    probability: Double(score) / 100, grade: GradeRanges.standard.grade(of: score),
                    previousScore: nil, previousGrade: nil, trigger: .realtime, at: now)
                _ = try applier.apply(result, db)
            }
        }
        try ledger.close()
        handler = LeadsHandler(ledger: try LedgerReader(path), now: now)
    }

    private func page(_ target: String) throws -> Page {
        let response = handler.get(target)
        #expect(response.status == 200)
        return try JSONDecoder().decode(Page.self, from: response.body)
    }

    @Test("it answers with the JSON of the command line, filtered and in pages")
    func pages() throws {
        let first = try page("/leads?organization=acme&limit=2")
        #expect(first.rows.map(\.id) == ["L1", "L2"] && first.rows[0].score == 91 && first.rows[0].grade == "A")
        let next = try #require(first.next)
        #expect(try page("/leads?organization=acme&limit=2&after=\(next)").rows.map(\.id) == ["L3"])
        #expect(try page("/leads?organization=acme&grade=A&owner=bob").rows.map(\.id) == ["L2"])
    }

    @Test("what it can't answer is a typed error, which it words itself")
    func refused() {
        #expect(handler.get("/leads?organization=acne").status == 404)
        #expect(handler.get("/leads?organization=acme&after=x").status == 400)
        #expect(handler.get("/leads?organization=acme&grade=E").status == 400)
    }
}
