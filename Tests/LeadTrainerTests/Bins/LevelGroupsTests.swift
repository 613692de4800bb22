import LeadModel
import TestKit
import Testing

@testable import LeadTrainer

@Suite("Levels whose names have a hierarchy back off to their group")
struct LevelGroupsTests {
    /// Few bags, which are quick.
    private let options: TrainingOptions = {
        var options = TrainingOptions()
        options.bags = 8
        return options
    }()

    /// 600 cities in ten regions; the region decides, every second one is good.
    private func records(_ count: Int, name: (_ region: Int, _ city: Int) -> String) -> [TrainingRecord] {
        var random = SeededGenerator(seed: 8)
        return (0..<count).map { _ in
            // Few cities are frequent, most are rare.
            let city = Int(600 * Double.random(in: 0..<1, using: &random) * Double.random(in: 0..<1, using: &random))
            let region = city % 10
            let isPositive = random.chance(region.isMultiple(of: 2) ? 0.7 : 0.2)
            return TrainingRecord(
                attributes: [(name: "city", value: .text(name(region, city)))], isPositive: isPositive)
        }
    }

    private func score(_ card: Scorecard, _ city: String) -> Double {
        card.probability(card.evidence(of: [(name: "city", value: .text(city))], at: Moment(microseconds: 0)))
    }

    @Test("a city that training never saw scores as its region does, whichever end of the name says the region")
    func unseen() throws {
        let names: [(Int, Int) -> String] = [
            { "Region \($0)/City \($1)" }, { "City \($1), R\($0)" },
        ]
        for name in names {
            let card = try Trainer.train(records(3000, name: name), options: options).scorecard
            #expect(abs(score(card, name(2, 9992)) - 0.7) < 0.08)
            #expect(abs(score(card, name(3, 9993)) - 0.2) < 0.08)
            #expect(try Scorecard(artifact: card.artifact()) == card)
        }
    }

    @Test("the bin of a group says that it is of the group's other values, and none of one person's")
    func labels() throws {
        let card = try Trainer.train(records(3000) { "Region \($0)/City \($1)" }, options: options).scorecard
        let attribute = try #require(card.attributes.first)
        let bins = attribute.groupBins.sorted().map { attribute.bins[$0] }
        #expect(bins.map(\.label) == (0..<10).map { "other Region \($0)/…" })
        #expect(bins.allSatisfy { $0.records >= 5 })
    }

    @Test("names without a hierarchy, and few levels, have no groups")
    func none() throws {
        for name in [{ "City\($0 * 1000 + $1)" }, { _, city in "Region \(city % 2)/City \(city % 20)" }]
            as [(Int, Int) -> String]
        {
            let card = try Trainer.train(records(3000, name: name), options: options).scorecard
            #expect(card.attributes.allSatisfy { $0.groupBins.isEmpty })
        }
    }

    @Test("the scorecard's bins hold exactly the records that training counted in them")
    func counts() throws {
        let records = records(2000) { "Region \($0)/City \($1)" }
        let card = try Trainer.train(records, options: options).scorecard
        let attribute = try #require(card.attributes.first)
        var counts = attribute.bins.map { _ in 0 }
        for record in records {
            counts[Int(card.evidence(of: record.attributes, at: Moment(microseconds: 0)).bins[0])] += 1
        }
        #expect(counts == attribute.bins.map(\.records))
    }
}
