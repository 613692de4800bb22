import Foundation
import LeadModel
import Testing

@testable import LeadTrainer

@Suite("The interval of a figure contains the true figure about 95 times in 100")
struct FigureIntervalsTests {
    private func logit(_ random: inout SplitMix64) -> Double {
        // About normal: the sum of twelve uniform numbers.
        (0..<12).reduce(-6.0) { sum, _ in sum + random.unit() } * 1.2 - 0.5
    }

    private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// Records whose log-odds are predicted to be z and are `truth(z)`.
    private func draw(
        _ count: Int, _ random: inout SplitMix64, _ truth: (Double) -> Double
    ) -> [HeldOut.Prediction] {
        (0..<count).map { record in
            let z = logit(&random)
            return .init(
                record: record, probability: sigmoid(z), outcome: random.unit() < sigmoid(truth(z)), base: 0.4)
        }
    }

    private func trueFigures(_ truth: (Double) -> Double) -> (logLoss: Double, brier: Double, calibration: Double) {
        var random = SplitMix64(seed: 99)
        let pairs = (0..<100_000).map { _ in
            let z = logit(&random)
            return (p: sigmoid(z), q: sigmoid(truth(z)))
        }.sorted { $0.p < $1.p }
        let n = Double(pairs.count)
        let gaps = stride(from: 0, to: pairs.count, by: 10_000).map { first in
            abs(pairs[first..<first + 10_000].reduce(0) { $0 + $1.p - $1.q })
        }
        return (
            pairs.reduce(0) { $0 - $1.q * log($1.p) - (1 - $1.q) * log(1 - $1.p) } / n,
            pairs.reduce(0) { $0 + $1.q * pow(1 - $1.p, 2) + (1 - $1.q) * $1.p * $1.p } / n, gaps.reduce(0, +) / n
        )
    }

    @Test(
        "whether probabilities are right, too low or too steep, of few records or of many",
        arguments: [(1.0, 0.0), (1.0, 0.7), (0.6, 0.0)], [80, 300, 1000])
    func coverage(shape: (steepness: Double, shift: Double), count: Int) {
        let truth = { (z: Double) in shape.steepness * z + shape.shift }
        let expected = trueFigures(truth)
        var random = SplitMix64(seed: 7)
        var (logLoss, brier, calibration) = (0, 0, 0)
        let draws = 150
        for _ in 0..<draws {
            let predictions = draw(count, &random, truth)
            let intervals = FigureIntervals(EvaluationFigures(predictions), [[predictions]])
            logLoss += intervals.logLoss.contains(expected.logLoss) ? 1 : 0
            brier += intervals.brier.contains(expected.brier) ? 1 : 0
            // Right probabilities have an error of 0; the sample of the truth has no such ends.
            calibration += intervals.calibrationError.contains(shape == (1, 0) ? 0 : expected.calibration) ? 1 : 0
        }
        for (name, hits) in [("log loss", logLoss), ("Brier", brier), ("calibration", calibration)] {
            #expect((0.86...1).contains(Double(hits) / Double(draws)), "\(name): \(hits) of \(draws)")
        }
        #expect(min(logLoss, brier) < draws, "the intervals are no wider than they have to be")
    }

    @Test("a mean over folds has the interval of all records; repeats of the same records don't narrow it")
    func structure() {
        var random = SplitMix64(seed: 3)
        let all = draw(600, &random) { $0 }
        let parts = (0..<5).map { fold in all.filter { $0.record % 5 == fold } }
        func reach(_ repeats: [[[HeldOut.Prediction]]]) -> Double {
            let interval = FigureIntervals(EvaluationFigures(repeats), repeats).logLoss
            return interval.upperBound - interval.lowerBound
        }
        let whole = reach([[all]])
        #expect(abs(reach([parts]) / whole - 1) < 0.02)
        #expect(abs(reach([parts, parts, parts]) / reach([parts]) - 1) < 1e-9)
        // By hand: 1.96 standard errors of the mean to each side.
        let losses = all.map { -log($0.outcome ? $0.probability : 1 - $0.probability) }
        let mean = losses.reduce(0, +) / 600
        let variance = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 599
        #expect(abs(whole - 2 * 1.96 * (variance / 600).squareRoot()) < 1e-12)
    }

    @Test("the figures at a threshold have Wilson's intervals, the F1 by way of the share it follows from")
    func threshold() {
        let confusion = Confusion(
            threshold: 0.5, truePositives: 30, falsePositives: 10, trueNegatives: 50, falseNegatives: 10)
        #expect(confusion.accuracyInterval == Conversion(records: 100, positives: 80).interval)
        #expect(confusion.precisionInterval == Conversion(records: 40, positives: 30).interval)
        #expect(confusion.recallInterval == Conversion(records: 40, positives: 30).interval)
        // 30 of 50 lie between 46.2 and 72.4 %.
        let f1 = confusion.f1Interval
        #expect(abs(f1.lowerBound - 0.6317) < 2e-3 && abs(f1.upperBound - 0.8398) < 2e-3)
        #expect(f1.contains(confusion.f1 ?? 0))
    }
}
