import Foundation
import LeadModel
import LeadTrainer
import TestKit
import Testing

@Suite("The commands with opportunities", .onOwnThreads)
struct OpportunityCommandTests {
    private struct Model: Decodable {
        var model: String
        var publishedVersion: Int?
    }

    private static let flags = ["--id", "id", "--outcome", "result", "--positive", "won", "--created", "created"]

    /// Deals, more of them won by a partner; the open ones stand last.
    private func file(won: Int, lost: Int, open: Int = 0) throws -> String {
        var lines = ["id,channel,amount,created,result"]
        for number in 0..<won + lost + open {
            let result = number < won ? "won" : number < won + lost ? "lost" : ""
            let isPartner = result == "won" ? number % 4 != 0 : number % 4 == 0
            let amount = number * 37 % 90 + (result == "lost" ? 30 : 0)
            lines.append(
                "O\(number),\(isPartner ? "partner" : "direct"),\(amount)000,2026-0\(number % 6 + 1)-15,\(result)")
        }
        return try temporaryFile("deals.csv", lines.joined(separator: "\n") + "\n")
    }

    @Test(
        "39 won and 40 lost are too few for training; 40 and 40 train a scorecard that scores a file, and can be evaluated"
    )
    func files() throws {
        let card = try TestFolder.make("files") + "/\(UUID().uuidString).json"
        func train(_ file: String) throws -> CommandRun {
            try CommandRun(["train", file, "--entity", "opportunity", "--output", card] + Self.flags)
        }
        let few = try train(file(won: 39, lost: 40))
        #expect(few.code == 65)
        #expect(few.firstErrorLine.contains("39 won and 40 lost opportunities created since 2024-"))
        let deals = try file(won: 40, lost: 40, open: 4)
        let trained = try train(deals)
        #expect(trained.code == 0, "\(trained.errors)")
        #expect(trained.output.hasPrefix("trained on 40 won and 40 lost opportunities, 2 attributes"))
        let scored = try CommandRun(["score", deals, "--model", card] + Self.flags)
        #expect(scored.code == 0 && scored.output.split(separator: "\n").count == 85)
        let evaluated = try CommandRun(["evaluate", deals, "--entity", "opportunity"] + Self.flags)
        #expect(evaluated.code == 0 && evaluated.output.contains("80 opportunities (40 won, 40 lost)"))
    }

    @Test("imported deals train a model of their own, which is published; they are scored, listed and explained")
    func stored() throws {
        let stage = try Stage()
        let servers = LeadlineProcess.servers(stage)
        let importer = try LeadlineProcess(workerOn: stage)
        defer { importer.kill() }
        func run(_ arguments: [String]) throws -> CommandRun {
            try CommandRun(arguments + ["--org", stage.org, "--entity", "opportunity"], environment: servers)
        }
        let imported = try run(["import", file(won: 45, lost: 45, open: 1)] + Self.flags)
        #expect(imported.code == 0, "\(imported.errors)")
        let none = try run(["train", "--from-registry", "--output", "card.json", "--exclude", "sauce"])
        #expect(none.code != 0)
        #expect(
            try stage.eventually {
                try stage.records((0..<91).map { "O\($0)" }, kind: .opportunity).allSatisfy { $0.revision > 0 }
            })
        let trained = try run(["train", "--from-registry", "--name", "deals", "--publish"])
        #expect(trained.code == 0, "\(trained.errors)")
        #expect(trained.output.contains("trained on 45 won and 45 lost opportunities"))
        let models = try run(["model", "list", "--json"]).json([Model].self)
        #expect(models.map(\.model) == ["deals"] && models[0].publishedVersion == 1)
        let ofLeads = try CommandRun(["model", "list", "--json", "--org", stage.org], environment: servers)
        #expect(try ofLeads.json([Model].self).isEmpty, "a model of opportunities is none of leads")

