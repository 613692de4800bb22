import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("leadline train --from-registry", .onOwnThreads)
struct TrainFromRegistryTests {
    private static let flags = [
        "--id", "id", "--outcome", "result", "--positive", "good", "--created", "created", "--closed", "closed",
    ]

    @Test(
        "imported records train the same scorecard as their file, without erased, deleted and open ones"
    )
    func sameBytes() throws {
        let stage = try Stage()
        let servers = LeadlineProcess.servers(stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let ids = (0..<120).map { "L\($0)" }
        let all = try file(ids)
        let imported = try CommandRun(["import", all, "--org", stage.org] + Self.flags, environment: servers)
        #expect(imported.code == 0)
        let nameless = ["patch": true, "status": "qualified", "attributes": ["source": "web"]] as [String: Any]
        try stage.publish([
            TestEvent("erased", "L7"), TestEvent("deleted", "L50"), TestEvent("updated", "patched", data: nameless),
            .created("open", ["source": "web"]),
        ])
        #expect(
            try stage.eventually {
                let records = try stage.records(ids + ["patched", "open"])
                return records.allSatisfy { $0.revision > 0 } && records[7].isErased && records[50].isGone
            })

        let folder = try TestFolder.make("files/\(UUID().uuidString)")
        let rest = try file(ids.filter { $0 != "L7" && $0 != "L50" })
        let ofFile = try CommandRun(["train", rest, "--output", folder + "/file.json"] + Self.flags)
        #expect(ofFile.code == 0, "\(ofFile.errors)")
        let stored = try CommandRun(
            ["train", "--from-registry", "--org", stage.org, "--output", folder + "/stored.json"], environment: servers)
        #expect(stored.code == 0, "\(stored.errors)")
        #expect(stored.output.contains("trained on 59 qualified and 59 disqualified leads"))
        let cards = try ["file", "stored"].map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).json")) }
        #expect(cards[0] == cards[1])

        let unknown = try CommandRun(
            ["train", "--from-registry", "--org", stage.org, "--output", folder + "/x.json", "--exclude", "sauce"],
            environment: servers)
        #expect(unknown.code == 64 && unknown.firstErrorLine.contains("attribute sauce"))
    }

    @Test("values of accounts are learned from the leads that reference them")
    func joined() throws {
        let stage = try Stage()
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let industries = ["banking", "retail", "farming"]
        try stage.publish(
            industries.map { TestEvent("updated", $0, data: ["attributes": ["industry": $0]]).of(.account) })
        let ids = (0..<120).map { "L\($0)" }
        try stage.publish(
            ids.enumerated().map { number, id in
                // Two of three from banking are good, one of three of the others.
                let isGood = number % 3 == 0 ? number % 9 != 0 : number % 9 == 1
                return TestEvent(
                    "imported", id,
                    data: [
                        "status": isGood || number % 2 == 0 ? "qualified" : "disqualified",
                        "attributes": ["source": number % 2 == 0 ? "web" : "fair"],
                        "related": ["account": industries[number % 3]],
                    ])
            })
        #expect(try stage.eventually { try stage.records(ids).allSatisfy { $0.revision > 0 } })
        let path = try TestFolder.make("files/\(UUID().uuidString)") + "/card.json"
        let run = try CommandRun(
            ["train", "--from-registry", "--org", stage.org, "--output", path],
            environment: LeadlineProcess.servers(stage))
        #expect(run.code == 0, "\(run.errors)")
        let card = try Scorecard(artifact: Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(Set(card.attributes.map(\.name)) == ["source", "account.industry"])
    }

    @Test("an attribute filled in only at closing gets a warning with counts; one that was known before does not")
    func filledAfterClosing() throws {
        let stage = try Stage()
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let ids = (0..<90).map { "lead-\($0)" }
        func at(_ day: Int) -> String { "2026-0\(day)-15T10:00:00Z" }
        try stage.publish(
            ids.enumerated().map { number, id in
                TestEvent(
                    "created", id, time: at(1), data: ["attributes": ["source": number % 3 == 0 ? "web" : "fair"]])
            })
        try stage.publish(
            ids.enumerated().map { number, id in
                let attributes = ["rating": number % 7 < 3 ? "hot" : "cold"]
                return TestEvent("updated", id, time: at(2), data: ["patch": true, "attributes": attributes])
            })
        try stage.publish(
            ids.enumerated().map { number, id in
                let attributes = ["closing.note": number % 5 == 0 ? "fine" : "so so"]
                return TestEvent(
                    "updated", id, time: at(3),
                    data: [
                        "patch": true, "status": number % 2 == 0 ? "qualified" : "disqualified",
                        "attributes": attributes,
                    ])
            })
        #expect(
            try stage.eventually {
                try stage.records(ids).allSatisfy { $0.outcome != nil && $0.attributes.count == 3 }
            })
        let card = try TestFolder.make("files") + "/\(UUID().uuidString).json"
        let run = try CommandRun(
            ["train", "--from-registry", "--org", stage.org, "--output", card], environment: onlyRedis(of: stage))
        #expect(run.code == 0, "\(run.errors)")
        let warnings = run.errors.split(separator: "\n").filter { $0.hasPrefix("warning: ") }
        #expect(warnings.count == 1)
        #expect(
            warnings.first?.hasPrefix("warning: closing.note is filled in only after closing: 90 of 90 leads") ?? false
        )
    }

    @Test("a file, a flag that names a column, and an unknown organization are refused")
    func refused() throws {
        let file = try LeadsFile(positives: 1, negatives: 1)
        for arguments in [[file.path], ["--outcome", "Converted", "--positive", "1"], ["--id", "Lead ID"]] {
            let run = try CommandRun(["train", "--from-registry", "--output", "card.json"] + arguments)
            #expect(run.code == 64 && run.firstErrorLine.contains("--from-registry"), "\(arguments): \(run.errors)")
        }
        let neither = try CommandRun(["train", "--output", "card.json"])
        #expect(neither.code == 64 && neither.firstErrorLine.contains("--from-registry"))
        let nowhere = try CommandRun(
            ["train", "--from-registry", "--output", "card.json", "--org", TestServers.org()], environment: onlyRedis())
        #expect(nowhere.code == 65 && nowhere.firstErrorLine.contains("there is no organization"))
    }

    /// Leads in the order of their creation, every other one good.
    private func file(_ ids: [String]) throws -> String {
        var lines = ["id,source,visits,interests,seen,account.industry,created,closed,result"]
        for id in ids {
            let number = Int(id.dropFirst()) ?? 0
            let isGood = number % 2 == 0
            let created = Moment(milliseconds: 1_750_000_000_000 + Int64(number) * 3_600_000)
            let seen = created.adding(seconds: -Int64(number * 7919 % 100) * 86_400)
            let interests = ["CRM", "ERP", "BI", "HR"].enumerated().filter { (number * 13 / (1 << $0.offset)) % 2 == 0 }
            lines.append(
                "\(id),\(number % (isGood ? 3 : 4) == 0 ? "web" : "Fair"),\(number * 31 % 17),"
                    + "\(interests.map(\.element).joined(separator: "; ")),\(seen.dayText),"
                    + "\(["Finance", "Retail", ""][number % 3]),\(created.text),"
                    + "\(created.adding(seconds: 86_400 * 3).text),\(isGood ? "good" : "bad")")
        }
        return try temporaryFile("leads.csv", lines.joined(separator: "\n") + "\n")
    }
}
