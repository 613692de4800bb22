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
        let (inOrder, inAny) = (try Ledger(at: LedgerWithin.newPath()), try Ledger(at: LedgerWithin.newPath()))
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
            let ledger = try Ledger(at: LedgerWithin.newPath())
            try ledger.take(history.shuffled(seed: seed), batch: 5)
            var latest: [Exact: RecordResult] = [:]
            for result in history.results.compactMap(\.record) { latest[result.id] = result }
            #expect(try ledger.latest() == latest.values.map { LatestRow($0) }.sorted { $0.id < $1.id })
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
