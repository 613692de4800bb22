import LeadModel
import TestKit
import Testing

@Suite("leadline explain --set and --suggest", .onOwnThreads)
struct WhatIfCommandTests {
    private struct Explained: Decodable {
        struct Share: Decodable {
            var attribute, label: String
            var contribution: Double
            var difference: Double?
        }

        struct WhatIf: Decodable {
            var set: [[String: String]]
            var score, scoreDifference: Int
            var probability, logOdds, logOddsDifference: Double
            var shares: [Share]
        }

        struct Suggested: Decodable {
            var attribute, label: String
            var records, score, scoreDifference: Int
            var logOdds, logOddsDifference: Double
        }

        var score: Int
        var logOdds, intercept: Double
        var scoredAt: String
        var lowEvidence: Bool
        var shares: [Share]
        var whatIf: WhatIf?
        var suggestions: [Suggested]?
    }

    @Test("--set gives the score that a worker gives the changed record at the time of the scoring")
    func sameAsChanged() throws {
        let stage = try Stage()
        try stage.publish(.ofEveryKind())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let given: [String: Any] = [
            "source": "web", "visits": 4, "interests": ["Phone"], "lastVisit": "2020-01-01", "email": "ann@gmail.com",
        ]
        let changed: [String: Any] = ["source": "fair", "visits": 20, "interests": ["E-mail", "Chat"], "email": ""]
        try stage.publish([.created("given", given), .created("changed", changed)])
        let results = try stage.results(ofRecords: 2)
        func result(_ id: String) throws -> TestResult { try #require(results.first { $0.subject == id }) }
        func explain(_ more: String...) throws -> Explained {
            let run = try CommandRun(
                ["explain", "given", "--org", stage.org, "--json"] + more, environment: onlyRedis(of: stage))
            #expect(run.code == 0, "\(run.errors)")
            return try run.json(Explained.self)
        }
        let plain = try explain()
        #expect(plain.whatIf == nil && plain.suggestions == nil)
        #expect(try plain.score == result("given").data.score)

        let explained = try explain(
            "--set", "source=fair", "--set", "visits=20", "--set", "interests=chat; e-mail", "--set", "lastVisit=",
            "--set", "email=")
        let whatIf = try #require(explained.whatIf)
        #expect(try whatIf.probability == result("changed").data.probability)
        #expect(try whatIf.score == result("changed").data.score)
        #expect(whatIf.scoreDifference == whatIf.score - explained.score)
        #expect(whatIf.logOddsDifference == whatIf.logOdds - explained.logOdds)
        #expect(abs(whatIf.shares.map(\.contribution).reduce(explained.intercept, +) - whatIf.logOdds) < 1e-9)
        let differences = whatIf.shares.compactMap(\.difference)
        #expect(abs(differences.reduce(0, +) - whatIf.logOddsDifference) < 1e-9)
        #expect(whatIf.set.map { $0["label"] } == ["fair", "10 and more", "Chat, E-mail", "missing", "missing"])

        // What was then the future is missing, though it is past by now.
        let scoredAt = try #require(Moment(rfc3339: explained.scoredAt))
        func label(_ moment: Moment) throws -> String? {
            try explain("--set", "lastVisit=\(moment.text)").whatIf?.set.first?["label"]
        }
        #expect(try label(scoredAt) == "under 7" && label(scoredAt.adding(seconds: -7 * 86_400)) == "7 and more")
        #expect(try label(Moment(milliseconds: scoredAt.milliseconds + 1)) == "missing")
    }

    @Test("a change of one attribute shows the changed share of its pair's other attribute")
    func pairs() throws {
        let stage = try Stage()
        try stage.publish(.ofEveryKind())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([.created("L", ["source": "web", "visits": 4])])
        #expect(try stage.results(ofRecords: 1).count == 1)
        let run = try CommandRun(
            ["explain", "L", "--org", stage.org, "--json", "--set", "source=fair"], environment: onlyRedis(of: stage))
        let shares = try #require(try run.json(Explained.self).whatIf).shares
        let visits = try #require(shares.first { $0.attribute == "visits" })
        #expect(abs((visits.difference ?? 0) - (-0.27 - 0.31) / 2) < 1e-12)
        let text = try CommandRun(
            ["explain", "L", "--org", stage.org, "--set", "source=fair"], environment: onlyRedis(of: stage)
        ).output
        #expect(text.contains("if source were fair: score ") && text.contains("Source: fair — strongly negative"))
        #expect(text.contains("what the records show together, not what causes it"))
    }

    /// Whose visitors of ten and more visits, and leads with an interest in chats, are better than others.
    private static func suggesting() -> Scorecard {
        var card = Scorecard.ofEveryKind()
        card.attributes[1].bins[0].positives = 5
        card.attributes[1].bins[2].positives = 40
        card.attributes[2].bins[0].positives = 30
        return card
    }

    @Test("--suggest lists the changes that raise the score most, as --set confirms, and skips what nobody can change")
    func suggest() throws {
        let stage = try Stage()
        try stage.publish(Self.suggesting())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([.created("L", ["source": "fair", "visits": 1, "email": "ann@gmail.com"])])
        #expect(try stage.results(ofRecords: 1).count == 1)
        func explain(_ more: String...) throws -> Explained {
            try CommandRun(["explain", "L", "--org", stage.org, "--json"] + more, environment: onlyRedis(of: stage))
                .json(Explained.self)
        }
        let all = try #require(try explain("--suggest").suggestions)
        // Not the e-mail address, the last visit or the source: nobody changes who somebody is, or the past.
        #expect(all.map(\.attribute) == ["visits", "interests"])
        #expect(all.map(\.label) == ["10 and more", "Chat"])
        for (suggestion, value) in zip(all, ["visits=10", "interests=Chat"]) {
            let whatIf = try #require(try explain("--set", value).whatIf)
            #expect(whatIf.logOdds == suggestion.logOdds && whatIf.score == suggestion.score)
            #expect(whatIf.scoreDifference == suggestion.scoreDifference && suggestion.logOddsDifference > 0)
        }
        #expect(try explain("--suggest", "1").suggestions?.map(\.attribute) == ["visits"])
        let rest = try explain("--suggest", "--fixed", "visits").suggestions
        #expect(rest?.map(\.attribute) == ["interests"])
        // Of the record as changed, if both are asked for.
        let after = try explain("--set", "visits=10", "--suggest", "2").suggestions
        #expect(after?.map(\.attribute) == ["interests"])
        let text = try CommandRun(
            ["explain", "L", "--org", stage.org, "--suggest"], environment: onlyRedis(of: stage)
        ).output
        #expect(
            text.contains("what would raise the score most") && text.contains("  also Chat  ")
                && text.contains("not what causes it"))
    }

    @Test("an attribute that the scorecard does not read is an error with those it reads; incomplete flags are errors")
    func refused() throws {
        let stage = try Stage()
        try stage.publish(.ofEveryKind())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([.created("L", ["source": "fair"])])
        #expect(try stage.results(ofRecords: 1).count == 1)
        func explain(_ more: String...) throws -> CommandRun {
            try CommandRun(["explain", "L", "--org", stage.org] + more, environment: onlyRedis(of: stage))
        }
        let unknown = try explain("--set", "color=red")
        #expect(unknown.code == 65 && unknown.output.isEmpty)
        #expect(
            unknown.firstErrorLine.contains("does not read color, so it cannot change the score. It reads: source, "))
        #expect(try explain("--set", "leadNumber=1").firstErrorLine.contains("does not read leadNumber (identifier)"))
        #expect(try explain("--suggest", "--fixed", "color").code == 65)
        for bad in [["--set", "source"], ["--set", "=x"], ["--fixed", "source"], ["--suggest", "0"]] {
            let run = try CommandRun(["explain", "L", "--org", stage.org] + bad, environment: onlyRedis(of: stage))
            #expect(run.code == 64, "\(bad)")
        }
    }
}
