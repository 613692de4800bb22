import Foundation
import TestKit
import Testing

@Suite("leadline evaluate --compare", .onOwnThreads)
struct CompareCommandTests {
    private struct Comparison: Decodable {
        struct Difference: Decodable { var value, low, high: Double }
        struct Differences: Decodable { var auc, logLoss: Difference }
        struct Finding: Decodable { var better, text: String }
        struct Part: Decodable { var name: String }
        struct Figures: Decodable { var logLoss: Double }
        struct Evaluation: Decodable {
            var parts: [Part]
            var mean: Figures
        }
        struct Side: Decodable {
            var name: String
            var evaluation: Evaluation
        }
        var records, unmatched, contradicting: Int
        var finding: Finding
        var differences: Differences
        var first, second: Side
    }

    /// The outcome follows Visits; Source is noise.
    private let rows = (0..<160).map { number in
        "L\(number),\(number / 2 % 2 == 0 ? "web" : "fair"),\((number * 37) % 60 + (number % 2) * 40),\(number % 2)"
    }
    private let header = "Lead ID,Source,Visits,Converted"
    private let flags = ["--outcome", "Converted", "--positive", "1", "--folds", "3"]

    private func file(_ name: String, _ rows: [String]) throws -> String {
        try temporaryFile(name, ([header] + rows).joined(separator: "\n") + "\n")
    }

    @Test("without the column that matters the records show that it is worse, in a sentence and a table that fits")
    func options() throws {
        let leads = try file("leads.csv", rows)
        let run = try CommandRun(
            ["evaluate", leads, "--id", "Lead ID", "--compare-exclude", "Visits"] + flags)
        #expect(run.code == 0, "\(run.errors)")
        let text = run.output.replacing(/\s+/, with: " ")
        #expect(text.hasPrefix("A (as given) is better: AUC 0."))
        #expect(text.contains("B: without Visits") && text.contains("B − A (95 %)") && text.contains("by chance alone"))
        #expect(text.contains("Both were measured on the same 160 leads, split in the same way (3 folds)"))
        for line in run.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test("two files are matched by id, in any order; what only one has, or ended differently, is counted and left out")
    func files() throws {
        let leads = try file("leads.csv", rows)
        // Another order; three rows less, one more, two with the other outcome.
        var others = Array(rows.dropFirst(3).reversed()) + ["L900,web,5,1"]
        for index in [10, 20] {
            others[index] = String(others[index].dropLast()) + (others[index].hasSuffix("1") ? "0" : "1")
        }
        let other = try file("other.csv", others)
        let run = try CommandRun(
            ["evaluate", leads, "--id", "Lead ID", "--compare", other, "--json"] + flags)
        #expect(run.code == 0, "\(run.errors)")
        let comparison = try run.json(Comparison.self)
        #expect(comparison.records == 155 && comparison.unmatched == 4 && comparison.contradicting == 2)
        #expect(comparison.first.name == "leads.csv" && comparison.second.name == "other.csv")
        // The same records in the same folds, so nothing differs.
        #expect(comparison.finding.better == "neither" && comparison.finding.text.contains("can't say"))
        #expect(comparison.differences.logLoss.value == 0 && comparison.differences.auc.low == 0)
        #expect(comparison.first.evaluation.mean.logLoss == comparison.second.evaluation.mean.logLoss)
        #expect(comparison.first.evaluation.parts.map(\.name) == (1...3).map { "fold \($0) of 3" })
    }

    @Test("files that can't be matched, and flags that are of one evaluation, are refused")
    func refused() throws {
        let (leads, other) = (try file("leads.csv", rows), try file("other.csv", Array(rows.dropLast())))
        let lengths = try CommandRun(["evaluate", leads, "--exclude", "Lead ID", "--compare", other] + flags)
        #expect(lengths.code == 64)
        #expect(lengths.firstErrorLine.contains("has 160 rows and \(other) 159: give --id COL"))
        let page = try CommandRun(
            ["evaluate", leads, "--compare-exclude", "Visits", "--report", "page.html"] + flags)
        #expect(page.code == 64 && page.firstErrorLine.contains("give them without --compare"))
    }
}
