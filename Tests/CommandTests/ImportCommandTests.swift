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
