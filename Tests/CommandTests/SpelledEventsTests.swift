import Foundation
import TestKit
import Testing

@Suite("Events in the spellings of CRMs", .onOwnThreads)
struct SpelledEventsTests {
    /// 240 closed leads: large and demanded ones convert more often.
    private static func file() throws -> String {
        var lines = ["Lead ID,Annual Revenue,Demo Requested,Created,Converted"]
        for number in 0..<240 {
            let isGood = number % 2 == 0
            let revenue = (isGood == (number % 7 != 0) ? 200_000 : 20_000) + number * 37
            let demo = isGood == (number % 5 != 0) ? "1" : "0"
            let grouped = "$\(revenue / 1000),\(String(1000 + revenue % 1000).dropFirst())"
            lines.append(
                "L\(number),\"\(number % 11 == 0 ? "N/A" : grouped)\",\(demo),"
                    + "2026-10-0\(number % 9 + 1),\(isGood ? 1 : 0)")
        }
        return try temporaryFile("spelled.csv", lines.joined(separator: "\n") + "\n")
    }

    @Test("score as the file's own spelling does, in every member of a kind")
    func scores() throws {
        let stage = try Stage()
        let train = try CommandRun(
            [
                "train", Self.file(), "--org", stage.org, "--name", "spelled", "--publish", "--id", "Lead ID",
                "--created", "Created", "--outcome", "Converted", "--positive", "1",
            ], environment: LeadlineProcess.servers(stage))
        #expect(train.code == 0, "\(train.errors)")
        #expect(train.errors.contains("N/A"), "null words are named: \(train.errors)")
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        /// One score for all of these.
        func expectOne(_ name: String, _ values: [Any], _ rest: [String: Any]) throws -> Double {
            let ids = values.indices.map { "\(TestServers.org()) \($0)" }
            try stage.publish(
                zip(ids, values).map { id, value in
                    TestEvent(
                        "created", id,
                        data: [
                            "createdAt": "2026-10-05T00:00:00Z", "attributes": rest.merging([name: value]) { $1 },
                        ])
                })
            #expect(try stage.results(ofRecords: ids.count).count == ids.count)
            let chances = try stage.records(ids).compactMap { $0.scoring?.probability }
            #expect(chances.count == ids.count && Set(chances).count == 1, "\(name): \(chances)")
            return chances.first ?? 0
        }
        let revenue: [Any] = ["$220,000", "220,000", 220_000, "220000", "220,000.00 USD", "220K"]
        let large = try expectOne("Annual Revenue", revenue, ["Demo Requested": "1"])
        let missing = try expectOne("Annual Revenue", ["NULL", "N/A", "", "\\N"], ["Demo Requested": "1"])
        let yes = try expectOne("Demo Requested", ["1", 1, true, "true", "Yes", "TRUE", "y"], [:])
        let no = try expectOne("Demo Requested", ["0", 0, false, "No", "f"], [:])
        #expect(large > missing && yes > no)
    }
}
