import TestKit
import Testing

@Suite("leadline leads, opportunities and history", .onOwnThreads)
struct ListingCommandTests {
    private struct Page: Decodable {
        struct Row: Decodable { var id: String }

        var rows: [Row]
        var next: String?
    }

    private let environment: [String: String]

    init() throws { environment = try ViewedLedger.environment() }

    private func run(_ arguments: String...) throws -> CommandRun {
        try CommandRun(arguments + (arguments.contains("--org") ? [] : ["--org", "acme"]), environment: environment)
    }

    private func ids(_ arguments: String...) throws -> [String] {
        let run = try CommandRun(arguments + ["--org", "acme", "--json"], environment: environment)
        #expect(run.code == 0, "\(arguments): \(run.errors)")
        return try run.json(Page.self).rows.map(\.id)
    }

    @Test("open records are listed best first, each with score, grade, trend, age and the sign of its top reason")
    func table() throws {
        let lines = try run("leads").output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0].hasPrefix("#  score  grade"))
        #expect(lines[1].hasPrefix("1     91  A         L3  Second"))
        #expect(lines[1].contains("3 days  − Industry: Finance"))
        #expect(lines[2].hasPrefix("2     79  A      →  L2  Zoë O'Brien"))
        #expect(lines[3].hasPrefix("3      –  –         L1  Old One") && lines[3].contains("40 days"))
        #expect(!lines.contains { $0.contains("…") }, "nothing is cut off in a file")
        #expect(try run("opportunities").output.contains("O2") && !run("opportunities").output.contains("O1"))
    }

    @Test("each flag filters or orders as its help says")
    func flags() throws {
        #expect(try ids("leads", "--reverse") == ["L1", "L2", "L3"])
        #expect(try ids("leads", "--by", "age", "--reverse").first == "L1")
        #expect(try ids("leads", "--by", "owner") == ["L3", "L2", "L1"])
        #expect(try ids("leads", "--by", "name") == ["L1", "L3", "L2"])
        #expect(try ids("leads", "--by", "scored").last == "L1")
        #expect(try ids("leads", "--owner", "ANN") == ["L2"])
        #expect(try ids("leads", "--owner", "") == ["L3"])
        #expect(try ids("leads", "--grade", "a") == ["L3", "L2"])
        #expect(try ids("leads", "--trend", "steady") == ["L2"])
        #expect(try ids("leads", "--model", "sales", "--model-version", "1") == ["L3"])
        #expect(try ids("leads", "--min-age", "30") == ["L1"])
        #expect(try ids("leads", "--max-age", "30") == ["L3", "L2"])
        #expect(try ids("leads", "--text", "zoe bri") == ["L2"])
        #expect(try ids("leads", "--text", "l3") == ["L3"])
        #expect(try ids("leads", "--unscored") == ["L1"])
    }

    @Test("the cursor of a page gives the next page, and the last page has none")
    func pages() throws {
        let first = try run("leads", "--limit", "2", "--json").json(Page.self)
        let next = try #require(first.next)
        let second = try run("leads", "--limit", "2", "--after", next, "--json").json(Page.self)
        #expect((first.rows + second.rows).map(\.id) == ["L3", "L2", "L1"] && second.next == nil)
        // Row numbers continue.
        #expect(try run("leads", "--after", next).output.split(separator: "\n")[1].hasPrefix("3 "))
        let piped = try run("leads", "--limit", "2")
        #expect(piped.errors.contains("more: leadline leads --org acme --limit 2 --after "))
        #expect(piped.errors.contains("no process updates the ledger"))
        let other = try run("leads", "--by", "age", "--after", next)
        #expect(other.code == 65 && other.firstErrorLine.contains("another order or other filters"))
        #expect(try run("leads", "--after", "x").code == 65)
    }

    @Test("a terminal shows the command for the next page, quoted for a shell, and the chart of a history")
    func terminal() throws {
        func shown(_ command: String) throws -> String {
            let folder = try TestFolder.make("terminal")
            return try Script.run("\(LeadlineProcess.path) \(command)", environment: environment, folder: folder)
        }
        let text = try shown("leads --org acme --limit 1 --text \"z\" --owner 'ann'")
        #expect(!text.contains("more:"))
        let page = try shown("leads --org acme --limit 1 --max-age 100")
        #expect(page.contains("more: leadline leads --org acme --max-age 100 --limit 1 --after "))
        #expect(try shown("history L2 --org acme").unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
        #expect(try !run("history", "L2").output.unicodeScalars.contains { (0x2800...0x28FF).contains($0.value) })
        #expect(try !run("leads", "--limit", "1").output.contains("more:"))
    }

    @Test("a history shows each scoring, how the score moved, and how the record ended")
    func history() throws {
        let lines = try run("history", "L2").output.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("lead L2, Zoë O'Brien and Partners") && lines[0].hasSuffix("owner Ann"))
        #expect(lines[2].contains(" 40 ") && lines[2].hasSuffix("sales 1  realtime"))
        #expect(lines[3].contains("80  ↑ +40  A      sales 2  sweep"))
        #expect(lines[4].contains("79   → −1  A      sales 3  sweep"))
        #expect(lines[5] == "It is open; its score is 79.")
        let limited = try run("history", "L2", "--limit", "1").output
        #expect(limited.contains("→ −1") && !limited.contains("↑ +40") && limited.contains("Earlier scorings"))
        let won = try run("history", "O1", "--entity", "opportunity").output
        #expect(won.contains("It was won at ") && won.contains("its last score was 70"))
        #expect(try run("history", "L1").output.contains("It is open. The ledger has no scoring of it."))
    }

    @Test("an error says what is missing or wrong, and what to do")
    func refused() throws {
        let unknown = try run("leads", "--org", "acne")
        #expect(unknown.code == 65 && unknown.firstErrorLine.contains("no results of organization acne yet"))
        #expect(unknown.firstErrorLine.contains("It has results of acme"))
        let none = try CommandRun(["leads"], environment: ["LEADLINE_LEDGER_FILE": "nowhere.sqlite"])
        #expect(none.code == 65 && none.firstErrorLine.contains("`leadline up` or `leadline ledger run`"))
        let record = try run("history", "no such")
        #expect(record.code == 65 && record.firstErrorLine.contains("has no lead with this id for acme"))
        #expect(try run("leads", "--owner", "nobody").output == "no open leads match\n")
        #expect(try run("leads", "--text", "\"").code == 65)
        for wrong in [
            ["--limit", "0"], ["--limit", "1001"], ["--by", "size"], ["--grade", "E"], ["--model-version", "1"],
            ["--min-age", "9", "--max-age", "8"], ["--unscored", "--grade", "A"], ["--max-age", "-1"],
        ] {
            #expect(try CommandRun(["leads"] + wrong, environment: environment).code == 64, "\(wrong)")
        }
    }
}
