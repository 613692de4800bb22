import Foundation
import TestKit
import Testing

@Suite("leadline grades", .onOwnThreads)
struct GradesCommandTests {
    private let org = TestServers.org()

    private struct Shown: Decodable {
        struct Span: Decodable { var from, to: Int }

        var organization, entity: String
        var grades: [String: Span]

        var text: String {
            grades.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.from)-\($0.value.to)" }
                .joined(separator: ", ")
        }
    }

    private func run(_ arguments: String...) throws -> CommandRun {
        try CommandRun(["grades"] + arguments + ["--org", org], environment: try onlyRedis())
    }

    @Test("a minimum of 51 for A makes 50 the maximum of B; several are set at once, and --reset restores the default")
    func edited() throws {
        _ = try CommandRun(["org", "create", org], environment: try onlyRedis())
        #expect(
            try run("show").output == """
                grade  from   to
                A        75  100
                B        50   74
                C        25   49
                D         1   24

                """)
        let set = try run("set", "--a", "51", "--json").json(Shown.self)
        #expect((set.organization, set.entity) == (org, "lead"))
        #expect(set.text == "A 51-100, B 50-50, C 25-49, D 1-24")
        #expect(
            try run("set", "--a", "40", "--b", "30", "--c", "2", "--json").json(Shown.self).text
                == "A 40-100, B 30-39, C 2-29, D 1-1")
        let shown = try CommandRun(["org", "show", org], environment: try onlyRedis()).output
        #expect(shown.contains("A 40–100, B 30–39, C 2–29, D 1–1"))
        #expect(shown.contains("grades set  lead"), "the audit log names it")
        #expect(try run("set", "--reset").code == 0)
        #expect(try run("show", "--json").json(Shown.self).text == "A 75-100, B 50-74, C 25-49, D 1-24")
    }

    @Test("impossible ranges are refused with what else to set, and nothing is changed")
    func refused() throws {
        _ = try CommandRun(["org", "create", org], environment: try onlyRedis())
        let refused = try run("set", "--a", "50")
        #expect(refused.code == 65)
        #expect(
            refused.firstErrorLine == """
                leadline: \(org): A's minimum 50 is not above B's, which is 50 now: set B too, to at most 49. \
                Nothing was changed: the leads' grades are A 75–100, B 50–74, C 25–49, D 1–24
                """)
        #expect(try run("show", "--json").json(Shown.self).text == "A 75-100, B 50-74, C 25-49, D 1-24")
        #expect(
            try CommandRun(["grades", "show", "--org", TestServers.org()], environment: try onlyRedis()).code == 65)
    }

    @Test(
        "invalid flags are wrong usage, before any server is asked",
        arguments: [
            ([], "give --a, --b or --c"), (["--a", "101"], "--a must be 2 to 100"),
            (["--c", "1"], "since D begins at 1"),
            (["--reset", "--b", "40"], "--reset can't be combined"), (["--a", "many"], "--a"),
        ])
    func usage(flags: [String], words: String) throws {
        let run = try CommandRun(
            ["grades", "set"] + flags, environment: ["LEADLINE_REDIS_URL": "redis://127.0.0.1:1"])
        #expect(run.code == 64 && run.firstErrorLine.contains(words))
    }
}
