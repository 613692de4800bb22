import LeadModel
import Testing

@Suite("The mark of low evidence")
struct LowEvidenceTests {
    private static let now = RandomScorecards.now

    /// A scorecard whose attributes have categories "a" (bin 0) and "b" (bin 1), with the points and records of both.
    private func card(_ bins: [[(points: Double, records: Int)]], trained: Int = 400) -> Scorecard {
        let attributes = bins.enumerated().map { number, bins in
            Scorecard.Attribute(
                name: "n\(number)", reading: .category(.init(bins: ["a": 0, "b": 1], rare: [])),
                bins: bins.map { HandMade.bin("x", $0.points, $0.records, 0) }
                    + ["missing", "rare", "unseen"].map { HandMade.bin($0, 0, 0, 0) })
        }
        return Scorecard(
            entity: .lead, intercept: 0, attributes: attributes, missing: [],
            training: .init(asOf: nil, positives: trained / 2, negatives: trained - trained / 2, seed: 1),
            quality: .init(folds: 5, auc: 0.8, logLoss: 0.5, accuracy: 0.75))
    }

    @Test("a scorecard trained on fewer than 200 records marks all its scores")
    func small() {
        let tables: [[(points: Double, records: Int)]] = [[(1, 100), (-1, 99)]]
        #expect(card(tables, trained: 199).hasLowEvidence(Evidence(bins: [0])))
        #expect(!card(tables, trained: 200).hasLowEvidence(Evidence(bins: [0])))
    }

    @Test("a score is marked if few records are behind its shares, above all the large ones")
    func few() {
        let card = card([[(1, 29), (-1, 371)], [(0.1, 5), (0.5, 395)]])
        // 1.5 / (1/29 + 0.5/395) is 42; 1.1 / (1/29 + 0.1/5) is 20.
        #expect(!card.hasLowEvidence(Evidence(bins: [0, 1])))
        #expect(card.hasLowEvidence(Evidence(bins: [0, 0])))
        #expect(!card.hasLowEvidence(Evidence(bins: [1, 0])))
        // Even if many records are behind the rest: 1.2 / (0.9/5 + 0.3/10000) is 7.
        let lopsided = self.card([[(0.9, 5), (0, 395)], [(0.3, 10_000), (0, 1)]])
        #expect(lopsided.hasLowEvidence(Evidence(bins: [0, 0])))
    }

    @Test("a score is marked if attributes in bins without training records have most of the weight")
    func unknown() {
        let card = card([[(1, 200), (-1, 200)], [(0.4, 200), (-0.4, 200)]])
        #expect(card.hasLowEvidence(Evidence(bins: [4, 0])))
        #expect(!card.hasLowEvidence(Evidence(bins: [0, 4])))
        #expect(card.hasLowEvidence(Evidence(bins: [4, 4])))
    }
}
