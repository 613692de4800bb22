import Foundation
import LeadModel
import Registry
import TestKit
import Testing

/// What `config/contract/commands.schema.json` promises, by its examples.
@Suite("What commands print as JSON", .onOwnThreads)
struct JSONOutputTests {
    private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../config/contract/examples").standardizedFileURL

    @Test("every listing and report has the keys of its example in the contract, no more and no fewer")
    func keys() throws {
        let stage = try Stage()
        let servers = LeadlineProcess.servers(stage)
        func printed(_ arguments: String...) throws -> String {
            let run = try CommandRun(arguments + ["--org", stage.org, "--json"], environment: servers)
            #expect(run.code == 0, "\(arguments): \(run.errors)")
            return run.output
        }
        let tail = try LeadlineProcess(["tail", "\(stage.org).#", "--count", "1", "--json"], environment: servers)
        defer { tail.kill() }
        #expect(try stage.eventually { tail.printed.contains("waiting for") })

        let file = try LeadsFile(positives: 40, negatives: 40, open: 1)
        let trained = try CommandRun(
            ["train", file.path] + LeadsFile.flags
                + ["--name", "sales", "--publish", "--changeable", "Source", "--where", "Source in web, fair"]
                + ["--org", stage.org, "--json"],
            environment: servers)
        try Self.expect(trained.output, like: "commands/train.json")
        let enough = try LeadsFile(positives: 60, negatives: 60)
        let evaluated = try CommandRun(["evaluate", enough.path, "--json"] + LeadsFile.flags)
        try Self.expect(evaluated.output, like: "commands/evaluate.json")
        let compared = try CommandRun(
            ["evaluate", enough.path, "--compare-exclude", "Visits", "--folds", "2", "--json"] + LeadsFile.flags)
        try Self.expect(compared.output, like: "commands/evaluate-comparison.json")
        let inspected = try CommandRun(["inspect", enough.path, "--json"])
        try Self.expect(inspected.output, like: "commands/inspect.json")
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let imported = try CommandRun(
            ["import", file.path, "--org", stage.org] + LeadsFile.flags, environment: servers)
        #expect(imported.code == 0)
        #expect(try stage.eventually { try stage.records(file.ids).allSatisfy { $0.revision > 0 } })
        let (closed, open) = (try #require(file.ids.first), try #require(file.ids.last))

        try Self.expect(printed("explain", open), like: "commands/explain-scored.json")
        try Self.expect(
            printed("explain", open, "--set", "Source=fair", "--suggest", "--fixed", "Visits"),
            like: "commands/explain-what-if.json")
        try Self.expect(printed("explain", closed), like: "commands/explain-unscored.json")
        try Self.expect(printed("model", "list"), like: "commands/model-list.json")
        try Self.expect(printed("model", "show"), like: "commands/model-show.json")
        try Self.expect(printed("usage"), like: "usage/report.json")
        try stage.withRedis { redis in
            // One partition accepts no start, so the request stays.
            let partition = Partition(organization: stage.org, kind: .opportunity, number: 0)
            let lease = try RedisClock(redis).now().milliseconds + 60_000
            try redis.call("HSET", partition.sweep, "filling", "open", "lease", lease)
            _ = try SweepStore(redis).request(
                .republish(to: "crm"), organization: stage.org, entity: .opportunity, now: Moment(milliseconds: 1))
        }
        try Self.expect(printed("sweep", "status"), like: "commands/sweep-status.json")
        let shape = try CommandRun(["check", "--json"], environment: servers)
        try Self.expect(shape.output, like: "commands/check.json")
        let list = try CommandRun(["org", "list", "--json"], environment: servers)
        try Self.expect(list.output, like: "commands/org-list.json")
        let shown = try CommandRun(["org", "show", stage.org, "--json"], environment: servers)
        try Self.expect(shown.output, like: "commands/org-show.json")
        try Self.expect(printed("grades", "show"), like: "commands/grades-show.json")
        try Self.expect(printed("grades", "set", "--reset"), like: "commands/grades-show.json")
        #expect(tail.exitCode(within: .seconds(10)) == 0)
        let result = try #require(tail.printed.split(separator: "\n").first { $0.hasPrefix("{") })
        try Self.expect(String(result), like: "results/scored.json")
    }

    @Test("a page of open records has the keys of its example")
    func ledger() throws {
        let run = { (arguments: [String]) in
            try CommandRun(arguments + ["--org", "acme", "--json"], environment: ViewedLedger.environment()).output
        }
        try Self.expect(run(["leads", "--owner", "ann", "--limit", "1"]), like: "commands/leads.json")
        try Self.expect(run(["opportunities", "--limit", "1"]), like: "commands/leads.json")
    }

    @Test("an export and a check of the ledger have the keys of their examples")
    func exported() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([TestEvent("created", "A1", data: ["attributes": ["industry": "Finance"]]).of(.account)])
        try stage.publish([
            TestEvent("created", "L1", data: ["related": ["account": "A1"], "attributes": ["source": "web"]])
        ])
        #expect(
            try stage.eventually {
                let scoring = try stage.record("L1").scoring
                return scoring.flatMap { $0.accountRevision }.map { $0 > 0 } ?? false
            })
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        #expect(try stage.awaitLedger(ledger.path) == [])
        let settings = LeadlineProcess.servers(stage).merging(["LEADLINE_LEDGER_FILE": ledger.path]) { $1 }
        let run = try CommandRun(["export", "L1", "--org", stage.org], environment: settings)
        #expect(run.code == 0)
        try Self.expect(run.output, like: "commands/export.json")
        // What comes while no process updates the ledger is not in it.
        ledger.stop()
        try stage.publish([.created("L2", ["source": "web"])])
        #expect(try stage.eventually { try stage.record("L2").scoring != nil })
        let check = try CommandRun(["ledger", "check", "--json"], environment: settings)
        #expect(check.code == 65)
        try Self.expect(check.output, like: "commands/ledger-check.json")
    }

    @Test("lists of rejected and undelivered messages have the keys of their examples")
    func kept() throws {
        let stage = try Stage()
        let servers = LeadlineProcess.servers(stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([("\(stage.org).lead.created", Array("{}".utf8))])
        func printed(_ arguments: String...) throws -> String {
            let run = try CommandRun(arguments + ["--json"], environment: servers)
            #expect(run.code == 0, "\(arguments): \(run.errors)")
            return run.output
        }
        #expect(try stage.eventually { try printed("rejected", "list").contains("not-a-cloud-event") })
        worker.kill()
        try Self.expect(printed("rejected", "list"), like: "commands/rejected-list.json")
        try Self.expect(printed("rejected", "show", "1"), like: "commands/rejected-show.json")
        try stage.publish(.byHand())
        let second = try LeadlineProcess(workerOn: stage)
        try stage.publish([.created("L1", ["source": "web"])])
        let result = try #require(try stage.results(ofRecords: 1).first)
        second.kill()
        try stage.putUndelivered(result)
        try Self.expect(printed("undelivered", "list"), like: "commands/undelivered-list.json")
    }

    static func expect(
        _ output: String, like example: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let promised = try Data(contentsOf: Self.examples.appendingPathComponent(example))
        #expect(
            try Self.keys(Data(output.utf8)) == Self.keys(promised), "\(example)", sourceLocation: sourceLocation)
    }

    /// The path of every key of every object, with `[]` for what is in an array.
    private static func keys(_ json: Data) throws -> Set<String> {
        func keys(_ value: Any, at path: String) -> Set<String> {
            switch value {
            case let object as [String: Any]:
                object.reduce(into: []) { all, member in
                    let key = "\(path).\(member.key)"
                    all.formUnion(keys(member.value, at: key).union([key]))
                }
            case let array as [Any]: array.reduce(into: []) { $0.formUnion(keys($1, at: path + "[]")) }
            default: []
            }
        }
        return keys(try JSONSerialization.jsonObject(with: json), at: "")
    }
}
