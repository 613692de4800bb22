import GRDB
import LeadModel
import TestKit
import Testing

@testable import Contract
@testable import Ledger

@Suite("A record's series", .onOwnThreads)
struct SeriesTests {
    private let writer: LedgerWriter
    private let ledger: LedgerReader
    private let scorings: [Scoring]

    /// Five scorings of L, taken in another order than they were made, and one of another record.
    init() throws {
        writer = try LedgerWriter(LedgerWithin.newPath())
        ledger = try LedgerReader(writer.path)
        scorings = (1...5).map { number in
            var scoring = Scoring(
                revision: UInt64(number * 100), model: ModelVersion(name: "sales", version: number > 3 ? 2 : 1),
                evidence: Evidence(bins: [UInt16(number), 300, 65_535]), probability: Double(number) / 10, grade: .c,
                previousScore: nil, previousGrade: nil, trigger: number == 1 ? .realtime : .sweep,
                at: Moment(milliseconds: Int64(number * 100)))
            if number == 4 {
                scoring.former = .init(model: ModelVersion(name: "sales", version: 1), evidence: Evidence(bins: [7]))
            }
            return scoring
        }
        let applier = ResultApplier()
        try writer.write { [scorings] db in
            for (id, scoring) in [2, 0, 4, 1, 3].map({ ("L", scorings[$0]) }) + [("M", scorings[0])] {
                let result = RecordResult(
                    organization: "acme", entity: .lead, id: Exact(id), revision: scoring.revision, what: .scored,
                    state: RecordResult.State(status: .open), scoring: scoring)
                _ = try applier.apply(result, db)
            }
        }
    }

    private func series(
        from: Int64? = nil, through: Int64? = nil, latest: Int? = nil, withEvidence: Bool = true
    ) throws -> [LedgerScoring] {
        try ledger.series(
            of: "L", organization: "acme", entity: .lead, from: from.map { Moment(milliseconds: $0) },
            through: through.map { Moment(milliseconds: $0) }, latest: latest, withEvidence: withEvidence)
    }

    @Test("holds every scoring as it was, the oldest first")
    func whole() throws {
        let expected = scorings.map {
            LedgerScoring(
                revision: $0.revision, at: $0.at, model: $0.model, trigger: $0.trigger, probability: $0.probability,
                grade: $0.grade, evidence: $0.evidence, former: $0.former)
        }
        #expect(try series() == expected)
        #expect(try series().map(\.score) == [10, 20, 30, 40, 50])
        #expect(try series(withEvidence: false).allSatisfy { $0.evidence == nil && $0.former == nil })
    }

    @Test("is cut to a time, both ends counted, and to the latest")
    func cut() throws {
        #expect(try series(from: 200, through: 400).map(\.revision) == [200, 300, 400])
        #expect(try series(from: 201).map(\.revision) == [300, 400, 500])
        #expect(try series(latest: 2).map(\.revision) == [400, 500])
        #expect(try series(through: 300, latest: 2).map(\.revision) == [200, 300])
    }

    @Test("has no evidence where a contact was erased, and has its scores still")
    func cleared() throws {
        try writer.write { db in
            let erased = ContactErased(organization: "acme", id: "C", revision: 400, leads: ["L"], opportunities: [])
            _ = try ResultApplier().apply(.contactErased(erased), db)
        }
        #expect(try series().map { $0.evidence == nil } == [true, true, true, true, false])
        #expect(try series().allSatisfy { $0.former == nil })
        #expect(try series().map(\.score) == [10, 20, 30, 40, 50])
    }

    @Test("is empty for what nobody heard of")
    func unknown() throws {
        #expect(try ledger.series(of: "N", organization: "acme", entity: .lead).isEmpty)
        #expect(try ledger.series(of: "L", organization: "acme", entity: .opportunity).isEmpty)
        #expect(try ledger.series(of: "L", organization: "acne", entity: .lead).isEmpty)
        #expect(try ledger.record("N", organization: "acme", entity: .lead) == nil)
        #expect(try ledger.record("L", organization: "acme", entity: .lead)?.status == "open")
    }
}
