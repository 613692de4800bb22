import LeadModel
import TestKit
import Testing

@testable import LeadTrainer

@Suite("Scores follow what time moves, where left-out records in order of time show it")
struct TimeShiftTests {
    /// Few bags, which are quick.
    private static var options: TrainingOptions {
        var options = TrainingOptions()
        options.bags = 8
        return options
    }

    /// Leads a minute apart; their base rate goes with time by `drift` log-odds in all, and nothing else shows it.
    private func records(_ count: Int, drift: (Double) -> Double) -> [TrainingRecord] {
        var random = SeededGenerator(seed: 3)
        return (0..<count).map { number in
            let visits = Int.random(in: 0...20, using: &random)
            let logOdds = -1.5 + 0.1 * Double(visits) + drift(Double(number) / Double(count))
            return TrainingRecord(
                attributes: [(name: "visits", value: .number(Double(visits)))],
                isPositive: random.chance(logistic(logOdds)),
                createdAt: Moment(milliseconds: 1_790_000_000_000 + Int64(number) * 60_000))
        }
    }

    private func meanOfNewest(_ all: [TrainingRecord], followsTime: Bool = true) throws -> (mean: Double, moved: Bool) {
        var options = Self.options
        options.followsTime = followsTime
        let result = try Trainer.train(Array(all.prefix(4000)), options: options)
        let future = all.suffix(1000)
        let mean = future.reduce(0.0) {
            $0 + result.scorecard.probability(result.scorecard.evidence(of: $1.attributes, at: $1.createdAt!))
        }
        return (mean / 1000, result.warnings.contains { $0.kind == .moved })
    }

    @Test("a base rate that rises with time brings the probabilities of the future nearer to what happens, and is said")
    func rising() throws {
        let all = records(5000) { 2 * $0 }
        let rate = Double(all.suffix(1000).count(where: \.isPositive)) / 1000
        let (followed, kept) = (try meanOfNewest(all), try meanOfNewest(all, followsTime: false))
        #expect(followed.moved && !kept.moved)
        #expect(abs(followed.mean - rate) < 0.7 * abs(kept.mean - rate))
    }

    @Test("a steady base rate moves nothing: the scorecard is that without following time, to the byte")
    func steady() throws {
        let all = records(3000) { _ in 0 }
        var options = Self.options
        let followed = try Trainer.train(all, options: options).scorecard.artifact()
        options.followsTime = false
        #expect(try Trainer.train(all, options: options).scorecard.artifact() == followed)
    }

    @Test("what has passed again within the newest records is not followed")
    func passing() throws {
        let all = records(4000) { $0 > 0.65 && $0 < 0.73 ? 2 : 0 }
        #expect(try !meanOfNewest(all).moved)
    }

    @Test("folds of an evaluation follow nothing, since they hold out records of the same time")
    func folds() throws {
        let all = records(3000) { 2 * $0 }
        let evaluation = try Evaluation(all, .usual(rows: Array(all.indices)), options: Self.options)
        let rate = Double(all.count(where: \.isPositive)) / 3000
        let held = evaluation.held.first
        let mean = held.map(\.probability).reduce(0, +) / Double(held.count)
        #expect(abs(mean - rate) < 0.01)
    }
}
