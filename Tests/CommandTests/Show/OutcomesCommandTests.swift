import Foundation
import LeadModel
import TestKit
import Testing

@Suite("leadline outcomes", .onOwnThreads)
struct OutcomesCommandTests {
    private struct Report: Decodable {
        struct Conversion: Decodable { var records, positives: Int }
        struct Group: Decodable { var conversion: Conversion }
        struct OfMonth: Decodable { var month: String }

        var positive: String
        var withoutScore: Int
        var all: Group
        var months: [OfMonth]
    }

    private static let october = Moment(rfc3339: "2026-10-10T00:00:00Z")!

    private func ledger(each count: Int = 40) throws -> LedgerFixture {
        let ledger = try LedgerFixture(org: "acme")
        for number in 0..<count {
            // Of grade A four of five, of grade D one of ten.
            try ledger.take(
                closed: "A\(number)", as: number % 5 == 0 ? .disqualified : .qualified, at: Self.october,
                probability: 0.8)
            try ledger.take(
                closed: "D\(number)", as: number % 10 == 0 ? .qualified : .disqualified,
                at: Self.october.adding(days: 30), probability: 0.1, model: ModelVersion(name: "sales", version: 2))
        }
        try ledger.take(closed: "never", as: .qualified, at: Self.october, probability: nil)
        return ledger
    }

    private func outcomes(_ ledger: LedgerFixture, _ arguments: String...) throws -> CommandRun {
        try CommandRun(["outcomes", "--org", "acme"] + arguments, environment: ledger.environment)
    }

    @Test("it shows conversion by grade, score, month and version, and findings, without broker or Redis")
    func text() throws {
        let ledger = try ledger()
        let run = try outcomes(ledger)
        #expect(run.code == 0, "\(run.errors)")
        let text = run.output
        #expect(text.hasPrefix("acme: 80 scored leads were closed, 36 of them qualified (45 %"))
        #expect(text.contains("1 more had no score when they were closed and are not counted"))
        #expect(text.contains("The grades are in order, with intervals that do not overlap: A (80 %), D (10"))
        #expect(!text.contains("Few records"))
        func words(_ row: String) -> [Substring] {
            let line = text.split(separator: "\n").first { $0.hasPrefix(row + " ") } ?? ""
            return line.split(separator: " ")
        }
        #expect(words("A").prefix(5) == ["A", "40", "32", "80", "%"])
        #expect(words("71–80").prefix(5) == ["71–80", "40", "32", "80", "%"])
        #expect(words("2026-11").prefix(4) == ["2026-11", "40", "10", "%"])
        #expect(text.contains("sales 2"))
        let grades = try outcomes(ledger, "--by", "grade").output
        #expect(grades.contains("\nA ") && !grades.contains("2026-11") && !grades.contains("71–80"))
    }

    @Test("months, days, model and version narrow it down")
    func filters() throws {
        let ledger = try ledger()
        func records(_ arguments: String...) throws -> Int {
            let run = try CommandRun(
                ["outcomes", "--org", "acme", "--json"] + arguments, environment: ledger.environment)
            return try run.json(Report.self).all.conversion.records
        }
        #expect(try records("--since", "2026-10", "--until", "2026-10") == 40)
        #expect(try records("--since", "2026-10-10", "--until", "2026-10-10") == 40)
        #expect(try records("--since", "2026-10-11") == 40 && records("--until", "2026-10-09") == 0)
        #expect(try records("--model", "sales", "--model-version", "2") == 40 && records("--model", "crm") == 0)
        #expect(try records("--entity", "opportunity") == 0)
    }

    @Test("findings mention few records and grades out of order, and no records are no error")
    func sentences() throws {
        let few = try outcomes(ledger(each: 5)).output
        #expect(few.contains("Few records: 5 qualified and 5 disqualified"))
        let two = try LedgerFixture(org: "acme")
        try two.take(closed: "good", as: .qualified, at: Self.october, probability: 0.8)
        try two.take(closed: "bad", as: .disqualified, at: Self.october, probability: 0.1)
        let ofTwo = try outcomes(two).output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(ofTwo.contains("(AUC 1.00 (0.21–1.00)). That may be chance."))
        let turned = try LedgerFixture(org: "acme")
        for number in 0..<100 {
            try turned.take(
                closed: "A\(number)", as: .disqualified, at: Self.october, probability: 0.8)
            try turned.take(closed: "B\(number)", as: .qualified, at: Self.october, probability: 0.6)
        }
        let text = try outcomes(turned).output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            text.contains("The grades are out of order: A (0 %) turned out worse than B (100 %), by more than chance"))
        #expect(text.contains("The scores rank in the wrong order."))
        let none = try outcomes(ledger(each: 0), "--since", "2026-11")
        #expect(none.code == 0 && none.output == "acme: the ledger has no closed lead with a score\n")
    }

    @Test("wrong dates and a missing ledger are errors that say what to do")
    func errors() throws {
        let ledger = try ledger(each: 1)
        let turned = try outcomes(ledger, "--since", "2026-10", "--until", "2026-09")
        #expect(turned.code == 64 && turned.firstErrorLine.contains("is later than --until"))
        #expect(try outcomes(ledger, "--since", "soon").code == 64)
        let other = try CommandRun(["outcomes", "--org", "acne"], environment: ledger.environment)
        #expect(other.code == 65 && other.output.isEmpty)
        #expect(other.firstErrorLine.contains("has no results of organization acne") && other.errors.contains("acme"))
        let none = try CommandRun(["outcomes"], environment: ["LEADLINE_LEDGER_FILE": "/nowhere/ledger"])
        #expect(none.code == 65 && none.firstErrorLine.contains("there is no ledger at /nowhere/ledger"))
    }

    @Test("the JSON has the keys of the contract's example")
    func shape() throws {
        let run = try outcomes(ledger(), "--json")
        try JSONOutputTests.expect(run.output, like: "commands/outcomes.json")
        let report = try run.json(Report.self)
        #expect(report.positive == "qualified" && report.withoutScore == 1)
        #expect(report.months.map(\.month) == ["2026-10", "2026-11"] && report.all.conversion.positives == 36)
    }
}
