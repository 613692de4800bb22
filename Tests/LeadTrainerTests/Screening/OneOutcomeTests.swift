import Foundation
import LeadModel
import Testing

@testable import LeadTrainer

@Suite("What goes with one outcome only is suspected")
struct OneOutcomeTests {
    /// Of the records of either outcome, 5 %: `Screened` deals the outcomes out by the same remainder.
    private func everyTwentieth(_ number: Int) -> Bool { number * 7919 % 1000 % 20 == 0 }

    @Test(
        "a number, category, date or list that is filled in for 5 % of one outcome, and nobody else, of 1,000 records",
        arguments: [true, false])
    func filled(isPositiveOnly: Bool) {
        for seed in 1...3 as ClosedRange<UInt64> {
            let screened = Screened(1000, seed: seed) { random, isPositive, number in
                var values: [String: Value] = ["honest": .number(random.unit() + (isPositive ? 0.4 : 0))]
                guard isPositive == isPositiveOnly, everyTwentieth(number) else { return values }
                values["deduction"] = .number((random.unit() * 1000).rounded())
                values["category"] = .text(["a", "b"][random.index(below: 2)])
                values["date"] = .text("2025-0\(1 + random.index(below: 9))-11")
                values["list"] = .list(["x", ["y", "z"][random.index(below: 2)]])
                return values
            }
            #expect(screened.suspects == ["category", "date", "deduction", "list"])
            let (count, outcome) = isPositiveOnly ? (20, "qualified") : (30, "disqualified")
            #expect(
                screened.warnings("deduction") == [
                    "deduction is filled in for \(count) leads, all of them \(outcome): if it is filled in or changed after "
                        + "the outcome is known, exclude it"
                ])
        }
    }

    @Test("a single category, a number that stands for none, a list's entry, and a gap, of 5 % of one outcome")
    func values() {
        for seed in 1...3 as ClosedRange<UInt64> {
            let screened = Screened(1000, seed: seed) { random, isPositive, number in
                let isMarked = isPositive && everyTwentieth(number)
                return [
                    "category": .text(isMarked ? "closed" : ["a", "b", "c"][random.index(below: 3)]),
                    "number": .number(isMarked ? -1 : (random.unit() * 300).rounded()),
                    "list": .list((isMarked ? ["signed"] : []) + [["a", "b"][random.index(below: 2)], "c"]),
                    "gap": .text(isMarked ? "" : ["a", "b"][random.index(below: 2)]),
                ]
            }
            #expect(screened.suspects == ["category", "gap", "list", "number"])
            #expect(screened.warnings("gap")[0].hasPrefix("gap is empty for 20 leads, all of them qualified"))
            for name in screened.suspects { #expect(!screened.warnings(name)[0].contains("closed")) }
        }
    }

    @Test("honest rare values, honest gaps and strong honest numbers are not suspected")
    func honest() {
        var wrong: [String] = []
        for seed in 1...8 as ClosedRange<UInt64> {
            let screened = Screened(1000, seed: seed) { random, isPositive, number in
                var values: [String: Value] = [:]
                // A rare category that happens to have one outcome.
                values["rare"] = .text(isPositive && number * 7919 % 1000 < 6 ? "r" : "q\(random.index(below: 8))")
                // Sources of which 90 % are positive, or 6 %.
                values["source"] = .text(
                    random.unit() < (isPositive ? 0.18 : 0.013) ? "referral" : random.unit() < 0.2 ? "fair" : "web")
                values["cold"] = .text(random.unit() < (isPositive ? 0.015 : 0.16) ? "list" : "web")
                // Filled at differing rates.
                if random.unit() < (isPositive ? 0.3 : 0.05) { values["budget"] = .number(random.unit().rounded()) }
                if random.unit() < (isPositive ? 0.08 : 0.02) { values["title"] = .text("cto") }
                // A number whose highest values are nearly all positive.
                let visits = (-8 * log(1 - random.unit()) * (isPositive ? 2 : 1)).rounded()
                values["visits"] = .number(visits)
                for column in 0..<20 { values["noise\(column)"] = .text("n\(random.index(below: 40))") }
                return values
            }
            wrong += screened.suspects.flatMap(screened.warnings)
        }
        #expect(wrong == [])
    }

    @Test("the probability of few exceptions is that of the binomial distribution")
    func chance() {
        #expect(abs(OneOutcome.chance(atMost: 0, of: 20, share: 0.4) / 1.0995e-8 - 1) < 1e-3)
        // 0.5¹⁰ · (1 + 10 + 45)
        #expect(abs(OneOutcome.chance(atMost: 2, of: 10, share: 0.5) - 56.0 / 1024) < 1e-12)
        #expect(abs(OneOutcome.chance(atMost: 9, of: 9, share: 0.3) - 1) < 1e-12)
    }
}
