import Foundation
import LeadModel
import Registry
import TestKit
import Testing

/// Uses `sales-win-loss.csv` if it is in `../shared/data`, otherwise made-up deals with the same columns.
@Suite("Real opportunities", .onOwnThreads)
struct RealOpportunitiesTests {
    private static let outcome = 6
    private static let amount = 10

    @Test("39 won deals are too few, 40 are enough; imported deals are scored in real time, changed ones by the sweep")
    func whole() throws {
        let (head, rows) = try table()
        let (won, lost) = (rows.filter { $0[Self.outcome] == "Won" }, rows.filter { $0[Self.outcome] == "Loss" })
        let open = (won.suffix(60) + lost.suffix(140)).map { row in
            var row = row
            row[Self.outcome] = ""
            return row
        }
        func file(_ rows: some Sequence<[String]>) throws -> String {
            let path = try TestFolder.make("deals") + "/\(UUID().uuidString).csv"
            let lines = [head] + rows.map { $0.joined(separator: ",") }
            try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }
        let stage = try Stage()
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        func run(_ command: String, _ file: String, _ more: [String] = []) throws -> CommandRun {
            try CommandRun(
                [command, file, "--org", stage.org, "--entity", "opportunity"] + RealRecords.opportunityFlags + more,
                environment: LeadlineProcess.servers(stage))
        }
        let publish = ["--name", "deals", "--publish"]
        let few = try run("train", file(won.prefix(39) + lost.prefix(40)), publish)
        #expect(few.code == 65 && few.firstErrorLine.contains("39 won and 40 lost opportunities"), "\(few.errors)")
        let trained = try run("train", file(won.prefix(40) + lost.prefix(40)), publish)
        #expect(trained.code == 0 && trained.output.contains("trained on 40 won and 40 lost opportunities"))
        try stage.awaitFirstSweep(.opportunity)

        let ids = open.map { $0[0] }
        let imported = try run("import", file(open))
        #expect(imported.code == 0, "\(imported.errors)")
        let scored = try stage.results(ofRecords: ids.count) + stage.restOfResults()
        #expect(Set(scored.map(\.subject)) == Set(ids) && scored.count == ids.count)
        #expect(scored.allSatisfy { $0.type == "leadline.opportunity.scored" && $0.data.trigger == "realtime" })
        #expect(try stage.usage(.opportunity) == .init(records: ids.count, scorings: ids.count))

        let changed = Array(ids.prefix(80))
        try stage.publish(
            changed.map { id in
                let values = ["Opportunity Amount USD": 250_000, "Deal Size Category": 6]
                return TestEvent("updated", id, data: ["attributes": values, "patch": true]).of(.opportunity)
            })
        #expect(try stage.eventually { try stage.records(changed, kind: .opportunity).allSatisfy(\.isPending) })
        try stage.sweep(.run, .opportunity)
        let swept = try stage.results(ofRecords: changed.count) + stage.restOfResults()
        #expect(Set(swept.map(\.subject)) == Set(changed) && swept.count == changed.count)
        #expect(swept.allSatisfy { $0.type == "leadline.opportunity.scored" && $0.data.trigger == "sweep" })
        #expect(swept.allSatisfy { $0.data.previousScore != nil && $0.data.model == "deals" })
        #expect(try stage.usage(.opportunity) == .init(records: ids.count, scorings: ids.count + changed.count))
        #expect(try stage.usage(.lead) == .init(), "none of it counts as a lead's")
    }

    /// The header and the rows of some thousand deals.
    private func table() throws -> (head: String, rows: [[String]]) {
        guard RealRecords.isThere(RealRecords.opportunities) else { return madeUp() }
        let text = try String(contentsOfFile: RealRecords.path(RealRecords.opportunities), encoding: .utf8)
        let lines = text.split(separator: "\n").prefix(2001)
        let rows = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        return (String(lines[0]), rows)
    }

    private func madeUp() -> (head: String, rows: [[String]]) {
        let head = [
            "Opportunity Number", "Supplies Subgroup", "Supplies Group", "Region", "Route To Market",
            "Elapsed Days In Sales Stage", "Opportunity Result", "Sales Stage Change Count",
            "Total Days Identified Through Closing", "Total Days Identified Through Qualified",
            "Opportunity Amount USD", "Client Size By Revenue", "Client Size By Employee Count",
            "Revenue From Client Past Two Years", "Competitor Type", "Ratio Days Identified To Total Days",
            "Ratio Days Validated To Total Days", "Ratio Days Qualified To Total Days", "Deal Size Category",
        ]
        let rows = (0..<400).map { number -> [String] in
            let isWon = number % 3 == 0
            var row = head.map { _ in "\(number * 7 % 11)" }
            (row[0], row[Self.outcome]) = ("\(6_000_000 + number)", isWon ? "Won" : "Loss")
            row[3] = ["Northeast", "Midwest", "Pacific"][number * 5 % 3]
            row[4] = (number * 13 % 10 < (isWon ? 7 : 3)) ? "Reseller" : "Fields Sales"
            row[Self.amount] = "\((number * 37 % 90 + (isWon ? 0 : 30)) * 1000)"
            return row
        }
        return (head.joined(separator: ","), rows)
    }
}
