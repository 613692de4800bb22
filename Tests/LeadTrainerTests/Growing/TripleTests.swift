import LeadModel
import TestKit
import Testing

@testable import LeadTrainer

@Suite("A triple of attributes has a table for what only all three together explain")
struct TripleTests {
    /// Two of three numbers say nothing of the outcome; the product of all three does.
    private func records(count: Int, strength: Double = 2) -> [TrainingRecord] {
        var random = SeededGenerator(seed: 11)
        return (0..<count).map { _ in
            let numbers = (0..<4).map { _ in Double.random(in: -1...1, using: &random) }
            let product = numbers[0] * numbers[1] * numbers[2]
            let isPositive = random.chance(logistic(product > 0 ? strength : -strength))
            let names: [Exact] = ["size", "visits", "budget", "noise"]
            return TrainingRecord(
                attributes: zip(names, numbers).map { (name: $0, value: .number($1)) }, isPositive: isPositive)
        }
    }

    @Test("an outcome that no two of three attributes explain is learned as their triple, and as no other")
    func together() throws {
        let records = records(count: 3000)
        var options = TrainingOptions()
        options.bags = 8
        let card = try Trainer.train(records, options: options).scorecard
        #expect(card.triples.map { $0.attributes.map { card.attributes[$0].name } } == [["budget", "size", "visits"]])
        #expect(card.quality.auc > 0.8)

        options.triples = 0
        let without = try Trainer.train(records, options: options).scorecard
        #expect(without.triples.isEmpty)
        #expect(without.quality.auc < 0.65)
    }

    @Test("its table explains nothing that two attributes explain without the third: each line has mean 0")
    func pure() throws {
        var table = try #require(TripleTable.made(seed: 5))
        let (points, records) = (table.points, table.records)
        let taken = table.purify()
        let sizes = table.sizes
        for a in 0..<sizes[0] {
            for b in 0..<sizes[1] {
                for c in 0..<sizes[2] {
                    let cell = (a * sizes[1] + b) * sizes[2] + c
                    let all =
                        table.points[cell] + taken[0][b * sizes[2] + c] + taken[1][a * sizes[2] + c]
                        + taken[2][a * sizes[1] + b]
                    #expect(abs(all - points[cell]) < 1e-9)
                }
            }
        }
        let steps = [sizes[1] * sizes[2], sizes[2], 1]
        for axis in 0..<3 {
            for start in points.indices where start / steps[axis] % sizes[axis] == 0 {
                let sum = (0..<sizes[axis]).reduce(0.0) {
                    $0 + table.points[start + $1 * steps[axis]] * records[start + $1 * steps[axis]]
                }
                #expect(abs(sum) < 1e-5)
            }
        }
    }

    @Test("the record counts of all cells are those that the scorecard finds in the data, and it survives decoding")
    func counts() throws {
        let records = records(count: 1500)
        let card = try Trainer.train(records).scorecard
        let triple = try #require(card.triples.first)
        var counts = triple.records.map { _ in 0 }
        for record in records {
            let bins = card.evidence(of: record.attributes, at: Moment(microseconds: 0)).bins
            counts[triple.cell { Int(bins[$0]) }] += 1
        }
        #expect(counts == triple.records)
        #expect(try Scorecard(artifact: card.artifact()) == card)
    }

    @Test("where pairs are enough, there is none")
    func none() throws {
        let card = try Trainer.train(SampleLeads.generate(count: 1500).compactMap(\.trainingRecord)).scorecard
        #expect(card.triples.isEmpty)
    }
}

extension TripleTable {
    /// Random points over random records, with cells that have none.
    fileprivate static func made(seed: UInt64) -> TripleTable? {
        var random = SeededGenerator(seed: seed)
        let codes = (0..<3).map { _ in (0..<400).map { _ in UInt16(Int.random(in: 0..<3, using: &random)) } }
        let groupings = codes.map { codes in
            Grouping(counts: (0..<3).map { bin in codes.count { $0 == bin } }, ordered: 3, most: 3, least: 1)
        }
        let cells = groupings.reduce(1) { $0 * $1.count }
        let points = (0..<cells).map { _ in Double.random(in: -1...1, using: &random) }
        return TripleTable(columns: [0, 1, 2], groupings: groupings, codes: codes, points: points)
    }
}
