import Foundation
import LeadModel
import TestKit
import Testing

@Suite("leadline train", .onOwnThreads)
struct TrainCommandTests {
    private struct Report: Decodable {
        var positives, negatives: Int
        var auc: Double
        var model, output: String?
        var version: Int?
    }

    private func train(_ file: LeadsFile, _ more: [String], servers: [String: String] = [:]) throws -> CommandRun {
        try CommandRun(["train", file.path] + LeadsFile.flags + more, environment: servers)
    }

    @Test("39 and 40 closed leads are refused with both counts; 40 and 40 train, without servers")
    func enough() throws {
        let card = try TestFolder.make("files") + "/\(UUID().uuidString).json"
        let few = try train(LeadsFile(positives: 39, negatives: 40), ["--output", card])
        #expect(few.code == 65)
        #expect(few.firstErrorLine.contains("39 qualified and 40 disqualified"))
        #expect(few.firstErrorLine.contains("40 of each are needed"))
        #expect(!FileManager.default.fileExists(atPath: card))

        let enough = try train(LeadsFile(positives: 40, negatives: 40, open: 5), ["--output", card, "--json"])
        #expect(enough.code == 0)
        let report = try enough.json(Report.self)
        #expect(report.positives == 40 && report.negatives == 40)
        #expect(report.auc > 0.6)
        #expect(report.output == card && report.model == nil)
        #expect(enough.output.contains("\"model\" : null"))
        #expect(FileManager.default.fileExists(atPath: card))
    }

    @Test("the scorecard keeps what nobody can change: by the names of columns, --fixed and --changeable")
    func fixed() throws {
        let path = try TestFolder.make("files") + "/\(UUID().uuidString).json"
        let file = try LeadsFile(positives: 40, negatives: 40)
        func fixed(_ more: String...) throws -> Set<String>? {
            let run = try train(file, ["--output", path] + more)
            #expect(run.code == 0, "\(run.errors)")
            return try Scorecard(artifact: Data(contentsOf: URL(fileURLWithPath: path))).fixed.map(Set.init)
        }
        #expect(try fixed() == ["Source"])
        #expect(try fixed("--fixed", "Visits") == ["Visits", "Source"])
        #expect(try fixed("--changeable", "Source") == [])
        let unknown = try train(file, ["--output", path, "--fixed", "Vists"])
        #expect(unknown.code == 0 && unknown.errors.contains("--fixed names Vists, which the scorecard doesn't read"))
    }

    @Test("each training adds a version to the model; the first creates the organization")
    func versions() throws {
        let (org, servers) = (TestServers.org(), try onlyRedis())
        let file = try LeadsFile(positives: 40, negatives: 40)
        let first = try train(file, ["--name", "sales", "--publish", "--org", org], servers: servers)
        #expect(first.code == 0)
        #expect(first.errors.contains("created organization \(org)\n"))
        #expect(first.output.contains("\(org): published model sales 1\n"))
        let second = try train(file, ["--name", "sales", "--org", org], servers: servers)
        #expect(second.output.contains("\(org): added model sales 2\n"))
        #expect(second.output.contains("`leadline model publish sales --org \(org)`"))
    }

    @Test("sensitive attributes are warned of, and left out for an organization that bars them or by a flag")
    func sensitive() throws {
        struct Shown: Decodable { var barSensitive: Bool }
        let (org, servers) = (TestServers.org(), try onlyRedis())
        let lines = (0..<120).map { "L\($0),\(18 + $0 * 7 % 50),\($0 * 5 % 9 + $0 % 2),\($0 % 2)" }
        let file = try temporaryFile("leads.csv", "id,Age,Visits,good\n" + lines.joined(separator: "\n") + "\n")
        let card = file.replacing("leads.csv", with: "card.json")
        func train(_ more: [String]) throws -> String {
            let run = try CommandRun(
                ["train", file, "--id", "id", "--outcome", "good", "--positive", "1"] + more, environment: servers)
            #expect(run.code == 0, "\(run.errors)")
            return run.errors
        }
        #expect(try train(["--output", card]).contains("warning: Age is sensitive by name"))
        #expect(try train(["--output", card, "--bar-sensitive"]).contains("warning: Age is left out as sensitive"))
        #expect(try !String(contentsOfFile: card, encoding: .utf8).contains("\"name\" : \"Age\""))

        _ = try train(["--name", "sales", "--org", org])
        let set = try CommandRun(["org", "set", org, "--bar-sensitive"], environment: servers)
        #expect(set.output == "set bar-sensitive for \(org)\n")
        let shown = try CommandRun(["org", "show", org, "--json"], environment: servers)
        #expect(try shown.json(Shown.self).barSensitive)
        #expect(try train(["--name", "sales", "--org", org]).contains("warning: Age is left out as sensitive"))
        _ = try CommandRun(["org", "set", org, "--no-bar-sensitive"], environment: servers)
        #expect(try train(["--name", "sales", "--org", org]).contains("warning: Age is sensitive by name"))
    }

    @Test("errors name invalid flags; the error about a missing column suggests a similar one")
    func flags() throws {
        let file = try LeadsFile(positives: 40, negatives: 40)
        let nowhere = try train(file, [])
        #expect(nowhere.code == 64 && nowhere.firstErrorLine.contains("--output card.json, or --name NAME"))
        let column = try CommandRun(
            ["train", file.path, "--outcome", "converted", "--positive", "1", "--output", "card.json"])
        #expect(column.code == 64)
        #expect(column.firstErrorLine.contains("there is no column converted: the column of the outcome (--outcome)"))
        #expect(column.firstErrorLine.contains("Did you mean Converted?"))
        let positive = try CommandRun(["train", file.path, "--outcome", "Converted", "--output", "card.json"])
        #expect(positive.code == 64 && positive.firstErrorLine.contains("--positive"))
        let value = try CommandRun(
            ["train", file.path, "--outcome", "Converted", "--positive", "yes", "--output", "card.json"])
        #expect(value.code == 65)
        #expect(value.firstErrorLine.contains("no row has the value of --positive yes in Converted"))
        #expect(value.firstErrorLine.contains("Its values: 0 (40), 1 (40)"))
        for (flags, name) in [(["--threads", "0"], "--threads"), (["--as-of", "yesterday"], "--as-of")] {
            let run = try train(file, ["--output", "card.json"] + flags)
            #expect(run.code == 64 && run.firstErrorLine.contains(name))
        }
    }

    @Test("files that can't be read or written are errors before the training starts")
    func files() throws {
        let file = try LeadsFile(positives: 40, negatives: 40)
        let missing = try CommandRun(
            ["train", "nowhere.csv", "--outcome", "Converted", "--positive", "1", "--output", "card.json"])
        #expect(missing.code == 65)
        #expect(missing.firstErrorLine == "leadline: cannot read nowhere.csv: No such file or directory")
        let unwritable = try train(file, ["--output", "/nowhere/card.json"])
        #expect(unwritable.code == 65)
        #expect(unwritable.errors == "leadline: cannot write /nowhere/card.json: No such file or directory\n")
    }
}