        importer.kill()
        // One that knows of the model from its start.
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([.created("N1", ["channel": "partner", "amount": 20000]).of(.opportunity)])
        #expect(try stage.eventually { try stage.records(["N1"], kind: .opportunity)[0].scoring != nil })
        let explained = try run(["explain", "N1"])
        #expect(explained.output.contains("opportunity N1: score "))
        #expect(explained.output.contains("opportunities with channel = partner, "))
        let lead = try CommandRun(["explain", "N1", "--org", stage.org], environment: servers)
        #expect(lead.code == 65, "leads and opportunities of one id are two records")
    }

    @Test("stage, days in stage and process of a file and of the registry train the same scorecard")
    func stages() throws {
        let stage = try Stage()
        let servers = LeadlineProcess.servers(stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let flags =
            Self.flags + ["--closed", "closed", "--stage", "Phase", "--stage-since", "since", "--process", "way"]
        let deals = try staged(count: 240, open: 40)
        let imported = try CommandRun(
            ["import", deals, "--org", stage.org, "--entity", "opportunity"] + flags, environment: servers)
        #expect(imported.code == 0, "\(imported.errors)")
        #expect(
            try stage.eventually {
                try stage.records((0..<280).map { "S\($0)" }, kind: .opportunity).allSatisfy { $0.revision > 0 }
            })
        let folder = try TestFolder.make("files/\(UUID().uuidString)")
        func train(_ source: [String], _ card: String, _ more: [String] = []) throws -> CommandRun {
            try CommandRun(
                ["train", "--entity", "opportunity", "--output", "\(folder)/\(card).json"] + source + more,
                environment: servers)
        }
        let ofFile = try train([deals] + flags, "file")
        let stored = try train(["--from-registry", "--org", stage.org], "stored")
        #expect(ofFile.code == 0 && stored.code == 0, "\(ofFile.errors)\(stored.errors)")
        #expect(
            ofFile.errors.contains("warning: stage counts as missing for some opportunities: Closed Lost, Closed Won"))
        let cards = try ["file", "stored"].map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).json")) }
        #expect(cards[0] == cards[1])
        let text = String(decoding: cards[0], as: UTF8.self)
        for name in ["process", "stage", "stageSince"] { #expect(text.contains("\"name\" : \"\(name)\""), "\(name)") }

        let scored = try CommandRun(
            ["score", deals, "--model", "\(folder)/file.json", "--as-of", "2026-07-01"] + flags)
        #expect(scored.code == 0 && scored.errors.isEmpty, "no column is missed: \(scored.errors)")
        let evaluated = try CommandRun(
            ["evaluate", deals, "--entity", "opportunity", "--folds", "3", "--stage-order", "Offer,Contract"] + flags)
        #expect(evaluated.code == 0, "\(evaluated.errors)")

        let without = try train([deals] + flags, "without", ["--exclude", "Phase", "--exclude", "since"])
        #expect(without.output.contains(" 3 attributes"), "\(without.output)")
        let few = try train([deals] + flags, "per-stage", ["--per-stage", "--as-of", "2026-07-01"])
        #expect(few.code == 0, "\(few.errors)")
        let many = try train([deals] + flags, "refused", ["--per-stage", "--exclude", "Phase"])
        #expect(many.code == 65 && many.firstErrorLine.hasSuffix("at least two stages; none has a stage"))
        let twice = try train([deals] + flags, "refused", ["--stage-order", "Offer, offer"])
        #expect(twice.code == 64 && twice.firstErrorLine.contains("--stage-order names a stage twice"))
    }

    @Test(
        "3,000 real opportunities are evaluated, train and are scored by the program, far better than random",
        .enabled(if: RealRecords.isThere(RealRecords.opportunities), "sales-win-loss.csv is not in ../shared/data"))
    func real() throws {
        let lines = try String(contentsOfFile: RealRecords.path(RealRecords.opportunities), encoding: .utf8)
            .split(separator: "\n")
        let (known, rest) = (lines[1...3000], lines[3001...4000])
        func file(_ rows: some Sequence<Substring>) throws -> String {
            try temporaryFile("deals.csv", ([lines[0]] + rows).joined(separator: "\n") + "\n")
        }
        struct Figures: Decodable { var auc: Double }
        struct Evaluated: Decodable { var mean: Figures }
        let (training, test) = (try file(known), try file(rest))
        let more = ["--threads", "2"] + RealRecords.opportunityFlags
        let evaluated = try CommandRun(
            ["evaluate", training, "--entity", "opportunity", "--folds", "2", "--json"] + more)
        #expect(try evaluated.json(Evaluated.self).mean.auc > 0.7, "\(evaluated.errors)")
        let card = try TestFolder.make("files") + "/\(UUID().uuidString).json"
        let trained = try CommandRun(["train", training, "--entity", "opportunity", "--output", card] + more)
        #expect(trained.code == 0 && trained.output.contains(" opportunities, "))
        let scored = try CommandRun(["score", test, "--model", card] + RealRecords.opportunityFlags)
        let probabilities = scored.output.split(separator: "\n").dropFirst().compactMap {
            $0.split(separator: ",").dropFirst().first.flatMap { Double($0) }
        }
        let outcomes = rest.map { $0.contains(",Won,") }
        #expect(probabilities.count == 1000)
        #expect(try #require(Metrics.auc(probabilities, outcomes)) > 0.7)
    }

    /// Deals of two processes and two real stages, half of them seen in the stage of their end, each created after the one before.
    private func staged(count: Int, open: Int) throws -> String {
        var lines = ["id,channel,amount,created,closed,result,Phase,since,way"]
        for number in 0..<count + open {
            let isWon = number * 7 % 16 < 8
            let isOpen = number >= count
            let phase =
                number % 2 == 0 && !isOpen
                ? (isWon ? "Closed Won" : "Closed Lost") : number % 3 == 0 ? "Offer" : "Contract"
            let day = "2026-0\(number % 3 + 3)-\(10 + number % 18)"
            lines.append(
                "S\(number),\(number % 3 == (isWon ? 0 : 1) ? "partner" : "direct"),\(number * 37 % 90)000,"
                    + "2026-01-\(10 + number / 24) \(10 + number % 24 / 2):\(number % 2 * 3)0,\(isOpen ? "" : "2026-06-01"),\(isOpen ? "" : isWon ? "won" : "lost"),"
                    + "\(phase),\(phase.hasPrefix("Closed") ? "2026-06-01" : day),\(number % 5 == 0 ? "Renewal" : "New")"
            )
        }
        return try temporaryFile("deals.csv", lines.joined(separator: "\n") + "\n")
    }
}
