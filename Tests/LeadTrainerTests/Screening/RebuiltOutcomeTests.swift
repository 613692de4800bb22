import LeadModel
import Testing

@testable import LeadTrainer

@Suite("Two attributes that together rebuild the outcome are suspected")
struct RebuiltOutcomeTests {
    @Test("one of two boxes, what was paid of what was asked, and equal texts")
    func pairs() {
        let screened = Screened(1000, seed: 3) { random, isPositive, number in
            let (box, amount) = (random.unit() < 0.5, (random.unit() * 900 + 100).rounded())
            let stage = "s\(random.index(below: 40))"
            return [
                "box a": .flag(box), "box b": .flag(box != isPositive),
                "amount": .number(amount), "paid": .number(isPositive ? amount : (amount * random.unit()).rounded()),
                "stage now": .text(stage), "stage won": .text(isPositive ? stage : "s\(random.index(below: 40))"),
                "honest": .number(random.unit() + (isPositive ? 0.4 : 0)),
                "other": .text("o\(random.index(below: 10))"),
            ]
        }
        #expect(screened.suspects == ["amount", "box a", "stage now"])
        let warning = screened.warnings("box a")
        #expect(
            warning == [
                "box a and box b together separate the outcomes almost perfectly (AUC 0.99): exclude one that is filled in "
                    + "or changed after the outcome is known"
            ])
    }

    @Test("the one that is left out is one of the two, and the other stays")
    func excluded() {
        var options = TrainingOptions()
        options.excludesSuspects = true
        let screened = Screened(1000, seed: 4, options) { random, isPositive, number in
            let box = random.unit() < 0.5
            return [
                "a": .flag(box), "b": .flag(box != (isPositive != (random.unit() < 0.02))),
                "c": .flag(random.unit() < 0.5),
            ]
        }
        #expect(screened.attributes.filter { $0.reason == .excluded }.map(\.name).count == 1)
        #expect(screened.reason("c") == .used)
    }

    @Test("strong honest attributes are not suspected, alone or in pairs")
    func honest() {
        var wrong: [String] = []
        for seed in 1...6 as ClosedRange<UInt64> {
            let screened = Screened(seed % 2 == 0 ? 300 : 1000, seed: seed) { random, isPositive, number in
                var values: [String: Value] = [:]
                for column in 0..<6 {
                    values["n\(column)"] = .number(random.unit() + (isPositive ? 0.4 : 0))
                    let level =
                        random.unit() < 0.5 ? random.index(below: 5) : random.index(below: 2) + (isPositive ? 3 : 0)
                    values["t\(column)"] = .text("\(level)x")
                }
                return values
            }
            wrong += screened.suspects.flatMap(screened.warnings)
        }
        #expect(wrong == [])
    }
}
