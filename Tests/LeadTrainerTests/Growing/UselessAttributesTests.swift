import LeadModel
import Testing

@testable import LeadTrainer

@Suite("Attributes that are worth nothing, and values that are not known")
struct UselessAttributesTests {
    /// Leads of two useful attributes, one of them not monotonic, among many that are chance.
    private static func leads(_ count: Int, noise: Int, seed: UInt64) -> [TrainingRecord] {
        var random = SplitMix64(seed: seed)
        func unit() -> Double { Double(random.index(below: 1_000_000)) / 1_000_000 }
        return (0..<count).map { _ in
            let (visits, age) = (unit() * 20, unit() * 60)
            let logOdds = 0.15 * (visits - 10) + (abs(age - 30) < 12 ? 1 : -1) - 0.4
            var attributes: [(name: Exact, value: Value)] = [
                ("visits", .number((visits * 10).rounded() / 10)), ("days", .number(age.rounded())),
            ]
            for number in 0..<noise {
                let value: Value =
                    number % 2 == 0
                    ? .number((unit() * 1000).rounded())
                    : .text(["red", "green", "blue", "grey"][random.index(below: 4)])
                attributes.append((Exact("other \(number)"), value))
            }
            return TrainingRecord(attributes: attributes, isPositive: unit() < logistic(logOdds))
        }
    }

    private static func figures(_ card: Scorecard, _ leads: [TrainingRecord]) -> (auc: Double, mean: Double) {
        let p = leads.map { card.probability(card.evidence(of: $0.attributes, at: Moment(microseconds: 0))) }
        return (Metrics.auc(p, leads.map(\.isPositive)) ?? 0, p.reduce(0, +) / Double(p.count))
    }

    @Test("two useful attributes among a hundred that are chance predict fresh leads nearly as well as alone")
    func wide() throws {
        let fresh = Self.leads(4000, noise: 0, seed: 8)
        func auc(noise: Int) throws -> Double {
            let card = try Trainer.train(Self.leads(800, noise: noise, seed: 7)).scorecard
            return Self.figures(card, fresh).auc
        }
        let (alone, among) = (try auc(noise: 0), try auc(noise: 100))
        #expect(alone > 0.7 && among > alone - 0.02, "\(alone) alone, \(among) among others")
    }

    @Test("a lead of which nothing is known scores near the base rate; blanks at random leave the mean where it was")
    func unknown() throws {
        let card = try Trainer.train(Self.leads(1500, noise: 2, seed: 9)).scorecard
        let fresh = Self.leads(4000, noise: 2, seed: 10)
        let base = Double(fresh.count(where: \.isPositive)) / Double(fresh.count)
        let nothing = card.probability(
            card.evidence(of: [(name: Exact, value: Value)](), at: Moment(microseconds: 0)))
        #expect(abs(nothing - base) < 0.03, "\(nothing) of nothing, \(base) of all")
        var random = SplitMix64(seed: 11)
        for blanks in [3, 6] {
            let blanked = fresh.map { lead in
                var lead = lead
                lead.attributes.removeAll { _ in random.index(below: 10) < blanks }
                return lead
            }
            let mean = Self.figures(card, blanked).mean
            #expect(abs(mean - base) < 0.03, "\(blanks)0 % blanks: \(mean), truth \(base)")
        }
    }

    @Test("few missing values say little of a lead that comes without one; many say what they said in training")
    func missing() throws {
        /// Leads of which a share has no `phone`, all of those lost.
        func points(ofEvery n: Int) throws -> Double {
            var leads = Self.leads(1000, noise: 0, seed: 12)
            for place in leads.indices {
                if place % n == 0 {
                    leads[place].isPositive = false
                } else {
                    leads[place].attributes.append(("phone", .text(place % 2 == 0 ? "mobile" : "office")))
                }
            }
            let card = try Trainer.train(leads).scorecard
            let phone = try #require(card.attributes.first { $0.name == "phone" })
            return phone.bins[phone.missingBin].points
        }
        // Without exception lost: in both files the same is to be seen, of 10 records and of 250.
        let (few, many) = (try points(ofEvery: 100), try points(ofEvery: 4))
        #expect(many < -1 && few > many / 2, "\(few) of few, \(many) of many")
    }
}
