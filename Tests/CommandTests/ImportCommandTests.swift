import Foundation
import Registry
import TestKit
import Testing

@Suite("leadline import", .onOwnThreads)
struct ImportCommandTests {
    @Test("a second run of the same file leaves records and usage as they were")
    func twice() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let file = try LeadsFile(positives: 3, negatives: 3, open: 20)
        func importIt() throws {
            let run = try CommandRun(
                ["import", file.path, "--org", stage.org] + LeadsFile.flags,
                environment: LeadlineProcess.servers(stage))
            #expect(run.code == 0)
            #expect(run.output.hasPrefix("published 26 records; `leadline tail '\(stage.org).lead.#'`"))
        }
        try importIt()
        #expect(try stage.results(ofRecords: 20).count == 20)
        #expect(try stage.usage() == UsageCount(records: 20, scorings: 20))
        #expect(try stage.eventually { try stage.records(file.ids).allSatisfy { $0.revision > 0 } })
        let before = try stage.records(file.ids)

        try importIt()
        #expect(try stage.restOfResults(quietFor: .seconds(2)).isEmpty)
        #expect(try stage.usage() == UsageCount(records: 20, scorings: 20))
        #expect(try stage.records(file.ids) == before)
    }

    /// 60 leads, 25 of them converted, changed on one day.
    private func reimported(converted: String) throws -> String {
        let rows = (0..<60).map { "L\($0),2026-07-01,2026-07-02,\($0),\($0 % 12 < 5 ? converted : "N")" }
        let file = try temporaryFile(
            "leads.csv", (["Lead ID,Created,Changed,Amount,Converted"] + rows).joined(separator: "\n") + "\n")
        try FileManager.default.setAttributes(
            [.modificationDate: Date.now.addingTimeInterval(-86_400)], ofItemAtPath: file)
        return file
    }

    @Test(
        "an import with a wrong outcome is mended by one with the right outcome, whether workers had taken it or not",
        arguments: [true, false], [[], ["--modified", "Changed"]])
    func corrected(isTaken: Bool, modified: [String]) throws {
        let stage = try Stage()
        let file = try reimported(converted: "Y")
        let ids = (0..<60).map { "L\($0)" }
        func importIt(_ positive: String, _ said: String) throws {
            let flags = ["--id", "Lead ID", "--created", "Created", "--outcome", "Converted", "--positive", positive]
            let run = try CommandRun(
                ["import", file, "--org", stage.org] + flags + modified, environment: LeadlineProcess.servers(stage))
            #expect(run.code == 0 && run.output.contains("published 60 records; "))
            #expect(run.output.contains("compared with what is stored: \(said)\n"))
        }
        func qualified() throws -> Int { try stage.records(ids).count { $0.status == .qualified } }
        var worker: LeadlineProcess?
        defer { worker?.kill() }
        if isTaken { worker = try LeadlineProcess(workerOn: stage) }
        try importIt("N", "60 new, 0 changed, 0 unchanged")
        if isTaken { #expect(try stage.eventually { try qualified() == 35 }) }
        try importIt("Y", isTaken ? "0 new, 60 changed, 0 unchanged" : "60 new, 0 changed, 0 unchanged")
        if !isTaken { worker = try LeadlineProcess(workerOn: stage) }
        #expect(try stage.eventually { try qualified() == 25 })
        #expect(try stage.records(ids).allSatisfy { $0.status != .open })
        try importIt("Y", "0 new, 0 changed, 60 unchanged")
        try importIt("N", "0 new, 60 changed, 0 unchanged")
        #expect(try stage.eventually { try qualified() == 35 })
    }

    @Test("a value that was corrected in the file wins, although neither dates nor flags changed")
    func correctedFile() throws {
        let stage = try Stage()
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let flags = ["--id", "Lead ID", "--outcome", "Converted", "--positive", "N", "--modified", "Changed"]
        for (converted, said) in [("Y", "60 new, 0 changed"), ("N", "0 new, 25 changed"), ("Y", "0 new, 25 changed")] {
            let run = try CommandRun(
                ["import", try reimported(converted: converted), "--org", stage.org] + flags,
                environment: LeadlineProcess.servers(stage))
            #expect(run.output.contains("compared with what is stored: \(said)"))
            let qualified = converted == "N" ? 60 : 35
            #expect(
                try stage.eventually {
                    let records = try stage.records((0..<60).map { "L\($0)" })
                    return records.count { $0.status == .qualified } == qualified
                        && records.allSatisfy { $0.status != .open }
                })
        }
    }

    @Test("rows with one id are one record, the last of them, also when the file is imported again")
    func repeatedIDs() throws {
        let stage = try Stage()
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let rows = (0..<40).map { "L\($0 % 20),\($0)" }
        let file = try temporaryFile("leads.csv", "Lead ID,Amount\n" + rows.joined(separator: "\n") + "\n")
        for said in ["20 new, 0 changed, 0 unchanged", "0 new, 0 changed, 20 unchanged"] {
            let run = try CommandRun(
                ["import", file, "--id", "Lead ID", "--org", stage.org], environment: LeadlineProcess.servers(stage))
            #expect(run.code == 0 && run.output.contains("published 20 records; "))
            #expect(run.errors.contains("note: Lead ID: lines 2, 22 have the same id; so have 3, 23; "))
            #expect(run.output.contains("compared with what is stored: \(said)\n"))
            #expect(
                try stage.eventually {
                    try stage.records((0..<20).map { "L\($0)" }).map { $0.attributes["Amount"] }
                        == (20..<40).map { .text("\($0)") }
                })
        }
    }

    @Test("a file that is older than the one imported before changes nothing")
    func older() throws {
        let stage = try Stage()
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let runs = [(2, 1, "21 new, 0 changed, 0 unchanged"), (1, 2, "1 new, 0 changed, 20 unchanged")]
        for (amount, days, said) in runs {
            let rows = (0..<20).map { "L\($0),\(amount)" } + ["new\(days),0"]
            let file = try temporaryFile("leads.csv", "Lead ID,Amount\n" + rows.joined(separator: "\n") + "\n")
            try FileManager.default.setAttributes(
                [.modificationDate: Date.now.addingTimeInterval(-86_400 * Double(days))], ofItemAtPath: file)
            let run = try CommandRun(
                ["import", file, "--id", "Lead ID", "--org", stage.org], environment: LeadlineProcess.servers(stage))
            #expect(run.output.contains("compared with what is stored: \(said)\n"))
            // All rows are one batch.
            #expect(try stage.eventually { try stage.record("new\(days)").revision > 0 })
            let records = try stage.records((0..<20).map { "L\($0)" })
            #expect(records.allSatisfy { $0.attributes["Amount"] == .text("2") })
        }
    }

    @Test("on a broker without the topology the import fails at once instead of waiting")
    func noTopology() throws {
        let org = TestServers.org()
        let servers = [
            "LEADLINE_BROKER_URL": try TestServers.virtualHost(), "LEADLINE_REDIS_URL": try TestServers.redisURL,
        ]
        let file = try LeadsFile(positives: 0, negatives: 0, open: 1)
        let run = try CommandRun(
            ["import", file.path, "--id", "Lead ID", "--org", org], environment: servers)
        #expect(run.code == 69)
        #expect(run.firstErrorLine.contains("RabbitMQ at amqp://127.0.0.1:"))
        #expect(run.firstErrorLine.contains("a worker or `leadline up`"))
        let list = try CommandRun(["org", "list", "--json"], environment: servers)
        #expect(try !list.json([String].self).contains(org), "nothing was made")
    }

    @Test("a missing flag, a missing file and a record without id are named, without any value of the file")
    func refused() throws {
        let file = try temporaryFile("people.csv", "id,name\n,Jane Doe\n")
        let noFlag = try CommandRun(["import", file])
        #expect(noFlag.code == 64 && noFlag.firstErrorLine.contains("--id COL"))
        let missing = try CommandRun(["import", "nowhere.csv", "--id", "id"])
        #expect(missing.code == 65)
        #expect(missing.firstErrorLine.contains("cannot read nowhere.csv: No such file or directory"))

        let stage = try Stage()
        let noID = try CommandRun(
            ["import", file, "--id", "id", "--org", stage.org], environment: LeadlineProcess.servers(stage))
        #expect(noID.code == 65)
        #expect(noID.firstErrorLine.contains("line 2, column id: a record without an id"))
        #expect(!noID.errors.contains("Jane"))
    }
}
