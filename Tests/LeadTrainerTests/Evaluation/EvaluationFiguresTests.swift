import LeadModel
import Testing

@testable import LeadTrainer

@Suite("An evaluation's figures match manual calculation")
struct EvaluationFiguresTests {
    @Test("650 of 700 found among 1,000 with 200 false alarms: accuracy 75 %, recall 92.9 %")
    func confusion() throws {
        let confusion = Confusion(
            threshold: 0.5, truePositives: 650, falsePositives: 200, trueNegatives: 100, falseNegatives: 50)
        #expect(confusion.accuracy == 0.75)
        let (recall, precision) = (try #require(confusion.recall), try #require(confusion.precision))
        let f1 = try #require(confusion.f1)
        #expect(abs(recall - 650.0 / 700) < 1e-12 && abs(precision - 650.0 / 850) < 1e-12)
        #expect(abs(f1 - 1300.0 / 1550) < 1e-12)

        // The same counts from records.
        let counts = [(0.9, true, 650), (0.8, false, 200), (0.2, false, 100), (0.1, true, 50)]
        let p = counts.flatMap { [Double](repeating: $0.0, count: $0.2) }
        let y = counts.flatMap { [Bool](repeating: $0.1, count: $0.2) }
        #expect(Confusion(p, y, threshold: 0.5) == confusion)
        #expect(Confusion(p, y, threshold: 0.8) != Confusion(p, y, threshold: 0.81))
    }

    @Test("precision is nil without predicted positives, recall is nil without positives")
    func undefined() {
        let nobody = Confusion([0.1, 0.2], [false, false], threshold: 0.5)
        #expect(nobody.precision == nil && nobody.recall == nil && nobody.f1 == nil && nobody.accuracy == 1)
        let missed = Confusion([0.1, 0.2], [true, false], threshold: 0.5)
        #expect(missed.precision == nil && missed.recall == 0 && missed.f1 == 0)
    }

    @Test("the best threshold has the highest F1, ties go to the highest threshold; equal probabilities stay together")
    func bestThreshold() {
        let (p, y) = ([0.9, 0.7, 0.7, 0.4, 0.2], [true, false, true, true, false])
        // F1 at 0.9: 1/2, at 0.7: 2/3, at 0.4: 6/7, at 0.2: 3/4.
        let best = Confusion(bestOf: p, y)
        #expect(best.threshold == 0.4)
        #expect(best.truePositives == 3 && best.falsePositives == 1 && best.trueNegatives == 1)
        // F1 is 2/3 both at 0.8 and at 0.2.
        #expect(Confusion(bestOf: [0.8, 0.2, 0.2, 0.2], [true, true, false, false]).threshold == 0.8)
    }

    @Test("the AUC's standard error is that of Hanley and McNeil")
    func standardError() {
        // Q₁ = 0.8/1.2, Q₂ = 1.28/1.8; (0.16 + 9 · (Q₁ − 0.64) + 19 · (Q₂ − 0.64)) / 200.
        let expected = ((0.16 + 9 * (2.0 / 3 - 0.64) + 19 * (1.28 / 1.8 - 0.64)) / 200).squareRoot()
        #expect(abs(Metrics.aucError(0.8, positives: 10, negatives: 20) - expected) < 1e-12)
        #expect(Metrics.aucError(1, positives: 10, negatives: 20) == 0)
    }

    @Test("means are unweighted over the parts; a part with only one outcome has no AUC and is left out of its mean")
    func mean() {
        let first = EvaluationFigures([0.2, 0.6], [false, true], base: [0.5, 0.5])
        let second = EvaluationFigures([0.4, 0.8, 0.8], [true, true, true], base: [0.5, 0.5, 0.5])
        let mean = EvaluationFigures(meanOf: [first, second])
        #expect(first.auc == 1 && second.auc == nil && mean.auc == 1)
        #expect(mean.records == 5 && mean.positives == 4)
        #expect(abs(mean.brier - ((0.04 + 0.16) / 2 + (0.36 + 0.04 + 0.04) / 3) / 2) < 1e-12)
        #expect(abs(mean.baseLogLoss - 0.693147180559945) < 1e-12)
    }

    @Test("conversion has a Wilson interval, even for no records and for a rate of 0 or 1")
    func wilson() {
        let interval = Conversion(records: 10, positives: 8).interval
        #expect(abs(interval.lowerBound - 0.4902) < 1e-4 && abs(interval.upperBound - 0.9433) < 1e-4)
        #expect(Conversion(records: 0, positives: 0).rate == nil)
        #expect(Conversion(records: 0, positives: 0).interval == 0...1)
        let all = Conversion(records: 5, positives: 5).interval
        #expect(all.upperBound == 1 && abs(all.lowerBound - 0.5655) < 1e-4)
    }

    @Test("each record is in exactly one score band and one grade, by the score that a worker would compute")
    func bands() {
        let p = [0.001, 0.10, 0.104, 0.105, 0.25, 0.744, 0.745, 0.999, 1]
        let y = [false, false, true, true, false, true, true, true, true]
        let tens = ScoreBand.tens(p, y)
        #expect(tens.map(\.conversion.records) == [3, 1, 1, 0, 0, 0, 0, 2, 0, 2])
        #expect(tens.map(\.conversion.positives) == [1, 1, 0, 0, 0, 0, 0, 2, 0, 2])
        #expect(tens.map(\.scores) == (0..<10).map { 10 * $0 + 1...10 * $0 + 10 })
        let grades = ScoreBand.grades(p, y)
        #expect(grades.map(\.grade) == [.a, .b, .c, .d])
        #expect(grades.map(\.scores) == [75...100, 50...74, 25...49, 1...24])
        #expect(grades.map(\.conversion.records) == [3, 1, 1, 4])
    }

    @Test("the ROC curve goes from no records to all records, and the area under it is the AUC")
    func roc() throws {
        let (p, y) = ([0.9, 0.7, 0.7, 0.4, 0.2], [true, false, true, true, false])
        let curve = ROCPoint.curve(p, y)
        #expect(curve.map(\.falsePositiveRate) == [0, 0, 0.5, 0.5, 1])
        #expect(curve.map(\.truePositiveRate) == [0, 1.0 / 3, 2.0 / 3, 1, 1])
        let area = zip(curve, curve.dropFirst()).reduce(0) { sum, pair in
            let width = pair.1.falsePositiveRate - pair.0.falsePositiveRate
            return sum + width * (pair.0.truePositiveRate + pair.1.truePositiveRate) / 2
        }
        let auc = try #require(Metrics.auc(p, y))
        #expect(abs(area - auc) < 1e-12)
        #expect(ROCPoint.curve([0.1, 0.2], [true, true]).isEmpty)

        var random = SplitMix64(seed: 3)
        let many = (0..<20_000).map { _ in random.unit() }
        let thinned = ROCPoint.curve(many, many.map { random.unit() < $0 })
        #expect(thinned.count > 150 && thinned.count < 250)
        #expect(thinned.last?.truePositiveRate == 1 && thinned.last?.falsePositiveRate == 1)
    }

    @Test("the reliability diagram has all records in bins of equal size, and agrees with the calibration error")
    func reliability() {
        var random = SplitMix64(seed: 5)
        let p = (0..<1003).map { _ in random.unit() }
        let y = p.map { random.unit() < $0 * $0 }
        let points = ReliabilityPoint.diagram(p, y)
        #expect(points.map(\.conversion.records) == [101, 101, 101] + [Int](repeating: 100, count: 7))
        let error = points.reduce(0) { sum, point in
            sum + Double(point.conversion.records) / 1003 * abs(point.predicted - (point.conversion.rate ?? 0))
        }
        #expect(abs(error - Metrics.calibrationError(p, y)) < 1e-12)
        #expect(ReliabilityPoint.diagram([0.3], [true]).count == 1)
    }

    @Test("correct probabilities have the calibration error that is expected by chance")
    func chance() {
        var random = SplitMix64(seed: 8)
        let p = (0..<400).map { _ in random.unit() }
        var sum = 0.0
        for _ in 0..<50 { sum += Metrics.calibrationError(p, p.map { random.unit() < $0 }) }
        let expected = Metrics.calibrationErrorByChance(p)
        #expect(abs(sum / 50 - expected) < expected / 5)
    }
}

@Suite("The verdict follows its rule")
struct VerdictTests {
    private func verdict(
        auc: Double, logLoss: Double = 0.5, calibrationError: Double = 0.02, records: Int = 2000, leaks: [String] = []
    ) -> Verdict {
        let outcomes = (0..<records).map { $0 % 2 == 0 }
        let even = [Double](repeating: 0.5, count: records)
        var figures = EvaluationFigures(even, outcomes, base: even)
        (figures.auc, figures.logLoss, figures.calibrationError) = (auc, logLoss, calibrationError)
        return Verdict(mean: figures, pooled: figures, calibration: 0.01...0.06, suspectedLeaks: leaks)
    }

