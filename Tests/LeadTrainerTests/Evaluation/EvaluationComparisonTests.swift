import LeadModel
import Testing

@testable import LeadTrainer

@Suite("Two evaluations are compared on the same folds")
struct EvaluationComparisonTests {
    /// The outcome follows x a little and y more; z is noise.
    private func records(_ count: Int, seed: UInt64) -> [TrainingRecord] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            let isPositive = random.unit() < 0.5
            return TrainingRecord(
                attributes: [
                    ("x", .number((50 * (random.unit() + (isPositive ? 0.2 : 0))).rounded())),
                    ("y", .number((50 * (random.unit() + (isPositive ? 0.4 : 0))).rounded())),
                    ("z", .number((50 * random.unit()).rounded())),
                ], isPositive: isPositive)
        }
    }

    private func options(without: String...) -> TrainingOptions {
        var options = TrainingOptions()
        (options.bags, options.rounds, options.exclude) = (2, 40, without)
        return options
    }

    private func compare(
        _ records: [TrainingRecord], _ first: TrainingOptions, _ second: TrainingOptions
    ) throws -> EvaluationComparison {
        let open = OpenStages()
        return try EvaluationComparison(
            (records, open, first), (records, open, second), .folds(5, rows: Array(records.indices)))
    }

    @Test("a draw of records is measured as the list of the drawn records would be")
    func draws() throws {
        var random = SplitMix64(seed: 5)
        let predictions = (0..<203).map { record in
            // Many equal probabilities.
            HeldOut.Prediction(
                record: record, probability: (20 * random.unit()).rounded() / 20, outcome: random.unit() < 0.4,
                base: 0.4)
        }
        let ranked = RankedPredictions(
            predictions, places: Dictionary(uniqueKeysWithValues: (0..<203).map { ($0, $0) }))
        for _ in 0..<20 {
            var counts = [Int32](repeating: 0, count: 203)
            for _ in 0..<203 { counts[random.index(below: 203)] += 1 }
            let drawn = predictions.flatMap { [HeldOut.Prediction](repeating: $0, count: Int(counts[$0.record])) }
            let (p, y) = (drawn.map(\.probability), drawn.map(\.outcome))
            let figures = try #require(ranked.figures(counts))
            #expect(abs((figures.auc ?? 0) - (Metrics.auc(p, y) ?? 1)) < 1e-12)
            #expect(abs(figures.logLoss - Metrics.logLoss(p, y)) < 1e-12)
            #expect(abs(figures.brier - Metrics.brier(p, y)) < 1e-12)
            #expect(abs(figures.calibrationError - Metrics.calibrationError(p, y)) < 1e-12)
        }
        #expect(ranked.figures([Int32](repeating: 0, count: 203)) == nil)
    }

    @Test("without the best attribute the other side is better, in either order; the intervals exclude zero")
    func better() throws {
        let records = records(600, seed: 2)
        let worse = try compare(records, options(), options(without: "y"))
        #expect(worse.finding == .first && worse.logLoss.isCertain && worse.logLoss.value > 0)
        #expect((worse.auc?.interval.upperBound ?? 1) < 0)
        let turned = try compare(records, options(without: "y"), options())
        #expect(turned.finding == .second)
        #expect(abs(turned.logLoss.value + worse.logLoss.value) < 1e-12)
        #expect(worse.logLoss.value == worse.second.mean.logLoss - worse.first.mean.logLoss)
        #expect(worse.first.parts.map(\.figures.positives) == worse.second.parts.map(\.figures.positives))
    }

    @Test("the same options don't differ, and what pure noise changes is called chance")
    func same() throws {
        let records = records(400, seed: 3)
        let same = try compare(records, options(), options())
        #expect(same.finding == .neither && same.logLoss.value == 0 && same.logLoss.interval == 0...0)
        #expect(same.auc?.interval == 0...0)
        let noise = try compare(records, options(), options(without: "z"))
        #expect(noise.finding == .neither || noise.finding == .second)
        #expect(noise.logLoss.interval.contains(noise.logLoss.value))
    }

    @Test(
        "a suspected leak in use on one side leaves the comparison not measured, with two readings of the same records")
    func leak() throws {
        let records = records(400, seed: 4)
        let leaky = records.map { record in
            var record = record
            record.attributes.append(("Verdict", .text(record.isPositive ? "yes" : "no")))
            return record
        }
        let open = OpenStages()
        let comparison = try EvaluationComparison(
            (records, open, options()), (leaky, open, options()), .usual(rows: Array(records.indices)))
        #expect(comparison.finding == .notMeasured && comparison.second.verdict.level == .notMeasured)
        #expect(comparison.first.verdict.level != .notMeasured && comparison.auc?.isCertain == true)
        var excluding = options()
        excluding.excludesSuspects = true
        let without = try EvaluationComparison(
            (records, open, options()), (leaky, open, excluding), .usual(rows: Array(records.indices)))
        #expect(without.finding == .neither && without.logLoss.value == 0)
    }

    @Test("what the records show follows from both differences: one is enough, two that disagree favour neither")
    func finding() throws {
        var comparison = try compare(records(200, seed: 6), options(), options())
        typealias Difference = EvaluationComparison.Difference
        let (up, down) = (Difference(0.5, 0.6, [0.05, 0.1, 0.2]), Difference(0.6, 0.5, [-0.05, -0.1, -0.2]))
        let open = Difference(0.5, 0.52, [-0.1, 0.02, 0.1])
        #expect(up.isCertain && down.isCertain && !open.isCertain && open.interval == -0.1...0.1)
        for (auc, logLoss, expected) in [
            (up, down, .second), (up, open, .second), (open, down, .second), (down, up, .first), (down, open, .first),
            (open, up, .first), (open, open, .neither), (up, up, .each), (down, down, .each), (nil, down, .second),
        ] as [(Difference?, Difference, EvaluationComparison.Finding)] {
            (comparison.auc, comparison.logLoss) = (auc, logLoss)
            #expect(comparison.finding == expected)
        }
    }
}
