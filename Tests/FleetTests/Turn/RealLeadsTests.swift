import Contract
import Foundation
import Intake
import LeadModel
import LeadTrainer
import TestKit
import Testing

@Suite("Real leads", .onOwnThreads)
struct RealLeadsTests {
    @Test(
        "after training on 5,000 leads, the others, published by a Python script, come back scored once each, and well",
        .enabled(if: RealRecords.isThere(RealRecords.leads), "xedu-leads.csv is not in ../shared/data"))
    func scored() throws {
        let stage = try Stage(limit: nil)
        let path = RealRecords.path(RealRecords.leads)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let train = try TestFolder.make("real-leads") + "/train.csv"
        try lines.prefix(5001).joined(separator: "\n").write(toFile: train, atomically: true, encoding: .utf8)
        let trained = try LeadlineProcess.run(
            ["train", train, "--org", stage.org, "--name", "real", "--publish"] + RealRecords.leadFlags,
            environment: LeadlineProcess.servers(stage))
        #expect(trained.code == 0, "\(trained.output)")
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }

        var outcomes: [String: Bool] = [:]
        try RecordFile(path: path, roles: RealRecords.leadRoles).read { record in
            if record.row >= 5000, let id = record.id { outcomes[id] = record.outcome == .positive }
        }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("publish_leads.py")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [script.path, path, "Prospect ID", "Converted", "5000", stage.org]
        process.environment = ["PATH": "/usr/bin:/bin"].merging(LeadlineProcess.servers(stage)) { $1 }
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)

        let results = try stage.results(ofRecords: outcomes.count) + stage.restOfResults()
        #expect(results.count == outcomes.count && Set(results.map(\.id)).count == outcomes.count)
        #expect(Set(results.map(\.subject)) == Set(outcomes.keys))
        #expect(try stage.usage() == .init(records: outcomes.count, scorings: outcomes.count))
        #expect(try stage.drain(Names.rejected).isEmpty)
        let auc = try #require(
            Metrics.auc(
                results.map { $0.data.probability ?? 0 }, results.map { outcomes[$0.subject] ?? false }))
        #expect(auc >= 0.885)
    }
}
