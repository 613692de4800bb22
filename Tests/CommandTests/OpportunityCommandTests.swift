import Foundation
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

    @Test("39 won and 40 lost are refused in those words; 40 and 40 train a scorecard that scores a file of deals")
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
        #expect(evaluated.code == 65 && evaluated.firstErrorLine.contains("32 won and 32 lost opportunities"))
    }

    @Test("deals that were imported train, are published as a model of their own, scored, listed and explained")
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
        #expect(explained.output.contains("opportunities with channel partner were won"))
        let lead = try CommandRun(["explain", "N1", "--org", stage.org], environment: servers)
        #expect(lead.code == 65, "leads and opportunities of one id are two records")
    }
}
