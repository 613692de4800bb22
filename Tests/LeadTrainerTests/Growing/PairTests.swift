import LeadModel
import Testing

@testable import LeadTrainer

@Suite("A pair of attributes has a table for what only both together explain")
struct PairTests {
    @Test("an outcome that neither of two attributes explains alone is learned as their pair, and as no other")
    func together() throws {
        let records = records(count: 2000)
        let card = try Trainer.train(records).scorecard
        let pair = try #require(card.pairs.max { strength($0) < strength($1) })
        #expect([pair.first, pair.second].map { card.attributes[$0].name } == ["size", "source"])
        #expect(card.quality.auc > 0.85)
        for other in card.pairs where other != pair { #expect(strength(other) < 0.2 * strength(pair)) }

        var options = TrainingOptions()
        options.pairs = 0
        let alone = try Trainer.train(records, options: options).scorecard
        #expect(alone.pairs.isEmpty)
        #expect(alone.quality.auc < 0.6)
    }

    @Test("at most the requested number of pairs is kept, the strongest ones")
    func kept() throws {
        var options = TrainingOptions()
        options.pairsKept = 1
        let card = try Trainer.train(records(count: 1000), options: options).scorecard
        #expect(card.pairs.map { [$0.first, $0.second].map { card.attributes[$0].name } } == [["size", "source"]])
    }

    @Test("a pair's table explains nothing that one attribute explains alone: each row and column has mean 0")
    func pure() throws {
        let card = try Trainer.train(SampleLeads.generate(count: 1500).compactMap(\.trainingRecord)).scorecard
        #expect(!card.pairs.isEmpty)
        for pair in card.pairs {
            for row in pair.points.indices {
                let sum = zip(pair.points[row], pair.records[row]).reduce(0.0) { $0 + $1.0 * Double($1.1) }
                #expect(abs(sum) < 1e-6 * Double(pair.records[row].reduce(1, +)))
            }
            for column in pair.points[0].indices {
                let sum = pair.points.indices.reduce(0.0) {
                    $0 + pair.points[$1][column] * Double(pair.records[$1][column])
                }
                #expect(abs(sum) < 1e-6 * Double(pair.records.reduce(1) { $0 + $1[column] }))
            }
        }
    }

    @Test("the record counts of all cells are those that the scorecard finds in the data")
    func counts() throws {
        // Some texts among the numbers, so that each of their bins has training records.
        let records = records(count: 1500).enumerated().map { number, record in
            guard number % 17 == 0 else { return record }
            return TrainingRecord(
                attributes: [(name: "size", value: .text("unknown"))] + record.attributes.dropFirst(),
                isPositive: record.isPositive)
        }
        let card = try Trainer.train(records).scorecard
        #expect(!card.pairs.isEmpty)
        for pair in card.pairs {
            var counts = pair.records.map { $0.map { _ in 0 } }
            for record in records {
                let bins = card.evidence(of: record.attributes, at: Moment(microseconds: 0)).bins
                let row = Int(pair.firstGroups[Int(bins[pair.first])])
                counts[row][Int(pair.secondGroups[Int(bins[pair.second])])] += 1
            }
            #expect(counts == pair.records)
        }
        #expect(try Scorecard(artifact: card.artifact()) == card)
    }

    @Test("the removed parts and the rest of a pair's table add up to the original table")
    func purify() {
        let points = [[1.0, 2, -1], [0.5, -3, 4]]
        var table = PairTable(
            first: 0, second: 1, firstGroups: [0, 0, 1], secondGroups: [0, 1, 2], points: points,
            records: [[10, 20, 30], [5, 0, 15]])
        let taken = table.purify()
        for (bin, group) in table.firstGroups.enumerated() {
            for (column, group2) in table.secondGroups.enumerated() {
                let sum = table.points[group][group2] + taken.first[bin] + taken.second[column]
                #expect(abs(sum - points[group][group2]) < 1e-6)
            }
        }
    }

    @Test("nearly equal groups are joined; ordered groups only with their neighbours")
    func join() {
        var table = PairTable(
            first: 0, second: 1, firstGroups: [0, 1, 2, 3], secondGroups: [0, 1],
            points: [[0.5, -0.5], [-0.5, 0.5], [0.5, -0.5], [-0.5, 0.5]],
            records: [[1, 3], [2, 2], [3, 1], [4, 4]])
        table.joinGroups(ordered: (first: 2, second: 2), nearness: 0.01)
        // The third and fourth groups have no order, and no equal except among the ordered groups.
        #expect(table.firstGroups == [0, 1, 2, 3] && table.secondGroups == [0, 1])
        table.joinGroups(ordered: (first: 0, second: 2), nearness: 0.01)
        #expect(table.firstGroups == [0, 1, 0, 1])
        #expect(table.points == [[0.5, -0.5], [-0.5, 0.5]] && table.records == [[4, 4], [6, 6]])
    }

    @Test("the best tree of four leaves is found, with the values of Newton steps")
    func tree() {
        let groups = Grouping(counts: [10, 10, 0], ordered: 2, most: 2, least: 1)
        #expect(groups.count == 3 && groups.orderedCount == 2 && groups.usedCount == 3)
        // Two by two (16 + 16 + 36 + 36, over 3 + 1), and 0 in the group without training records.
        var sums = [SIMD2<Double>](repeating: .zero, count: 9)
        (sums[0], sums[1], sums[3], sums[4]) = ([-4, 3], [4, 3], [6, 3], [-6, 3])
        var change = [Double](repeating: 7, count: 9)
        let gain = PairTree(ridge: 1, step: 0.5).fill(&change, sums: sums, groups, groups)
        #expect(gain == 26)
        let leaves = [change[0], change[1], change[3], change[4]]
        #expect(leaves == [0.5, -0.5, -0.75, 0.75])
        let nothing = PairTree(ridge: 1, step: 0.5).fill(
            &change, sums: .init(repeating: .zero, count: 9), groups, groups)
        #expect(nothing == 0 && change.allSatisfy { $0 == 0 })
    }

    @Test(
        "ordered bins are grouped in runs, frequent categories are groups of their own, bins without records come last"
    )
    func grouping() {
        let ordered = Grouping(counts: [5, 5, 5, 40, 5, 5, 3, 0], ordered: 6, most: 3, least: 10)
        #expect(ordered.ofBin == [0, 0, 0, 1, 2, 2, 3, 4])
        #expect(ordered.records == [15, 40, 10, 3, 0] && ordered.orderedCount == 3)
        let categories = Grouping(counts: [50, 4, 30, 6, 0], ordered: 0, most: 20, least: 10)
        #expect(categories.ofBin == [0, 2, 1, 2, 3])
        #expect(categories.records == [50, 30, 10, 0])
    }

    @Test("if a number's only bin has no training records, it has 0 points in pairs too")
    func untaught() {
        // All dates are in the future. The bins: any age, missing, not a date.
        let grouping = Grouping(counts: [0, 345, 55], ordered: 1, most: 24, least: 10)
        #expect(grouping.ofBin == [2, 0, 1] && grouping.records == [345, 55, 0])
    }

    /// Small leads from the web and large ones from fairs are positive, nine times in ten; the rest is chance.
    private func records(count: Int) -> [TrainingRecord] {
        var random = SplitMix64(seed: 11)
        return (0..<count).map { _ in
            let (size, isWeb) = (random.unit() * 100, random.unit() < 0.5)
            let isLikely = (size < 50) == isWeb
            return TrainingRecord(
                attributes: [
                    (name: "size", value: .number(size.rounded())),
                    (name: "source", value: .text(isWeb ? "web" : "fair")),
                    (name: "weekday", value: .text("day \(random.index(below: 7))")),
                    (name: "visits", value: .number(Double(random.index(below: 30)))),
                ], isPositive: random.unit() < (isLikely ? 0.9 : 0.1))
        }
    }

    private func strength(_ pair: Scorecard.Pair) -> Double {
        zip(pair.points, pair.records).reduce(0.0) { sum, row in
            sum + zip(row.0, row.1).reduce(0.0) { $0 + $1.0 * $1.0 * Double($1.1) }
        }.squareRoot()
    }
}
