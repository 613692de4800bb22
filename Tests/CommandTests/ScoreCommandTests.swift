import Foundation
import LeadModel
import TestKit
import Testing

@Suite("leadline score", .onOwnThreads)
struct ScoreCommandTests {
    @Test("a file scored offline has exactly the probabilities that a worker gives for the same records")
    func sameAsWorker() throws {
        let stage = try Stage()
        let servers = LeadlineProcess.servers(stage)
        let file = try LeadsFile(positives: 60, negatives: 60, open: 80)
        let card = try TestFolder.make("files") + "/\(UUID().uuidString).json"
        let trained = try CommandRun(
            ["train", file.path] + LeadsFile.flags
                + ["--output", card, "--name", "sales", "--publish", "--org", stage.org], environment: servers)
        #expect(trained.code == 0)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let imported = try CommandRun(
            ["import", file.path, "--org", stage.org] + LeadsFile.flags, environment: servers)
        #expect(imported.code == 0 && imported.output.hasPrefix("published 200 records"))
        let results = try stage.results(ofRecords: 80)
        #expect(results.count == 80)

        let scored = try CommandRun(["score", file.path, "--model", card] + LeadsFile.flags)
        #expect(scored.code == 0)
        let lines = scored.output.split(separator: "\n")
        #expect(lines.first == "Lead ID,probability,score" && lines.count == 201)
        let offline = Dictionary(
            uniqueKeysWithValues: lines.dropFirst().map { line in
                let cells = line.split(separator: ",")
                return (String(cells[0]), String(cells[1]))
            })
        for result in results {
            let written = String(decoding: result.body, as: UTF8.self)
            let match = try #require(try #/"probability":\s*([0-9.eE+-]+)/#.firstMatch(in: written))
            #expect(String(match.1) == offline[result.subject])
        }
        #expect(Set(offline.values).count > 10)
    }

    @Test("--output writes a file; without --id there is no id column, and a missing column is a warning")
    func output() throws {
        let file = try LeadsFile(positives: 40, negatives: 40)
        let card = try TestFolder.make("files") + "/\(UUID().uuidString).json"
        _ = try CommandRun(["train", file.path] + LeadsFile.flags + ["--output", card])
        let out = card + ".csv"
        let run = try CommandRun(["score", file.path, "--model", card, "--output", out])
        #expect(run.code == 0 && run.output == "scored 80 records into \(out)\n")
        let lines = try String(contentsOfFile: out, encoding: .utf8).split(separator: "\n")
        #expect(lines.first == "probability,score" && lines.count == 81)

        let other = try temporaryFile("other.csv", "Visits\n3\n")
        let warned = try CommandRun(["score", other, "--model", card])
        #expect(warned.code == 0)
        #expect(warned.errors.contains("other.csv has no column Source"))
        #expect(!warned.errors.contains("Visits"))
    }

    @Test("lists, ages and signals of a file score like those of an event, at the same time; --as-of changes the ages")
    func everyKind() throws {
        let stage = try Stage()
        let card = Scorecard.ofEveryKind()
        try stage.publish(card)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([
            .created(
                "L",
                [
                    "source": "web", "visits": 4, "interests": ["E-mail", "Chat"], "lastVisit": "2026-01-05T12:00:00Z",
                    "email": "ann@gmail.com",
                ])
        ])
        let probability = try #require(try stage.results(ofRecords: 1).first?.data.probability)
        let model = try temporaryFile("card.json", String(decoding: card.artifact(), as: UTF8.self))
        let file = try temporaryFile(
            "leads.csv",
            """
            source,visits,interests,lastVisit,email
            Web,4,Chat;E-mail,2026-01-05 12:00:00,Ann@Gmail.com
            Web,4.0,E-mail ; chat,2026-01-05 12:00,ann@gmail.com

            """)
        func scored(_ more: String...) throws -> [Substring] {
            let run = try CommandRun(["score", file, "--model", model] + more)
            #expect(run.code == 0, "\(run.errors)")
            return run.output.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[0] }
        }
        #expect(try scored() == ["\(probability)", "\(probability)"])
        let sooner = try scored("--as-of", "2026-01-08")
        let odds = log(probability / (1 - probability)) + 0.7
        #expect(try sooner.allSatisfy { abs(try #require(Double($0)) - logistic(odds)) < 1e-12 })
        #expect(try Set(scored("--as-of", "2026-01-01")) != Set(scored()))
        #expect(try CommandRun(["score", file, "--model", model, "--as-of", "soon"]).code == 64)
    }

    @Test("an invalid scorecard and a missing file are errors that name the file")
    func refused() throws {
        let file = try LeadsFile(positives: 1, negatives: 1)
        let noCard = try CommandRun(["score", file.path, "--model", file.path])
        #expect(noCard.code == 65 && noCard.firstErrorLine.contains("\(file.path) is not a scorecard"))
        let missing = try CommandRun(["score", file.path, "--model", "card.json"])
        #expect(missing.code == 65)
        #expect(missing.firstErrorLine == "leadline: cannot read card.json: No such file or directory")
        let without = try CommandRun(["score", file.path])
        #expect(without.code == 64 && without.firstErrorLine.contains("--model"))
    }
}
