import LeadModel
import Testing

@testable import LeadTrainer

@Suite("Quality metrics match manual calculation")
struct MetricsTests {
    @Test("AUC is the share of correctly ordered pairs, ties count half")
    func auc() {
        #expect(Metrics.auc([0.1, 0.4, 0.35, 0.8], [false, false, true, true]) == 0.75)
        #expect(Metrics.auc([0.5, 0.5, 0.5], [true, false, true]) == 0.5)
        #expect(Metrics.auc([0.2, 0.2, 0.7], [false, true, true]) == 0.75)
        #expect(Metrics.auc([0.2, 0.3], [true, true]) == nil)
    }

    @Test("log loss, Brier score and accuracy of three records match their definitions")
    func losses() {
        let (p, y) = ([0.8, 0.25, 0.5], [true, false, false])
        #expect(abs(Metrics.logLoss(p, y) - (0.22314355 + 0.28768207 + 0.69314718) / 3) < 1e-8)
        #expect(abs(Metrics.brier(p, y) - (0.04 + 0.0625 + 0.25) / 3) < 1e-12)
        #expect(Metrics.accuracy(p, y) == 2.0 / 3)
        #expect(Metrics.logLoss([1], [false]) < 14)
    }

    @Test("calibration error is the mean distance between predicted and observed rates of the bins")
    func calibrationError() {
        let (p, y) = ([0.1, 0.3, 0.6, 0.8], [false, true, true, true])
        // Bin {0.1, 0.3}: predicted 0.2, observed 0.5. Bin {0.6, 0.8}: predicted 0.7, observed 1.
        #expect(abs(Metrics.calibrationError(p, y, bins: 2) - 0.3) < 1e-12)
    }

    @Test("calibration recovers the line that distorted the log-odds")
    func calibration() {
        var random = SplitMix64(seed: 9)
        let truth = (0..<20_000).map { _ in random.unit() * 6 - 3 }
        let outcomes = truth.map { random.unit() < logistic($0) }
        let line = Calibration(logOdds: truth.map { 2 * $0 + 1 }, outcomes: outcomes)
        #expect(abs(line.scale - 0.5) < 0.03)
        #expect(abs(line.shift + 0.5) < 0.05)
    }

    @Test("the fast logistic function is accurate to six digits")
    func fast() {
        for step in -400...400 {
            let x = Double(step) / 20
            #expect(abs(Double(fastLogistic(Float(x))) - logistic(x)) < 2e-6)
        }
        #expect(fastLogistic(1000) <= 1 && fastLogistic(-1000) >= 0)
    }

    @Test("a fold is the record's number modulo the folds, unless that leaves one without an outcome")
    func folds() {
        let outcomes = (0..<20).map { $0 % 3 == 0 }
        #expect(Folds(5, indices: Array(0..<20), outcomes: outcomes).ofRow == (0..<20).map { $0 % 5 })
        let pattern = (0..<20).map { $0 % 5 == 0 }
        let dealt = Folds(4, indices: Array(0..<20), outcomes: pattern)
        #expect(dealt.ofRow == (0..<20).map { $0 % 4 })
        let uneven = Folds(5, indices: Array(0..<50), outcomes: (0..<50).map { $0 % 5 == 0 })
        for fold in 0..<5 { #expect(Set(uneven.test(fold).map { $0 % 5 == 0 }).count == 2) }
    }

    @Test("sample leads are the same for the same seed, and contain every kind of value")
    func sampleLeads() {
        let (a, b) = (SampleLeads.generate(count: 500, seed: 4), SampleLeads.generate(count: 500, seed: 4))
        #expect(a.map(\.name) == b.map(\.name))
        #expect(a.map(\.createdAt) == b.map(\.createdAt))
        #expect(Set(a.map(\.status)) == [.open, .qualified, .disqualified])
        #expect(Set(a.map(\.id)).count == 500)
        for lead in a {
            #expect((lead.closedAt == nil) == (lead.status == .open))
            #expect(lead.closedAt.map { $0 >= lead.createdAt && $0 <= SampleLeads.standardAsOf } ?? true)
        }
    }
}
