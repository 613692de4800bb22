import Testing

@testable import LeadTrainer

@Suite("What is in a bag")
struct BagRowsTests {
    @Test("a bag draws as many rows of each outcome as there are, with repetition; the other rows are left out")
    func bootstrap() {
        var random = SplitMix64(seed: 1)
        let outcomes = (0..<1000).map { $0 % 5 == 0 }
        let bag = BagRows(outcomes, group: Array(outcomes.indices), most: 1000, generator: &random)
        let drawn = zip(bag.inside, bag.weights)
        #expect(drawn.reduce(0) { $0 + (outcomes[Int($1.0)] ? $1.1 : 0) } == 200)
        #expect(drawn.reduce(0) { $0 + (outcomes[Int($1.0)] ? 0 : $1.1) } == 800)
        #expect((bag.inside + bag.outOfBag).sorted() == (0..<1000).map(Int32.init))
        #expect((300..<440).contains(bag.outOfBag.count))
    }

    @Test(
        "from very many rows, a bag draws at most its limit, in the outcomes' proportion, and tests half as many")
    func bounded() {
        var random = SplitMix64(seed: 2)
        let outcomes = (0..<50_000).map { $0 % 10 == 0 }
        let bag = BagRows(outcomes, group: Array(outcomes.indices), most: 2000, generator: &random)
        #expect(bag.weights.reduce(0, +) == 2000)
        let positives = zip(bag.inside, bag.weights).reduce(0) { $0 + (outcomes[Int($1.0)] ? $1.1 : 0) }
        #expect(positives == 200)
        #expect((850..<1150).contains(bag.outOfBag.count))
        #expect(Set(bag.inside).isDisjoint(with: bag.outOfBag))
        for rows in [bag.inside, bag.outOfBag] { #expect(zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 }) }
    }

    @Test("of records that resemble each other, a bag tests none if it has learned from one")
    func groups() {
        var random = SplitMix64(seed: 3)
        let bag = BagRows((0..<600).map { $0 % 2 == 0 }, group: (0..<600).map { $0 / 3 }, most: 600, generator: &random)
        #expect(Set(bag.inside.map { $0 / 3 }).isDisjoint(with: bag.outOfBag.map { $0 / 3 }))
        #expect(!bag.outOfBag.isEmpty)
    }

    @Test("bags that each see only a part of the records learn as well as bags that see all")
    func parts() throws {
        let records = SampleLeads.generate(count: 4000).compactMap(\.trainingRecord)
        let all = try Trainer.train(records).scorecard
        var options = TrainingOptions()
        options.rowsPerBag = 1000
        let parts = try Trainer.train(records, options: options).scorecard
        #expect(parts.quality.auc > all.quality.auc - 0.02)
        #expect(parts.training == all.training)
    }
}
