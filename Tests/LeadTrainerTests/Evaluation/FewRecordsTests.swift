import LeadModel
import Testing

@testable import LeadTrainer

@Suite("Few records are evaluated in folds that are drawn repeatedly")
struct FewRecordsTests {
    /// `count` of each outcome, which follows the number x.
    private func records(_ count: Int, seed: UInt64 = 4) -> [TrainingRecord] {
        var random = SplitMix64(seed: seed)
        return (0..<2 * count).map { number in
            let isPositive = number % 2 == 0
            return TrainingRecord(
                attributes: [
                    ("x", .number((100 * (random.unit() + (isPositive ? 0.4 : 0))).rounded())),
                    ("source", .text(random.unit() < (isPositive ? 0.6 : 0.3) ? "web" : "fair")),
                ], isPositive: isPositive)
        }
    }

    private var quick: TrainingOptions {
        var options = TrainingOptions()
        (options.bags, options.rounds) = (2, 30)
        return options
    }

    @Test("40 + 40 records can be measured: each repeat holds out each record once, in folds with their share of both")
    func fortyOfEach() throws {
        let records = records(40)
        let rows = Array(records.indices)
        let parts = try EvaluationMethod.usual(rows: rows).parts(records, inside: rows)
        #expect(parts.count == 25)
        for number in 0..<5 {
            let ofRepeat = parts.filter { $0.repeatNumber == number }
            #expect(ofRepeat.flatMap(\.test).sorted() == rows)
            for part in ofRepeat {
                #expect(part.test.count { records[$0].isPositive } == 8 && part.test.count == 16)
                #expect(Set(part.test).isDisjoint(with: part.training) && part.training.count == 64)
                #expect(part.test == part.test.sorted() && part.training == part.training.sorted())
            }
        }
        #expect(Set(parts.map(\.test)).count == 25, "the repeats have folds of their own")

        let evaluation = try Evaluation(records, .usual(rows: rows), options: quick)
        #expect(evaluation.method == "repeated folds" && evaluation.repeats == 5 && evaluation.parts.count == 25)
        #expect(evaluation.pooled.records == 80 && evaluation.mean.records == 80 && evaluation.mean.positives == 40)
        #expect(evaluation.bands.reduce(0) { $0 + $1.conversion.records } == 80 && evaluation.half.records == 80)
        #expect(evaluation.probabilities.allSatisfy { $0 != nil })
        let mean = evaluation.parts.map(\.figures.logLoss).reduce(0, +) / 25
        #expect(abs(evaluation.mean.logLoss - mean) < 1e-12)
        // The outcomes can be predicted, and the interval is that of 80 records, not of 400.
        #expect((evaluation.mean.auc ?? 0) > 0.65)
        let interval = try #require(evaluation.meanIntervals.auc)
        #expect(interval.upperBound - interval.lowerBound > 0.12)
    }

    @Test("400 records, and folds that were asked for, are split by row number; the folds don't change with the seed")
    func enough() throws {
        let many = records(200)
        let rows = Array(many.indices)
        #expect(try EvaluationMethod.usual(rows: rows).parts(many, inside: rows).map(\.name).last == "fold 5 of 5")
        let few = Array(rows.dropLast())
        #expect(try EvaluationMethod.usual(rows: rows).parts(many, inside: few).count == 25)
        #expect(try EvaluationMethod.folds(5, rows: rows).parts(many, inside: few).count == 5)

        let first = try Evaluation(records(40), .usual(rows: rows), options: quick)
        var other = quick
        other.seed = 9
        let second = try Evaluation(records(40), .usual(rows: rows), options: other)
        #expect(first.parts.map(\.figures.positives) == second.parts.map(\.figures.positives))
        #expect(first.probabilities != second.probabilities)
    }

    @Test("the figures of repeats scatter less with the draw of the folds than those of one draw")
    func steadier() throws {
        let records = records(40)
        let evaluation = try Evaluation(records, .usual(rows: Array(records.indices)), options: quick)
        let byRepeat = stride(from: 0, to: 25, by: 5).map { first in
            evaluation.parts[first..<first + 5].compactMap(\.figures.auc).reduce(0, +) / 5
        }
        let (low, high) = (byRepeat.min() ?? 0, byRepeat.max() ?? 0)
        let auc = try #require(evaluation.mean.auc)
        #expect(low < auc && auc < high)
        #expect(abs(auc - byRepeat.reduce(0, +) / 5) < 1e-12)
    }

    @Test("the figures of 40 + 40 records are on average those of fresh ones, and their intervals contain these")
    func honest() throws {
        let fresh = records(1500, seed: 1000)
        let outcomes = fresh.map(\.isPositive)
        var (aucs, losses, within) = ([Double](), [Double](), 0)
        for seed in UInt64(1)...20 {
            let records = records(40, seed: seed)
            let evaluation = try Evaluation(records, .usual(rows: Array(records.indices)), options: quick)
            let probabilities = fresh.map { evaluation.scorecard.probability(evaluation.scorecard.evidence(of: $0)) }
            let auc = try #require(Metrics.auc(probabilities, outcomes))
            aucs.append((evaluation.mean.auc ?? 0) - auc)
            losses.append(evaluation.mean.logLoss - Metrics.logLoss(probabilities, outcomes))
            within += evaluation.meanIntervals.auc?.contains(auc) == true ? 1 : 0
        }
        // The parts train on four fifths, so they are a little worse, and never much better.
        let (auc, loss) = (aucs.reduce(0, +) / 20, losses.reduce(0, +) / 20)
        #expect((-0.03...0.03).contains(auc), "AUC \(auc)")
        #expect((-0.015...0.05).contains(loss), "log loss \(loss)")
        #expect(within >= 17, "\(within) of 20")
    }
}
