import Foundation
import FoundationXML
import TestKit
import Testing

@Suite("leadline evaluate", .onOwnThreads)
struct EvaluateCommandTests {
    private struct Report: Decodable {
        struct Rows: Decodable { var all, open, outsideWindow, undated, measured: Int }
        struct Figures: Decodable { var records, positives: Int }
        struct Part: Decodable {
            var name: String
            var training: Int
            var figures: Figures
        }
        var method: String
        var rows: Rows
        var parts: [Part]
        var pooled: Figures
    }

    private func evaluate(_ file: LeadsFile, _ more: [String]) throws -> CommandRun {
        try CommandRun(["evaluate", file.path] + LeadsFile.flags + more)
    }

    private func path(_ name: String) throws -> String {
        try TestFolder.make("files/\(UUID().uuidString)") + "/" + name
    }

    @Test("the output has verdict, figures, conversion and rule, in lines that fit an ordinary terminal")
    func table() throws {
        let run = try evaluate(LeadsFile(positives: 80, negatives: 80, open: 9), [])
        #expect(run.code == 0)
        let first = run.output.prefix { $0 != ":" }
        #expect(["READY", "FAIR", "NOT READY"].contains(first))
        for text in [
            "160 leads (80 qualified, 80 disqualified)", "5 folds, drawn 5 times", "figure (95 %)", "by chance alone",
            "log loss", "Brier score",
            "calibration error (ECE)", "highest F1", "called qualified", "91–100", "A (75–100)", "Source",
            "not measured: 9 leads without an outcome", "The rule. Ready: the AUC is at least 0.70",
        ] {
            #expect(run.output.replacing(/\s+/, with: " ").contains(text), "\(text)")
        }
        for line in run.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test(
        "a suspected leak in use leaves the model not measured, and the command that leaves it out is printed and works"
    )
    func leak() throws {
        let lines = (0..<120).map { "\($0 * 7 % 10 + $0 % 2 * 3),\($0 % 2 == 0 ? "won\($0 % 3)" : "lost"),\($0 % 2)" }
        let file = try temporaryFile("leak.csv", "Visits,Last note,Converted\n" + lines.joined(separator: "\n") + "\n")
        let flags = ["evaluate", file, "--outcome", "Converted", "--positive", "1", "--folds", "3"]
        let run = try CommandRun(flags)
        #expect(run.code == 0 && run.output.hasPrefix("NOT MEASURED: a suspected leak is in use"))
        #expect(run.output.contains("suspected of leaking the outcome: Last note"))
        #expect(run.output.contains("leadline \(flags.joined(separator: " ")) --exclude-suspects\n"))
        let without = try CommandRun(flags + ["--exclude-suspects"])
        #expect(without.code == 0 && !without.output.hasPrefix("NOT MEASURED"))
    }

    @Test("predictions have one line per data row, in order; an open row has no prediction, and no line is blank")
    func predictions() throws {
        let file = try LeadsFile(positives: 70, negatives: 70, open: 10)
        let (all, some) = (try path("all.csv"), try path("some.csv"))
        let run = try evaluate(file, ["--predictions", all, "--threads", "1"])
        #expect(run.code == 0 && run.output.hasSuffix("wrote \(all)\n"))
        let lines = try String(contentsOfFile: all, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(lines.count == 151 && lines[0] == "probability")
        let probabilities = lines[1...140].compactMap(Double.init)
        #expect(probabilities.count == 140 && probabilities.allSatisfy { $0 > 0 && $0 < 1 })
        #expect(lines[141...].allSatisfy { $0 == "\"\"" })
        // The file's first half is qualified, and the predictions know it.
        let (good, bad): (Double, Double) = (
            probabilities.prefix(70).reduce(0, +), probabilities.suffix(70).reduce(0, +)
        )
        #expect(good > bad + 10)

        // The same again with other threads.
        _ = try evaluate(file, ["--predictions", some, "--threads", "3"])
        #expect(try String(contentsOfFile: some, encoding: .utf8) == String(contentsOfFile: all, encoding: .utf8))
    }

    @Test("with --time-ordered only the newest rows have a prediction, and the output names the method")
    func timeOrdered() throws {
        let file = try LeadsFile(positives: 90, negatives: 90, open: 4)
        let out = try path("newest.csv")
        let run = try evaluate(file, ["--time-ordered", "--predictions", out, "--json"])
        #expect(run.code == 0)
        let report = try run.json(Report.self)
        // Created in six months in turn: the newest sixth is the cut nearest to a fifth.
        #expect(report.method == "time order" && report.parts.map(\.name) == ["the newest 17 %"])
        #expect(report.rows.all == 184 && report.rows.open == 4 && report.rows.measured == 30)
        let lines = try String(contentsOfFile: out, encoding: .utf8).split(separator: "\n").dropFirst()
        #expect(lines.count == 184)
        for (number, line) in lines.enumerated() {
            #expect((Double(line) != nil) == (number % 6 == 5 && number < 180), "row \(number)")
        }
    }

    @Test("a fold column names the folds, and is no attribute itself")
    func foldColumn() throws {
        let lines = (0..<200).map { number in
            let isGood = number % 2 == 0
            return "\(isGood ? "web" : "fair"),\(number / 2 % 2 == 0 ? "north" : "South "),\(isGood ? 1 : 0)"
        }
        // Source and outcome differ now and then.
        let text = "Source,Region,Converted\n" + lines.joined(separator: "\n") + "\nweb,north,0\nfair,south,1\n"
        let file = try temporaryFile("regions.csv", text)
        let flags = ["--outcome", "Converted", "--positive", "1", "--fold-column", "Region", "--json"]
        let run = try CommandRun(["evaluate", file] + flags)
        #expect(run.code == 0)
        let report = try run.json(Report.self)
        #expect(report.method == "fold column" && report.parts.map(\.name) == ["fold north", "fold south"])
        #expect(report.parts.map(\.figures.records) == [101, 101])
        #expect(!run.output.contains("\"Region\""))

        let deals = try CommandRun(["evaluate", file, "--entity", "opportunity"] + flags.dropLast())
        #expect(deals.code == 0 && deals.output.contains("202 opportunities (101 won, 101 lost)"))
    }

    @Test("the report is one well-formed page that fetches and runs nothing, with each attribute's name escaped")
    func report() throws {
        let lines = (0..<160).map { number in
            let isGood = number % 2 == 0
            let source = number % 10 < 2 ? "<Fair> & \"more\"" : isGood ? "web" : "fair"
            return
                "\"\(source.replacing("\"", with: "\"\""))\",\((number * 37) % 101 + (isGood ? 30 : 0)),\(isGood ? 1 : 0)"
        }
        let text = "\"A&B's <source>\",Visits,Converted\n" + lines.joined(separator: "\n") + "\n"
        let file = try temporaryFile("names.csv", text)
        let (first, second) = (try path("first.html"), try path("second.html"))
        for (page, threads) in [(first, "1"), (second, "2")] {
            let run = try CommandRun(
                ["evaluate", file, "--outcome", "Converted", "--positive", "1", "--report", page]
                    + ["--threads", threads])
            #expect(run.code == 0 && run.output.hasSuffix("wrote \(page)\n"))
        }
        let page = try String(contentsOfFile: first, encoding: .utf8)
        #expect(try page == String(contentsOfFile: second, encoding: .utf8))
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("1. A&amp;B&#39;s &lt;source&gt;"))
        #expect(page.contains("Visits") && page.contains("&lt;Fair&gt; &amp; &quot;more&quot;"))
        #expect(!page.contains("<source>") && !page.contains("<Fair>"))
        #expect(!page.contains("<script") && !page.contains("url(") && !page.contains("src="))
        let reader = PageReader()
        let parser = XMLParser(data: Data(page.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
        // Two curves, two conversions, a shape for each attribute, and one for what both tell together.
        let labels = [
            "ROC curve", "Reliability diagram", "Conversion by score", "Conversion by grade",
            "Strength of A&B's <source> by value", "Strength of Visits over its values",
            "Strength of A&B's <source> and Visits together",
        ]
        #expect(Set(reader.charts) == Set(labels))
        // What a table tells of its records is what the file holds.
        #expect(reader.rows.contains { $0.first == "Visits" && $0.count == 3 }, "how much it matters")
        #expect(reader.rows.contains { $0.first == "<Fair> & \"more\"" && $0.dropFirst(2).first == "32" })
        #expect(reader.rows.contains { $0.first == "fold 5 of 5, repeat 5128 trained on, 32 held out" })
    }

    @Test("data that can't be evaluated is an error that says what to do")
    func refused() throws {
        let file = try LeadsFile(positives: 60, negatives: 60)
        for (flags, text) in [
            (["--folds", "1"], "--folds must be 2 to 100"),
            (["--folds", "5", "--time-ordered"], "three ways to split the rows: give one"),
            (
                ["--fold-column", "Sourc"],
                "there is no column Sourc: the column of the fold (--fold-column). Did you mean Source?"
            ),
            (["--threads", "0"], "--threads must be 1 to 1024"),
        ] {
            let run = try evaluate(file, flags)
            #expect(run.code == 64 && run.firstErrorLine.contains(text), "\(flags): \(run.errors)")
        }
        let outcome = try CommandRun(["evaluate", file.path])
        #expect(outcome.code == 64 && outcome.firstErrorLine.contains("--outcome COL and --positive VALUE"))
        let created = try CommandRun(
            ["evaluate", file.path, "--outcome", "Converted", "--positive", "1", "--time-ordered"])
        #expect(created.code == 64 && created.firstErrorLine.contains("--time-ordered needs --created COL"))

        let few = try evaluate(LeadsFile(positives: 39, negatives: 45), [])
        #expect(few.code == 65)
        #expect(few.firstErrorLine.contains("39 qualified and 45 disqualified"))
        #expect(few.firstErrorLine.contains("40 of each are needed"))
        let positive = try CommandRun(["evaluate", file.path, "--outcome", "Converted", "--positive", "yes"])
        #expect(positive.code == 65)
        #expect(positive.firstErrorLine.contains("no row has the value of --positive yes in Converted"))

        let one = try temporaryFile(
            "one.csv",
            "Source,Fold,Converted\n"
                + (0..<120).map { "s\($0 % 3),all,\($0 % 2)" }.joined(separator: "\n") + "\n")
        let flags = ["--outcome", "Converted", "--positive", "1", "--fold-column", "Fold"]
        let folds = try CommandRun(["evaluate", one] + flags)
        #expect(folds.code == 65 && folds.firstErrorLine.contains("all closed records are of one fold"))
        let gap = try temporaryFile("gap.csv", "Source,Fold,Converted\nweb,a,1\nweb,,0\n")
        let missing = try CommandRun(["evaluate", gap] + flags)
        #expect(missing.code == 65 && missing.firstErrorLine.contains("gap.csv, line 3, column Fold: there is no fold"))
        for flag in ["--predictions", "--report"] {
            let unwritable = try evaluate(file, [flag, "/nowhere/out"])
            #expect(unwritable.code == 65)
            #expect(unwritable.errors == "leadline: cannot write /nowhere/out: No such file or directory\n")
        }
    }
}

/// What a browser would find on a page: the names of its charts, and the texts of its tables by row.
private final class PageReader: NSObject, XMLParserDelegate {
    var charts: [String] = []
    var rows: [[String]] = []
    private var isInCell = false

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        switch name {
        case "svg": charts.append(attributes["aria-label"] ?? "")
        case "tr": rows.append([])
        case "td":
            isInCell = true
            rows[rows.count - 1].append("")
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if isInCell { rows[rows.count - 1][rows[rows.count - 1].count - 1] += text }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        if name == "td" { isInCell = false }
    }
}
