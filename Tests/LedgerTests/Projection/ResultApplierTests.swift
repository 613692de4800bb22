import Contract
import LeadModel
import TestKit
import Testing

@testable import Ledger

@Suite("Results are taken by revision")
struct ProjectionTests {
    @Test("any order of results, with some of them again, ends with the same ledger", arguments: 0..<60)
    func anyOrder(seed: UInt64) throws {
        let history = ResultHistory(seed: seed, records: 6, steps: 60)
        let (inOrder, inAny) = (try LedgerWriter(LedgerWithin.newPath()), try LedgerWriter(LedgerWithin.newPath()))
        try inOrder.take(history.results, batch: 1)
        try inAny.take(history.shuffled(seed: seed), batch: 7)
        let expected = try inOrder.content()
        #expect(try inAny.content() == expected)
        #expect(try inAny.count(of: "scorings") == history.scorings.count)
    }

    @Test("of a record the latest result stands, and nothing comes back after it was erased")
    func latest() throws {
        for seed in 100..<130 as Range<UInt64> {
            let history = ResultHistory(seed: seed, records: 4, steps: 40)
            let ledger = try LedgerWriter(LedgerWithin.newPath())
            try ledger.take(history.shuffled(seed: seed), batch: 5)
            var latest: [Exact: RecordResult] = [:]
            for result in history.results.compactMap(\.record) { latest[result.id] = result }
            #expect(try ledger.latest() == latest.values.map { LatestRow($0) }.sorted { $0.id < $1.id })
        }
    }

    @Test("nothing that was read from an erased contact stays with those that named it before, in any order")
    func formerContact() throws {
        func result(_ revision: UInt64, contact: Exact) -> ReadResult {
            var result = RecordResult(
                organization: "acme", entity: .lead, id: "L1", revision: revision, what: .scored,
                state: .init(status: .open, contact: contact))
            result.scoring = Scoring(
                revision: revision, model: ModelVersion(name: "m", version: 1), evidence: Evidence(bins: [1]),
                probability: 0.5, grade: .b, previousScore: nil, previousGrade: nil, trigger: .realtime,
                at: Moment(milliseconds: Int64(revision)))
            result.reason = .init(phrase: "Job title: director — strongly positive", contribution: 1)
            return .ofRecord(result)
        }
        let erased = ContactErased(
            organization: "acme", id: "C1", revision: 100_000, leads: [], opportunities: [])
        let all = [result(10_000, contact: "C1"), result(50_000, contact: "C2"), .contactErased(erased)]
        for order in [[0, 1, 2], [2, 1, 0], [2, 0, 1], [1, 2, 0]] {
            let ledger = try LedgerWriter(LedgerWithin.newPath())
            try ledger.take(order.map { all[$0] }, batch: 1)
            #expect(try ledger.count(of: "scorings") == 2)
            #expect(try ledger.count(of: "scorings WHERE evidence IS NOT NULL") == 0, "\(order)")
            #expect(try ledger.count(of: "records WHERE phrase IS NOT NULL") == 0)
            try ledger.take([result(300_000, contact: "C2")])
            #expect(try ledger.count(of: "scorings WHERE evidence IS NOT NULL") == 1, "later ones are another's")
        }
    }

    @Test("evidence is unpacked as it was packed", arguments: 0..<20)
    func packed(seed: UInt64) {
        var random = SplitMix(state: seed)
        let bins = (0..<200).map { _ in UInt16(truncatingIfNeeded: random.next() >> (random.next() % 64)) }
        let evidence = Evidence(bins: bins + [0, 127, 128, 16_383, 16_384, 65_535])
        #expect(PackedEvidence.unpack(PackedEvidence.pack(evidence)) == evidence)
    }
}