    @Test("ready if the AUC's lower bound is at least 0.70, fair from 0.60, otherwise not ready")
    func auc() {
        // With 1,000 + 1,000 records, 1.96 standard errors are 0.0221 at AUC 0.73, and 0.0246 at 0.62.
        #expect(verdict(auc: 0.73).level == .ready)
        #expect(verdict(auc: 0.72).level == .fair)
        #expect(verdict(auc: 0.63).level == .fair)
        #expect(verdict(auc: 0.62).level == .notReady)
        #expect(verdict(auc: 0.73, records: 100).level == .fair)
        #expect(verdict(auc: 0.5).level == .notReady)
    }

    @Test("a model no better than the base rate is not ready; a badly calibrated one is at most fair")
    func others() {
        #expect(verdict(auc: 0.9, logLoss: 0.6931).level == .ready)
        #expect(verdict(auc: 0.9, logLoss: 0.6932).level == .notReady)
        #expect(verdict(auc: 0.9, calibrationError: 0.05).level == .ready)
        #expect(verdict(auc: 0.9, calibrationError: 0.051).level == .fair)
        #expect(verdict(auc: 0.9).checks.count { $0.holds } == 4)
        #expect(verdict(auc: 0.9, calibrationError: 0.051).checks.count { !$0.holds } == 1)
    }

    @Test("with a suspected leak in use nothing is measured, however good or bad the figures; the leak is named")
    func leak() {
        for auc in [0.5, 0.65, 0.99] {
            let verdict = verdict(auc: auc, leaks: ["Tags"])
            #expect(verdict.level == .notMeasured && verdict.suspectedLeaks == ["Tags"])
            let check = verdict.checks.first { $0.text.contains("Tags") }
            #expect(check?.holds == false && check?.text.contains("--exclude-suspects") == true)
        }
    }

    @Test("what chance alone makes of the calibration error is always stated, with the interval")
    func chance() {
        for error in [0.01, 0.2] {
            let texts = verdict(auc: 0.9, calibrationError: error, records: 500).checks.map(\.text)
            // 500 probabilities of one half: each of ten bins is off by √(2/π · 12.5) of 50.
            #expect(texts.contains { $0.contains("(95 %: 0.010–0.060; by chance alone 0.056)") }, "\(texts)")
        }
    }
}
