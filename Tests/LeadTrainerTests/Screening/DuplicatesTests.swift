import LeadModel
import Testing

@testable import LeadTrainer

@Suite("Records that are others again")
struct DuplicatesTests {
    private static func leads(_ count: Int, seed: UInt64) -> [TrainingRecord] {
        var random = SplitMix64(seed: seed)
        func unit() -> Double { Double(random.index(below: 1_000_000)) / 1_000_000 }
        return (0..<count).map { number in
            let (visits, minutes, budget) = (unit() * 30, unit() * 90, unit() * 50_000)
            let source = ["Web", "Fair", "Phone", "Partner"][random.index(below: 4)]
            let logOdds = 0.1 * (visits - 15) + (source == "Fair" ? 0.8 : -0.3)
            return TrainingRecord(
                attributes: [
                    ("lead", .text("L\(number)")), ("visits", .number((visits * 10).rounded() / 10)),
                    ("minutes", .number((minutes * 100).rounded() / 100)), ("budget", .number(budget.rounded())),
                    ("pages", .number((unit() * 300).rounded())), ("seats", .number((unit() * 900).rounded() + 1)),
                    ("source", .text(source)), ("country", .text(["DE", "FR", "PL"][random.index(below: 3)])),
                ], isPositive: unit() < logistic(logOdds))
        }
    }

    /// The same leads under other ids; their numbers as they are, or up to one percent off.
    private static func again(_ leads: [TrainingRecord], jitter: Bool) -> [TrainingRecord] {
        var random = SplitMix64(seed: 77)
        return leads.enumerated().map { number, lead in
            var lead = lead
            lead.attributes = lead.attributes.map { name, value in
                if name == "lead" { return (name, .text("M\(number)")) }
                guard jitter, case .number(let x) = value else { return (name, value) }
                return (name, .number(x * (0.99 + 0.02 * Double(random.index(below: 1000)) / 1000)))
            }
            return lead
        }
    }

    private static func auc(_ card: Scorecard, _ leads: [TrainingRecord]) -> Double {
        let p = leads.map { card.probability(card.evidence(of: $0.attributes, at: Moment(microseconds: 0))) }
        return Metrics.auc(p, leads.map(\.isPositive)) ?? 0
    }

    @Test("a file with each lead twice gives the scorecard of the file with each once, and the copies are counted")
    func copies() throws {
        let once = Self.leads(500, seed: 1)
        let twice = try Trainer.train(once + Self.again(once, jitter: false))
        #expect(try twice.scorecard.artifact() == Trainer.train(once).scorecard.artifact())
        let warning = try #require(twice.warnings.first { $0.kind == .duplicates })
        #expect(warning.description.hasPrefix("of 1,000 leads, 500 are the same as another"), "\(warning.description)")
    }

    @Test("an evaluation of a file with each lead twice gives the figures of the file with each once")
    func evaluation() throws {
        let once = Self.leads(300, seed: 2)
        var options = TrainingOptions()
        options.bags = 8
        func figures(_ leads: [TrainingRecord]) throws -> EvaluationFigures {
            try Evaluation(leads, .folds(5, rows: Array(leads.indices)), options: options).mean
        }
        #expect(try figures(once + Self.again(once, jitter: false)) == figures(once))
    }

    @Test("leads that come again with numbers a percent off flatter no figure")
    func near() throws {
        let once = Self.leads(700, seed: 3)
        let result = try Trainer.train(once + Self.again(once, jitter: true))
        let fresh = Self.auc(result.scorecard, Self.leads(5000, seed: 4))
        #expect(abs(result.scorecard.quality.auc - fresh) < 0.04, "\(result.scorecard.quality.auc), fresh \(fresh)")
        #expect(result.warnings.contains { $0.kind == .duplicates && $0.description.contains("are nearly the same") })
    }

    @Test("plain records, of which many are alike, are no duplicates")
    func plain() throws {
        let leads = Self.leads(600, seed: 5).map { lead in
            var lead = lead
            lead.attributes.removeAll { !["source", "country"].contains($0.name.text) }
            return lead
        }
        let result = try Trainer.train(leads)
        #expect(!result.warnings.contains { $0.kind == .duplicates })
        #expect(result.scorecard.training.positives + result.scorecard.training.negatives == 600)
    }
}
