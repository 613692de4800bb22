import TestKit
import Testing

@Suite("leadline org", .onOwnThreads)
struct OrgCommandTests {
    private let org = TestServers.org()

    @Test("an organization is created once, shown with its settings and the authors of changes, and listed")
    func made() throws {
        let servers = try onlyRedis()
        let made = try CommandRun(
            ["org", "create", org, "--zone", "Europe/Berlin", "--sweep", "02:30"],
            environment: servers.merging(["USER": "eva"]) { $1 })
        #expect(made.code == 0 && made.output == "created organization \(org)\n")
        let again = try CommandRun(["org", "create", org], environment: servers)
        #expect(again.code == 65)
        #expect(again.errors.hasPrefix("leadline: organization \(org) exists already"))

        let shown = try CommandRun(["org", "show", org], environment: servers)
        #expect(shown.output.contains("daily sweep              02:30 Europe/Berlin\n"))
        #expect(shown.output.contains("eva  org create"))
        let list = try CommandRun(["org", "list", "--json"], environment: servers)
        #expect(try list.json([String].self).contains(org))
    }

    @Test("its limit can be set and removed; without one JSON has null")
    func limit() throws {
        struct Shown: Decodable {
            var limit: Int?
            var updates: String
            var audit: [Line]

            struct Line: Decodable { var action, what: String }
        }
        let servers = try onlyRedis()
        _ = try CommandRun(["org", "create", org], environment: servers)
        func show() throws -> CommandRun { try CommandRun(["org", "show", org, "--json"], environment: servers) }
        #expect(try show().json(Shown.self).limit == 1500)
        let set = try CommandRun(
            ["org", "set", org, "--limit", "none", "--updates", "realtime"], environment: servers)
        #expect(set.code == 0 && set.output == "set limit none, updates realtime for \(org)\n")
        let after = try show()
        #expect(after.output.contains("\"limit\" : null"))
        let shown = try after.json(Shown.self)
        #expect(shown.updates == "realtime")
        #expect(shown.audit.first?.what == "limit none, updates realtime")
    }

    @Test("what a sweep scores, what is steady and how long tombstones stay can be set, at once or later")
    func days() throws {
        struct Shown: Decodable { var window, steady, deletedDays, erasedDays, marksDays: Int }
        let servers = try onlyRedis()
        _ = try CommandRun(["org", "create", org, "--window", "365", "--steady", "0"], environment: servers)
        func show() throws -> Shown {
            try CommandRun(["org", "show", org, "--json"], environment: servers).json(Shown.self)
        }
        var shown = try show()
        #expect((shown.window, shown.steady) == (365, 0))
        #expect((shown.deletedDays, shown.erasedDays, shown.marksDays) == (30, 396, 30))
        let set = try CommandRun(
            ["org", "set", org, "--deleted-days", "60", "--erased-days", "800", "--marks-days", "7", "--steady", "5"],
            environment: servers)
        #expect(set.output == "set steady 5, deleted-days 60, erased-days 800, marks-days 7 for \(org)\n")
        shown = try show()
        #expect((shown.window, shown.steady) == (365, 5))
        #expect((shown.deletedDays, shown.erasedDays, shown.marksDays) == (60, 800, 7))
        let text = try CommandRun(["org", "show", org], environment: servers).output
        #expect(text.contains("365 days") && text.contains("grades of leads          A 75–100, B 50–74"))
    }

    @Test(
        "an invalid setting is an error that names its flag, before any server is contacted",
        arguments: [
            (["--zone", "Mars/Olympus"], "--zone"), (["--sweep", "25:00"], "--sweep must be HH:MM"),
            (["--limit", "many"], "--limit must be"), (["--limit=-3"], "--limit must be"),
            (["--names", "0"], "--names must be"),
            (["--window", "0"], "--window must be 1 to 36500 days"), (["--steady", "100"], "--steady must be 0 to 99"),
            (["--deleted-days", "0"], "--deleted-days must be 1"), (["--marks-days=-1"], "--marks-days must be 1"),
            (["--erased-days", "30"], "--erased-days must be 31"), (["--updates", "never"], "--updates"),
            ([], "give at least one setting"),
        ])
    func refused(flags: [String], words: String) throws {
        let run = try CommandRun(
            ["org", "set", "acme"] + flags, environment: ["LEADLINE_REDIS_URL": "redis://127.0.0.1:1"])
        #expect(run.code == 64)
        #expect(run.firstErrorLine.contains(words))
        #expect(run.errors.contains("leadline org set"), "the usage is that of the command at hand")
    }

    @Test("an invalid name and an unknown one give different errors")
    func names() throws {
        let bad = try CommandRun(["org", "create", "Acme Inc"], environment: try onlyRedis())
        #expect(bad.code == 64 && bad.firstErrorLine.contains("1 to 40 of a–z, 0–9 and -"))
        let missing = try CommandRun(["org", "show", org], environment: try onlyRedis())
        #expect(missing.code == 65)
        #expect(missing.firstErrorLine.hasPrefix("leadline: there is no organization \(org)."))
    }
}
