import TestKit
import Testing

@Suite("leadline usage", .onOwnThreads)
struct UsageCommandTests {
    private struct Shown: Decodable {
        struct Month: Decodable {
            var month: String
            var records, scorings: Int
            var exceeded: Bool
        }

        var org, entity, month: String
        var records, scorings: Int
        var limit: Int?
        var exceeded: Bool
        var average: Double?
        var months: [Month]
    }

    @Test("1,501 records exceed the limit of 1,500, and 1,500 do not")
    func passed() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let servers = LeadlineProcess.servers(stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let file = try LeadsFile(positives: 0, negatives: 0, open: 1500)
        let run = try CommandRun(["import", file.path, "--id", "Lead ID", "--org", stage.org], environment: servers)
        #expect(run.code == 0)
        #expect(try stage.eventually(within: .seconds(60)) { try stage.usage().records == 1500 })
        func usage(_ more: String...) throws -> CommandRun {
            try CommandRun(["usage", "--org", stage.org] + more, environment: servers)
        }
        #expect(try !usage().output.contains("⚠"))
        #expect(try !usage("--json").json(Shown.self).exceeded)

        try stage.publish([.created("one more", ["source": "web"])])
        #expect(try stage.eventually { try stage.usage().records == 1501 })
        let text = try usage().output
        #expect(text.contains("this month: 1,501 records scored (of 1,500), 1,501 scorings"))
        #expect(text.contains("⚠ the monthly limit is exceeded"))
        #expect(text.contains("⚠ 1 over the limit"))
        let json = try usage("--json").json(Shown.self)
        #expect(json.exceeded && json.records == 1501 && json.scorings == 1501 && json.limit == 1500)
        #expect(json.entity == "all" && json.org == stage.org)
        #expect(json.months.count == 7 && json.months.map(\.month) == json.months.map(\.month).sorted())
        #expect(json.months[6].month == json.month && json.months[6].exceeded && !json.months[5].exceeded)
        #expect(try usage("--json", "--entity", "opportunity").json(Shown.self).records == 0)
        #expect(try usage("--json", "--entity", "lead").json(Shown.self).records == 1501)

        _ = try CommandRun(["org", "set", stage.org, "--limit", "none"], environment: servers)
        let unlimited = try usage("--json")
        #expect(try !unlimited.json(Shown.self).exceeded)
        #expect(unlimited.output.contains("\"limit\" : null") && unlimited.output.contains("\"average\" : null"))
        #expect(try usage().output.contains("(no limit)"))
    }

    @Test("an unknown organization and an invalid entity are refused")
    func refused() throws {
        let org = TestServers.org()
        let missing = try CommandRun(["usage", "--org", org], environment: onlyRedis())
        #expect(missing.code == 65 && missing.firstErrorLine.contains("there is no organization \(org)"))
        let entity = try CommandRun(["usage", "--entity", "account"], environment: onlyRedis())
        #expect(entity.code == 64 && entity.firstErrorLine.contains("--entity"))
    }
}
