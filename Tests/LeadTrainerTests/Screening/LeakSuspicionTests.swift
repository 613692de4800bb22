import Intake
import LeadModel
import TestKit
import Testing

@testable import LeadTrainer

@Suite("A suspected leak is kept, and a warning names it")
struct LeakSuspicionTests {
    @Test("a near-copy of the outcome, a predictive attribute that is often empty, and values with only one outcome")
    func suspects() throws {
        var random = SplitMix64(seed: 3)
        let records = (0..<1000).map { number in
            let isPositive = random.unit() < 0.4
            let (copy, honest) = (random.unit() < 0.04, random.unit())
            var attributes: [(name: Exact, value: Value)] = [
                ("copy", .text(isPositive == copy ? "red" : "blue")),
                ("honest", .number(honest + (isPositive ? 0.45 : 0))),
                ("sparse honest", .text(random.unit() < (isPositive ? 0.6 : 0.3) ? "yes" : "")),
            ]
            // Filled for half of the records, mostly positives.
            if random.unit() < (isPositive ? 0.85 : 0.2) {
                attributes.append(("verdict", .text(random.unit() < (isPositive ? 0.9 : 0.1) ? "warm" : "cold")))
            }
            if !isPositive, number % 4 == 0 { attributes.append(("reason lost", .text("too dear"))) }
            return TrainingRecord(attributes: attributes, isPositive: isPositive)
        }
        let result = try Trainer.train(records)
        let suspects = result.warnings.filter { $0.kind == .suspectedLeak }
        #expect(suspects.map(\.attribute) == ["copy", "reason lost", "verdict"])
        #expect(Set(result.scorecard.attributes.map(\.name)).isSuperset(of: ["copy", "reason lost", "verdict"]))
        let lost = records.count { $0.attributes.contains { $0.name == "reason lost" } }
        #expect(suspects[1].description.contains("for \(lost) of 1,000 leads"))
        for warning in result.warnings {
            for value in ["red", "blue", "warm", "cold", "too dear"] { #expect(!warning.description.contains(value)) }
        }
    }

    @Test("with 40 records of each outcome, a strong honest attribute is not suspected, a near-copy is")
    func few() throws {
        var random = SplitMix64(seed: 11)
        for _ in 0..<5 {
            let records = (0..<80).map { number in
                let isPositive = number % 2 == 0
                return TrainingRecord(
                    attributes: [
                        ("copy", .text(isPositive == (random.unit() < 0.02) ? "a" : "b")),
                        ("honest", .text(random.unit() < (isPositive ? 0.75 : 0.25) ? "a" : "b")),
                    ], isPositive: isPositive)
            }
            let suspects = try Trainer.train(records).warnings.filter { $0.kind == .suspectedLeak }
            #expect(suspects.map(\.attribute) == ["copy"])
        }
    }

    @Test(
        "in the raw export of real leads, tags and manual ratings are suspected, no honest attribute is; no id is used",
        .enabled(if: RealRecords.isThere(RealRecords.leads), "xedu-leads.csv is not in ../shared/data"))
    func realLeads() throws {
        var roles = ColumnRoles()
        (roles.outcome, roles.positive, roles.missing) = ("Converted", "1", ["Select"])
        var records: [TrainingRecord] = []
        try RecordFile(path: RealRecords.path(RealRecords.leads), roles: roles).read {
            records.append(TrainingRecord(attributes: $0.attributes, isPositive: $0.outcome == .positive))
        }
        var options = TrainingOptions()
        (options.missing, options.rounds, options.bags) = (["Select"], 20, 2)
        let result = try Trainer.train(records, options: options)
        func named(_ kind: TrainingWarning.Kind) -> [String?] {
            result.warnings.filter { $0.kind == kind }.map(\.attribute)
        }
        #expect(named(.suspectedLeak) == ["Lead Quality", "Tags"])
        #expect(named(.identifier) == ["Lead Number", "Prospect ID"])
        let used = Set(result.scorecard.attributes.map(\.name))
        #expect(used.isSuperset(of: ["Lead Quality", "Tags", "Total Time Spent on Website"]))
        #expect(used.isDisjoint(with: ["Lead Number", "Prospect ID"]))
    }
}
