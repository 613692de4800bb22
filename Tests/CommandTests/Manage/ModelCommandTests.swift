import Foundation
import LeadModel
import Redis
import TestKit
import Testing

@Suite("leadline model", .onOwnThreads)
struct ModelCommandTests {
    @Test("models are listed and shown; the artifact is printed as it was stored")
    func shown() throws {
        struct Line: Decodable, Equatable {
            var model: String
            var newestVersion: Int
            var publishedVersion: Int?
        }
        let stage = try Stage()
        let card = Scorecard.byHand()
        try stage.publish(card)
        func model(_ arguments: String...) throws -> CommandRun {
            try CommandRun(["model"] + arguments + ["--org", stage.org], environment: onlyRedis(of: stage))
        }
        let list = try model("list", "--json").json([Line].self)
        #expect(list == [Line(model: "test", newestVersion: 1, publishedVersion: 1)])
        let shown = try model("show")
        #expect(shown.output.hasPrefix("test 1: trained on 60 qualified and 90 disqualified leads\n"))
        #expect(shown.output.contains("visits     under 3"))
        let artifact = try model("show", "test", "--version", "1", "--json")
        #expect(Array(artifact.output.utf8) == Array(card.artifact()))
    }

    @Test("a missing model or organization is an error with the command that lists what exists")
    func missing() throws {
        let org = TestServers.org()
        let servers = try onlyRedis()
        _ = try CommandRun(["org", "create", org], environment: servers)
        let empty = try CommandRun(["model", "list", "--org", org], environment: servers)
        #expect(empty.code == 0 && empty.output.contains("--publish --org \(org)`"))
        for arguments in [
            ["show", "x"], ["publish", "x"], ["publish", "x", "--version", "3"], ["delete", "x", "--yes"],
        ] {
            let run = try CommandRun(["model"] + arguments + ["--org", org], environment: servers)
            #expect(run.code == 65)
            #expect(run.firstErrorLine.hasPrefix("leadline: \(org) has no lead model x"))
            #expect(run.firstErrorLine.contains("`leadline model list --org \(org)`"))
        }
        let rollback = try CommandRun(["model", "rollback", "--org", org], environment: servers)
        #expect(rollback.code == 65 && rollback.firstErrorLine.contains("published no lead model before"))
        let nowhere = try CommandRun(["model", "list", "--org", org + "-x"], environment: servers)
        #expect(nowhere.code == 65 && nowhere.firstErrorLine.contains("there is no organization \(org)-x"))
    }

