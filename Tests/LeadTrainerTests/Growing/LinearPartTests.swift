import Foundation
import LeadModel
import TestKit
import Testing

@testable import LeadTrainer

@Suite("Of few records, a linear part steadies the scorecard")
struct LinearPartTests {
    /// Ten numbers, each worth a little, along a straight line.
    private func records(_ count: Int, seed: UInt64) -> [(record: TrainingRecord, probability: Double)] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            let numbers = (0..<10).map { _ in Double.random(in: -1.7...1.7, using: &random) }
            let probability = logistic(numbers.reduce(-0.3) { $0 + 0.4 * $1 })
            let attributes = numbers.enumerated().map { (name: Exact("n\($0)"), value: Value.number($1)) }
            return (TrainingRecord(attributes: attributes, isPositive: random.chance(probability)), probability)
        }
    }

    @Test("its fit is that of ridge regression: no slope of the penalized loss is left")
    func optimum() throws {
        let records = records(300, seed: 2).map(\.record)
        let outcomes = records.map(\.isPositive)
        // Two attributes of four bins, the second without an order.
        let columns = (0..<2).map { place in
            records.map { record -> UInt16 in
                guard case .number(let number) = record.attributes[place].value else { return 0 }
                return UInt16(max(0, min(3, number + 2)))
            }
        }
        let table = BinnedTable(
            rowCount: 300,
            attributes: columns.enumerated().map {
                .init(column: $0, part: .whole, codes: $1, binCount: 4, orderedCount: $0 == 0 ? 4 : 0, offset: 4 * $0)
            })
        var generator = SplitMix64(seed: 1)
        let rows = BagRows(outcomes, group: Array(0..<300), most: 300, generator: &generator)
        let places = LinearPart.places(table)
        var part = LinearPart(table, places: places, outcomes: outcomes, rows: rows, intercept: 0)
        part.fit(rounds: 200, ridge: 10, table)

        var slopes = [Double](repeating: 0, count: 8)
        var all = 0.0
        for (place, row) in rows.inside.enumerated() {
            let bins = columns.map { Int($0[Int(row)]) }
            let logOdds = part.intercept + part.points[bins[0]] + part.points[4 + bins[1]]
            let slope = Double(rows.weights[place]) * (logistic(logOdds) - (outcomes[Int(row)] ? 1 : 0))
            all += slope
            slopes[bins[0]] += slope
            slopes[4 + bins[1]] += slope
        }
        #expect(abs(all) < 0.05)
        let along = part.points[3] / places[3]
        #expect(abs((0..<4).reduce(10 * along) { $0 + slopes[$1] * places[$1] }) < 0.05)
        for bin in 4..<8 { #expect(abs(slopes[bin] + 10 * part.points[bin]) < 0.05) }
        for bin in 0..<4 { #expect(abs(part.points[bin] - along * places[bin]) < 1e-9) }
    }

    @Test("300 records of a straight line are predicted better with a linear part than without")
    func better() throws {
        let (training, fresh) = (records(300, seed: 4).map(\.record), records(4000, seed: 5))
        /// The mean Kullback-Leibler divergence from the truth.
        func divergence(linear: Bool) throws -> Double {
            var options = TrainingOptions()
            options.linear = linear
            let card = try Trainer.train(training, options: options).scorecard
            return fresh.reduce(0.0) { sum, one in
                let p = card.probability(card.evidence(of: one.record.attributes, at: Moment(microseconds: 0)))
                return sum - one.probability * log(p / one.probability)
                    - (1 - one.probability) * log((1 - p) / (1 - one.probability))
            } / Double(fresh.count)
        }
        let (with, without) = (try divergence(linear: true), try divergence(linear: false))
        #expect(with < 0.9 * without, "\(with) with, \(without) without")
    }
}
