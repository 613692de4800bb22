import Foundation
import TestKit
import Testing

@Suite("leadline inspect", .onOwnThreads)
struct InspectCommandTests {
    private struct Report: Decodable {
        struct Column: Decodable {
            var name, kind, use: String
            var filled, distinct: Int
        }
        struct Outcomes: Decodable { var positive, negative, open: Int }

        var rows: Int
        var entity: String
        var outcomes: Outcomes?
        var columns: [Column]
        var notes: [String]
        var train, `import`: String?
    }

    /// A command that was printed, as a shell runs it.
    private func paste(_ command: String, in folder: String, _ servers: [String: String] = [:]) throws -> CommandRun {
        let words = try ShellWords(command).words
        #expect(words.first == "leadline")
        return try CommandRun(Array(words.dropFirst()), environment: servers, folder: folder)
    }

    private func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let folder = try TestFolder.make("inspect/\(UUID().uuidString)")
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
        return folder
    }

    @Test(
        "the commands that it prints for a CRM's export work as they are, and find its id, dates and outcomes",
        arguments: MadeUpExport.all)
    func exports(_ export: MadeUpExport) throws {
        let folder = try write(export.bytes, export.fileName)
        let run = try CommandRun(["inspect", export.fileName, "--json", "--org", "acme"], folder: folder)
        #expect(run.code == 0, "\(run.errors)")
        let report = try run.json(Report.self)
        let counts = report.outcomes.map { MadeUpExport.Counts(won: $0.positive, lost: $0.negative, open: $0.open) }
        #expect(counts == export.counts)
        #expect(report.columns.filter { $0.use == "id" }.map(\.name) == [export.columns.id])
        #expect(report.columns.filter { $0.use == "created" }.map(\.name) == [export.columns.created])
        for column in report.columns where export.columns.outcome.contains(column.name) {
            #expect(column.use.hasPrefix("outcome"))
        }
        let train = try #require(report.train).replacing("--name sales --publish", with: "--output card.json")
        let trained = try paste(train, in: folder)
        #expect(trained.code == 0, "\(trained.errors)")
        #expect(trained.output.hasPrefix("trained on \(export.counts.won) "))
        #expect(!trained.errors.contains("alone separates"), "no leak is left: \(trained.errors)")
        let closedFolder = try write(export.closedBytes, export.fileName)
        #expect(try paste(train, in: closedFolder).code == 0)
        let cards = try [folder, closedFolder].map { try Data(contentsOf: URL(fileURLWithPath: $0 + "/card.json")) }
        #expect(cards[0].count > 500 && cards[0] == cards[1], "open records change nothing of what is learned")
        let text = try CommandRun(["inspect", export.fileName], folder: folder)
        #expect(text.code == 0 && text.output.contains("To train on it"))
        let long = text.output.split(separator: "\n").filter { $0.count > 80 && !$0.hasPrefix("    --") }
        #expect(long.isEmpty, "\(long)")
    }

    @Test("what it prints can be pasted whole, against servers: it trains, publishes and imports")
    func pasted() throws {
        let stage = try Stage()
        let export = MadeUpExport.hubSpotDeals
        let folder = try write(export.bytes, export.fileName)
        let output = try CommandRun(["inspect", export.fileName, "--org", stage.org], folder: folder).output
        for name in ["train", "import"] {
            let start = try #require(output.range(of: "leadline \(name) ")).lowerBound
            let command = output[start...].components(separatedBy: "\n\n")[0].replacing(" \\\n", with: " ")
            let run = try paste(command, in: folder, LeadlineProcess.servers(stage))
            #expect(run.code == 0, "\(run.errors)")
            #expect(
                name == "train"
                    ? run.output.contains("published model sales") : run.output.contains("published 240 records"))
        }
    }

    @Test("of a file with too many columns, the emptiest are left out, so that its commands work")
    func wide() throws {
        let names = (0..<520).map { "f\($0)" }
        var lines = ["id,created,won," + names.joined(separator: ",")]
        for row in 0..<100 {
            let values = (0..<520).map { $0 < 15 ? "same" : $0 < 25 && row > 20 ? "" : "\((row * 7 + $0 * row) % 10)" }
            lines.append("\(row),2026-0\(row % 9 + 1)-10,\(row / 2 % 2),\(values.joined(separator: ","))")
        }
        let folder = try write(Array((lines.joined(separator: "\n") + "\n").utf8), "wide.csv")
        let flags = ["--id", "id", "--created", "created", "--outcome", "won", "--positive", "1"]
        let refused = try CommandRun(["train", "wide.csv", "--output", "card.json"] + flags, folder: folder)
        #expect(refused.code == 65 && refused.firstErrorLine.contains("520 columns are attributes, more than 500"))
        let report = try CommandRun(["inspect", "wide.csv", "--json"], folder: folder).json(Report.self)
        #expect(report.columns.count { $0.use == "left out" } >= 20)
        #expect(report.train?.components(separatedBy: " --exclude ").count == 21)
    }

    @Test("what the values leave open is named with what is taken, and its commands say it, so that train asks no more")
    func guessed() throws {
        var lines = ["id,created,amount,renewal date,won"]
        for row in 0..<120 {
            let day = row % 11 + 1
            lines.append(
                "\(row),0\(row % 9 + 1)/0\(row % 8 + 1)/2026,\"\(row % 7 + 1),\(100 + row)\",\(day)/\(12 - day)/2026,"
                    + (row % 3 == 0 ? "yes" : "no"))
        }
        let folder = try write(Array((lines.joined(separator: "\n") + "\n").utf8), "open.csv")
        let report = try CommandRun(["inspect", "open.csv", "--json"], folder: folder).json(Report.self)
        for column in ["created", "renewal date"] {
            #expect(report.notes.contains { $0.hasPrefix("\(column) is read as day/month/year") }, "\(report.notes)")
        }
        #expect(report.notes.contains { $0.hasPrefix("amount is read with the comma as separator of thousands") })
        let train = try #require(report.train)
        #expect(train.contains("--date-order dmy") && train.contains("--decimal ."))
        let trained = try paste(train.replacing("--name sales --publish", with: "--output card.json"), in: folder)
        #expect(trained.code == 0 && !trained.errors.contains("don't say"), "\(trained.errors)")
        #expect(!trained.errors.contains("as separator of thousands"), "\(trained.errors)")
    }

    @Test("rows that end early are read, and it says which")
    func shortRows() throws {
        let file = try temporaryFile("short.csv", "id,city,won,notes\n1,Bonn,1,x\n2,Ulm,0\n3,Kiel,1,y\n")
        let report = try CommandRun(["inspect", file, "--json"]).json(Report.self)
        #expect(report.rows == 3 && report.columns.map(\.filled) == [3, 3, 3, 2])
        #expect(report.notes.contains("1 row is shorter than the header; the rest counts as empty: line 3"))
    }

    @Test("a file without an outcome is described, and it says what is missing")
    func noOutcome() throws {
        let file = try temporaryFile("plain.csv", "id,city\n1,Bonn\n2,NULL\n3,Köln\n")
        let run = try CommandRun(["inspect", file])
        #expect(run.code == 0 && run.output.replacing("\n", with: " ").contains("3 rows"))
        #expect(run.output.contains("no column looks like an outcome") && !run.output.contains("To train on it"))
        #expect(run.output.contains("Words that stand for no value: NULL (1)"))
        #expect(try CommandRun(["inspect", "nowhere.csv"]).code == 65)
    }
}

/// The words of a command line that has plain and single-quoted ones.
struct ShellWords {
    private(set) var words: [String] = []

    init(_ command: String) throws {
        let shell = Process()
        let output = Pipe()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.arguments = ["-c", "printf '%s\\0' " + command]
        shell.standardOutput = output
        try shell.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        shell.waitUntilExit()
        words = bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