    @Test("deletion asks for confirmation; without a terminal it needs --yes, and says what it would do")
    func deleted() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let servers = onlyRedis(of: stage)
        let asked = try CommandRun(
            ["model", "delete", "test", "--org", stage.org], environment: servers, input: "test\n")
        #expect(asked.code == 64)
        #expect(asked.firstErrorLine.contains("nothing scores the leads of \(stage.org): add --yes"))
        #expect(try stage.withRegistry { try $0.published(organization: stage.org, entity: .lead) } != nil)
        let done = try CommandRun(["model", "delete", "test", "--org", stage.org, "--yes"], environment: servers)
        #expect(done.code == 0)
        #expect(try stage.withRegistry { try $0.published(organization: stage.org, entity: .lead) } == nil)
        let again = try CommandRun(["model", "delete", "test", "--org", stage.org, "--yes"], environment: servers)
        #expect(again.code == 65)
    }

    @Test("the audit log names model and version of each change")
    func changes() throws {
        let stage = try Stage()
        try stage.publish(.byHand(web: 1))
        try stage.publish(.byHand(web: 2))
        _ = try CommandRun(["model", "rollback", "--org", stage.org], environment: onlyRedis(of: stage))
        _ = try CommandRun(["model", "delete", "test", "--yes", "--org", stage.org], environment: onlyRedis(of: stage))
        let audit = try stage.withRegistry { try $0.audit(of: stage.org) }
        #expect(
            audit.reversed().map { "\($0.action): \($0.detail)" }.dropFirst() == [
                "model add: test 1", "model publish: test 1", "model add: test 2", "model publish: test 2",
                "model rollback: test 1", "model delete: test",
            ])
    }

    @Test("after a rollback the former version scores, and after publishing the newest version that one scores")
    func rolledBack() throws {
        let stage = try Stage()
        try stage.publish(.byHand(web: 1))
        try stage.publish(.byHand(web: 2))
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        func score(_ id: String, by version: Int) throws {
            #expect(try stage.eventually(within: .seconds(5)) { try scoringVersion(on: stage) == version })
            try stage.publish([.created(id, ["source": "web"])])
            let result = try #require(try stage.results(ofRecords: 1).first, "\(worker.printed)")
            #expect(result.data.version == version)
            #expect(result.data.probability == logistic(-0.5 + Double(version) - 0.2))
        }
        try score("L1", by: 2)
        let back = try CommandRun(["model", "rollback", "--org", stage.org], environment: onlyRedis(of: stage))
        #expect(back.code == 0 && back.output.hasPrefix("published test 1 again; it scores from now on\n"))
        try score("L2", by: 1)
        let forth = try CommandRun(["model", "publish", "test", "--org", stage.org], environment: onlyRedis(of: stage))
        #expect(forth.code == 0 && forth.output.hasPrefix("published test 2; it scores from now on\n"))
        try score("L3", by: 2)
    }

    @Test("a version published while notifications are cut off is used within the polling time")
    func pubSubCut() throws {
        let stage = try Stage()
        try stage.publish(.byHand(web: 1))
        let worker = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_WORKER_POLL": "2"])
        defer { worker.kill() }
        #expect(try stage.eventually { worker.printed.contains("taking work") })
        try cutPubSub(stage)
        try stage.publish(.byHand(web: 2))
        #expect(try stage.eventually(within: .seconds(3)) { try scoringVersion(on: stage) == 2 })
    }

    @Test("a worker that receives no notification finds a new version by polling")
    func deaf() throws {
        let stage = try Stage()
        let user = stage.org
        let redis = try RedisConnection(stage.redis)
        defer { redis.close() }
        try redis.call("ACL", "SETUSER", user, "on", ">secret", "~*", "+@all", "resetchannels")
        var servers = LeadlineProcess.servers(stage)
        servers["LEADLINE_REDIS_URL"] = stage.redis.asUser(user).url
        try stage.publish(.byHand(web: 1))
        let worker = try LeadlineProcess(["worker"], environment: servers.merging(["LEADLINE_WORKER_POLL": "1"]) { $1 })
        defer { worker.kill() }
        #expect(try scoringVersion(on: stage) == 1)
        try stage.publish(.byHand(web: 2))
        #expect(try stage.eventually(within: .seconds(2)) { try scoringVersion(on: stage) == 2 })
    }

    /// The version that a new lead is scored by; nil if it comes back without a score, or not at all.
    private func scoringVersion(on stage: Stage) throws -> Int? {
        try stage.publish([.created(UUID().uuidString, ["source": "web"])])
        return try stage.results(ofRecords: 1).first?.data.version
    }

    private func cutPubSub(_ stage: Stage) throws {
        let redis = try RedisConnection(stage.redis)
        defer { redis.close() }
        #expect((try redis.call("CLIENT", "KILL", "TYPE", "pubsub").int ?? 0) >= 1)
    }

    @Test("model show prints how attributes are read, the points of pairs, and what was left out")
    func everyKind() throws {
        let stage = try Stage()
        try stage.publish(.ofEveryKind())
        let shown = try CommandRun(["model", "show", "--org", stage.org], environment: onlyRedis(of: stage)).output
        for text in [
            "interests (list)", "lastVisit (days ago)", "email (as email)", "source and visits together",
            "(visits:)", "under 3, missing, no number", "left out: leadNumber (identifier)",
            "warning: source: the outcome follows almost from it alone",
        ] { #expect(shown.contains(text), "\(text)") }
        let row = try #require(shown.split(separator: "\n").first { $0.hasPrefix("web  ") })
        #expect(row.split(separator: " ") == ["web", "-0.12", "0.31"])
    }
}
