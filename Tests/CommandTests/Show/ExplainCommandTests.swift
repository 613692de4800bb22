import LeadModel
import Redis
import TestKit
import Testing

@Suite("leadline explain", .onOwnThreads)
struct ExplainCommandTests {
    private struct Explained: Decodable {
        struct Share: Decodable {
            var attribute, phrase: String
            var contribution: Double
            var value: String?
        }

        var score: Int
        var probability, logOdds, intercept: Double
        var shares: [Share]
        var isPending: Bool
        var status: String
    }

    @Test("the shares and the intercept add up to the log-odds, and these to the probability; all attributes are there")
    func addsUp() throws {
        let stage = try Stage()
        let servers = LeadlineProcess.servers(stage)
        let file = try LeadsFile(positives: 60, negatives: 60, open: 10)
        _ = try CommandRun(
            ["train", file.path] + LeadsFile.flags + ["--name", "sales", "--publish", "--org", stage.org],
            environment: servers)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        _ = try CommandRun(["import", file.path, "--org", stage.org] + LeadsFile.flags, environment: servers)
        let results = try stage.results(ofRecords: 10)
        #expect(results.count == 10)
        for result in results {
            let run = try CommandRun(["explain", result.subject, "--org", stage.org, "--json"], environment: servers)
            let explained = try run.json(Explained.self)
            let sum = explained.shares.map(\.contribution).reduce(explained.intercept, +)
            #expect(abs(sum - explained.logOdds) < 1e-9)
            #expect(logistic(explained.logOdds) == explained.probability)
            #expect(explained.probability == result.data.probability && explained.score == result.data.score)
            #expect(Set(explained.shares.map(\.attribute)) == ["Source", "Visits"])
        }
        let text = try CommandRun(["explain", results[0].subject, "--org", stage.org], environment: servers)
        #expect(text.output.hasPrefix("lead \(results[0].subject): score \(results[0].data.score ?? 0), grade "))
        #expect(text.output.contains("(the intercept)") && text.output.contains("  log-odds "))
    }

    @Test("the record's own value is shown next to its bin, as long as the record still has a value of that bin")
    func ownValues() throws {
        let stage = try Stage()
        try stage.publish(.ofEveryKind())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([
            .created(
                "L",
                [
                    "source": "Radio", "visits": 4, "interests": ["phone"], "lastVisit": "2020-01-31T10:00:00Z",
                    "email": "ann@gmail.com",
                ])
        ])
        #expect(try stage.results(ofRecords: 1).count == 1)
        func shares() throws -> [String: Explained.Share] {
            let run = try CommandRun(["explain", "L", "--org", stage.org, "--json"], environment: onlyRedis(of: stage))
            return Dictionary(uniqueKeysWithValues: try run.json(Explained.self).shares.map { ($0.attribute, $0) })
        }
        let scored = try shares()
        #expect(scored["visits"]?.phrase == "Visits: 4 (3 to 10) — positive" && scored["visits"]?.value == "4")
        #expect(scored["source"]?.phrase == "Source: Radio (a value not seen in training) — negative")
        #expect(scored["lastVisit"]?.phrase == "Last visit: 2020-01-31 (7 and more days ago) — negative")
        // It says what the bin says, or only its kind is read.
        #expect(scored["interests"]?.phrase == "Interests: Phone — negative" && scored["interests"]?.value == nil)
        #expect(scored["email"]?.value == nil)
        let text = try CommandRun(["explain", "L", "--org", stage.org], environment: onlyRedis(of: stage)).output
        #expect(text.contains("Visits: 4 (3 to 10) — positive") && !text.contains("ann@"))

        // Otherwise the sweep that follows a publication could score the change.
        try stage.awaitFirstSweep()
        try stage.publish([TestEvent("updated", "L", data: ["patch": true, "attributes": ["visits": 20]])])
        #expect(try stage.eventually { try stage.record("L").isPending })
        #expect(try shares()["visits"]?.phrase == "Visits: 3 to 10 — positive")
        #expect(try shares()["visits"]?.value == nil && shares()["source"]?.value == "Radio")
    }

    @Test("a record without a score is explained, and so is a pending change; an unknown record is an error")
    func whyNot() throws {
        let stage = try Stage()
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        func explain(_ id: String, _ more: String...) throws -> CommandRun {
            try CommandRun(["explain", id, "--org", stage.org] + more, environment: onlyRedis(of: stage))
        }
        try stage.publish([.created("early", ["source": "web"])])
        #expect(try stage.results(ofRecords: 1).count == 1)
        #expect(try explain("early").output.contains("has no score: no model is published"))

        try stage.publish(.byHand())
        #expect(try stage.eventually { worker.printed.contains("model test 1 is published") })
        #expect(try stage.eventually { try stage.record("early").scoring != nil }, "the first version scores all")
        try stage.awaitFirstSweep()
        _ = try stage.restOfResults()
        try stage.publish([
            .created("scored", ["source": "web"]), .created("gone", ["source": "web"]),
            .created("person", ["source": "web"]),
            TestEvent("imported", "history", data: ["status": "qualified", "attributes": ["source": "web"]]),
            TestEvent("updated", "patched", data: ["patch": true, "attributes": ["source": "web"]]),
        ])
        #expect(try stage.results(ofRecords: 3).count == 3)
        try stage.publish([
            TestEvent("updated", "scored", data: ["patch": true, "attributes": ["source": "fair"]]),
            TestEvent("deleted", "gone"), TestEvent("erased", "person"),
        ])
        #expect(
            try stage.eventually {
                let records = try stage.records(["scored", "gone", "person", "history", "patched"])
                return records[0].isPending && records[1].isGone && records[2].isErased && records[3].revision > 0
                    && records[4].revision > 0
            })
        #expect(try explain("scored").output.contains("the change waits for the daily sweep"))
        #expect(try explain("scored", "--json").json(Explained.self).isPending)
        #expect(try explain("gone").output.contains("It is deleted now"))
        #expect(try explain("person").output == "lead person has no score: it was erased\n")
        #expect(try explain("history").output.contains("it is closed (qualified), and only open records are scored"))
        #expect(try explain("patched").output.contains("they wait for a snapshot"))
        #expect(try explain("patched", "--json").output.contains("\"score\" : null"))
        let unknown = try explain("nobody")
        #expect(unknown.code == 65 && unknown.output.isEmpty)
        #expect(unknown.firstErrorLine.contains("\(stage.org) has no lead with this id"))
    }
}
