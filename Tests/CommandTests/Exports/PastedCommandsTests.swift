import Foundation
import LeadModel
import Redis
import Registry
import TestKit
import Testing

@Suite("What inspect prints, pasted", .onOwnThreads)
struct PastedCommandsTests {
    /// The command that begins so, with the lines that continue it.
    private func command(_ beginning: String, in output: String) throws -> String {
        let start = try #require(output.range(of: beginning)).lowerBound
        var lines: [Substring] = []
        for line in output[start...].split(separator: "\n", omittingEmptySubsequences: false) {
            lines.append(line)
            if !line.hasSuffix("\\") { break }
        }
        return lines.joined(separator: "\n")
    }

    @Test(
        "its commands train on a CRM's export and import it, unedited: each record is stored as it ended, and open ones are scored",
        arguments: MadeUpExport.all)
    func pasted(_ export: MadeUpExport) throws {
        let stage = try Stage(limit: nil)
        let servers = LeadlineProcess.servers(stage)
        let folder = try TestFolder.make("pasted/\(UUID().uuidString)")
        try Data(export.bytes).write(to: URL(fileURLWithPath: folder + "/" + export.fileName))
        let inspected = try CommandRun(["inspect", export.fileName, "--org", stage.org], folder: folder)
        #expect(inspected.code == 0, "\(export): \(inspected.errors)")
        let train = try command("leadline train", in: inspected.output)
        let trained = try CommandRun(pasted: train, environment: servers, folder: folder)
        #expect(trained.code == 0, "\(export): \(train)\n\(trained.errors)")
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let imported = try CommandRun(
            pasted: try command("leadline import", in: inspected.output), environment: servers, folder: folder)
        #expect(imported.code == 0, "\(export): \(imported.errors)")

        let kind: RecordKind = export.entity == "lead" ? .lead : .opportunity
        func stored() throws -> (counts: MadeUpExport.Counts, scored: Int) {
            var (counts, scored) = (MadeUpExport.Counts(), 0)
            try stage.withRedis { redis in
                try StoredRecords(redis, organization: stage.org, kind: kind, partitions: 16).read { _, record in
                    switch record.status {
                    case .open: counts.open += 1
                    case .won, .qualified: counts.won += 1
                    case .lost, .disqualified: counts.lost += 1
                    }
                    if record.scoring != nil { scored += 1 }
                }
            }
            return (counts, scored)
        }
        #expect(
            try stage.eventually {
                let (counts, scored) = try stored()
                return counts == export.counts && scored == export.counts.open
            }, "\(export)")
    }
}
