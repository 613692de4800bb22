import Contract
import Foundation
import TestKit
import Testing

/// Outcomes with more than two values, as CRMs export them.
@Suite("Outcomes on the command line", .onOwnThreads)
struct OutcomeCommandTests {
    /// 45 won, 56 lost and 62 open deals.
    private func deals() throws -> String {
        let open = ["Qualification", "Proposal", "Needs Analysis", "Negotiation"]
        var lines = ["Record ID,Create Date,Amount,Deal Stage"]
        for number in 0..<163 {
            let stage = number < 45 ? "Closed Won" : number < 101 ? "Closed Lost" : open[number % 4]
            let amount = 1000 + (number * 37) % 500 + (number < 45 ? 300 : 0)
            lines.append("D\(number),2026-0\(number % 6 + 1)-15 10:00,\(amount),\(stage)")
        }
        return try temporaryFile("deals.csv", lines.joined(separator: "\n") + "\n")
    }

    private let flags = [
        "--entity", "opportunity", "--created", "Create Date", "--outcome", "Deal Stage", "--positive", "Closed Won",
    ]

    @Test("train, evaluate and import refuse open stages that would count as lost, and say the command that is right")
    func refused() throws {
        let file = try deals()
        let stage = try Stage()
        for (command, more) in [
            ("train", ["--exclude", "Record ID", "--output", "card.json"]), ("evaluate", ["--exclude", "Record ID"]),
            ("import", ["--id", "Record ID", "--org", stage.org]),
        ] {
            let run = try CommandRun([command, file] + flags + more, environment: LeadlineProcess.servers(stage))
            #expect(run.code == 65)
            #expect(
                run.firstErrorLine.contains("Deal Stage has 6 values: say which of them are negative, or which are"))
            #expect(run.firstErrorLine.contains("open (--negative or --open)"))
            #expect(run.firstErrorLine.contains("Closed Lost (56), Closed Won (45)"))
            let right =
                "leadline \(command) \(file) --entity opportunity --created 'Create Date'"
                + " --outcome 'Deal Stage' --positive 'Closed Won' --negative 'Closed Lost'"
            #expect(run.errors.contains("\n  \(right) "))
        }
        #expect(try stage.drain(Names.imported).isEmpty, "nothing was published")
    }

    @Test("open deals change neither the scorecard nor the verdict")
    func openDeals() throws {
        let file = try deals()
        let closed = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").filter {
            $0.hasSuffix("Stage") || $0.contains("Closed")
        }
        let closedFile = try temporaryFile("closed.csv", closed.joined(separator: "\n") + "\n")
        let folder = try TestFolder.make("files/\(UUID().uuidString)")
        var verdicts: [String] = []
        for (path, card) in [(file, "all.json"), (closedFile, "closed.json")] {
            let more = flags + ["--negative", "Closed Lost", "--id", "Record ID"]
            let run = try CommandRun(["train", path] + more + ["--output", card], folder: folder)
            #expect(run.code == 0 && run.output.hasPrefix("trained on 45 won and 56 lost opportunities"))
            let evaluation = try CommandRun(
                ["evaluate", path] + more + ["--json", "--fold-column", "Fold"], folder: folder)
            #expect(evaluation.code == 64, "there is no such column")
            verdicts.append(
                String(try CommandRun(["evaluate", path] + more, folder: folder).output.prefix { $0 != ":" }))
        }
        let cards = try ["all.json", "closed.json"].map {
            try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0))
        }
        #expect(cards[0] == cards[1])
        #expect(verdicts[0] == verdicts[1])
    }

    @Test("a wrong positive value is refused before anything is published, with the values that exist")
    func wrongPositive() throws {
        let rows = (0..<60).map { "L\($0),2026-07-01,\($0),\($0 % 12 < 5 ? "Y" : "N")" }
        let file = try temporaryFile("leads.csv", (["Lead ID,Created,Amount,Converted"] + rows).joined(separator: "\n"))
        let stage = try Stage()
        let run = try CommandRun(
            ["import", file, "--id", "Lead ID", "--outcome", "Converted", "--positive", "Yes", "--org", stage.org],
            environment: LeadlineProcess.servers(stage))
        #expect(run.code == 65)
        #expect(run.firstErrorLine.contains("no row has the value of --positive Yes in Converted. Did you mean Y?"))
        #expect(run.firstErrorLine.contains("Its values: N (35), Y (25)"))
        #expect(run.errors.contains("--outcome Converted --positive Y --org \(stage.org)\n"))
        #expect(try stage.drain(Names.imported).isEmpty)
    }
}
