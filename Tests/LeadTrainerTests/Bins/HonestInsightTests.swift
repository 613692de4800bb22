import Foundation
import LeadTrainer
import TestKit
import Testing

@testable import LeadModel

/// Scorecards of made-up leads whose attributes go together, so that the rate of many a value says the opposite of what the
/// value is worth.
@Suite("No insight of a trained scorecard contradicts its share")
struct HonestInsightTests {
    private static let now = Moment(milliseconds: 1_795_000_000_000)

    /// A draw of leads with correlated attributes.
    private enum Leads: String, CaseIterable {
        /// Who comes by a fair is better than others, but visits the site less, which counts more.
        case hiddenGood
        /// Visits and pages rise together; more visits help, more pages harm.
        case opposed
        /// What a region is worth depends on the product.
        case combined

        func generate(_ count: Int) -> [TrainingRecord] {
            var random = SeededGenerator(seed: 170)
            return (0..<count).map { _ in
                let (attributes, logOdds) = lead(&random)
                return TrainingRecord(
                    attributes: attributes.map { (name: Exact($0), value: $1) },
                    isPositive: random.chance(logistic(logOdds)))
            }
        }

        private func lead(_ random: inout SeededGenerator) -> ([(String, Value)], Double) {
            switch self {
            case .hiddenGood:
                let channel = random.pick(["Fair", "Web", "Phone", "Partner"])
                let most = channel == "Fair" ? 5 : channel == "Phone" ? 9 : 14
                let visits = Int.random(in: 0...most, using: &random)
                let worth = channel == "Fair" ? 0.8 : channel == "Web" ? -0.4 : 0
                let newsletter = random.chance(visits > 6 ? 0.8 : 0.2)
                return (
                    [
                        ("channel", .text(channel)), ("web.visits", .number(Double(visits))),
                        ("newsletter", .flag(newsletter)),
                    ], worth + 0.35 * Double(visits) - 3 + (newsletter ? -0.5 : 0)
                )
            case .opposed:
                let visits = Int.random(in: 0...12, using: &random)
                let pages = visits * 2 + Int.random(in: 0...8, using: &random)
                let country = random.pick(visits > 6 ? ["DE", "FR", "FR"] : ["DE", "DE", "IT"])
                return (
                    [
                        ("visits", .number(Double(visits))), ("pages", .number(Double(pages))),
                        ("country", .text(country)),
                    ], 0.5 * Double(visits) - 0.2 * Double(pages) - (country == "FR" ? 0.8 : 0)
                )
            case .combined:
                let (region, product) = (random.pick(["North", "South", "East"]), random.pick(["A", "B", "C"]))
                let size = Int.random(in: 1...(region == "North" ? 40 : 80), using: &random)
                let together = (region == "North") == (product == "A") ? 1.2 : -0.9
                return (
                    [("region", .text(region)), ("product", .text(product)), ("seats", .number(Double(size)))],
                    together + 0.03 * Double(size) - 1.5
                )
            }
        }
    }

    @Test(
        "where shares and rates disagree, each reason says why; without that some would contradict themselves",
        arguments: Leads.allCases)
    private func none(leads: Leads) throws {
        let records = leads.generate(1500)
        let card = try Trainer.train(records).scorecard
        var (contradictions, explained, disagreeing, all) = (0, 0, 0, 0)
        for record in records {
            let evidence = card.evidence(of: record.attributes, at: Self.now)
            for reason in card.reasons(evidence) {
                let index = try #require(card.attributes.firstIndex { $0.name == reason.attribute })
                let bin = card.attributes[index].bins[card.bins(of: index, in: evidence)[0]]
                let disagrees = Strength(reason.contribution).contradicts(ShownRates(bin, card.training))
                all += 1
                if disagrees { disagreeing += 1 }
                if reason.insight.contains("; ") { explained += 1 }
                if reason.contradictsItself { contradictions += 1 }
            }
        }
        #expect(contradictions == 0)
        #expect(explained == disagreeing)
        #expect(disagreeing * 50 > all, "\(leads): only \(disagreeing) of \(all) would contradict themselves")
    }
}
