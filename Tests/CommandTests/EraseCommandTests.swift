import Contract
import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("leadline erase", .onOwnThreads)
struct EraseCommandTests {
    @Test("only the tombstone of an erased lead stays in the registry, and later events add nothing")
    func erased() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let values =
            ["name": "Quentin Zebrafish", "attributes": ["source": "web", "note": "likes axolotls"]] as [String: Any]
        try stage.publish([TestEvent("created", "L1", data: values), .created("L2", ["source": "web"])])
        #expect(try stage.results(ofRecords: 2).count == 2)
        #expect(try stored(stage).contains("axolotls"))

        let run = try CommandRun(
            ["erase", "L1", "never-heard-of", "--org", stage.org], environment: LeadlineProcess.servers(stage))
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.output.hasPrefix("erased 2 records (lead) of \(stage.org)") && run.output.contains("396 days"))
        for place in ["leadline.scores.log", "leadline.rejected", "leadline.undelivered"] {
            #expect(run.output.contains(place), "it says what remains in \(place)")
        }
        // By the contract an event of it later is dropped, whenever it claims to have happened.
        try stage.publish([TestEvent("updated", "L1", data: values), .created("L3", ["source": "web"])])
        #expect(try stage.eventually { try stage.record("L3").scoring != nil })
        for id in ["L1", "never-heard-of"] {
            let record = try stage.record(id)
            #expect(record.isErased && record.cells.isEmpty && record.scoring == nil)
        }
        #expect(try stage.record("L2").scoring != nil)
        #expect(try !stored(stage).contains("axolotls") && !stored(stage).contains("Zebrafish"))
        let again = try CommandRun(["erase", "L1", "--org", stage.org], environment: LeadlineProcess.servers(stage))
        #expect(again.code == 0, "it can be said again")
        #expect(
            try CommandRun(["export", "L2", "--org", stage.org], environment: LeadlineProcess.servers(stage)).code == 0)
        let audit = try stage.withRegistry { try $0.audit(of: stage.org, count: 3) }
        #expect(
            audit.map { "\($0.action) \($0.entity): \($0.detail)" }
                == ["export lead: 1 record", "erase lead: 1 record", "erase lead: 2 records"])
    }

    @Test("it waits for the ledger if there is one; then no byte of the erased record is left in its files")
    func ledger() throws {
        let stage = try Stage()
        try stage.publish(.withEntities())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        let settings = LeadlineProcess.servers(stage).merging(["LEADLINE_LEDGER_FILE": ledger.path]) { $1 }
        let values = ["Quirina Zweifalter", "mortimer-kestrel", "Formerly Axolotl", "formerly axolotl"]
        try stage.publish([
            TestEvent("created", "C1", data: ["attributes": ["role": "owner"]]).of(.contact),
            TestEvent("created", "L1", data: ["name": values[2], "owner": values[1], "attributes": ["source": "web"]]),
            TestEvent("created", "L2", data: ["related": ["contact": "C1"], "attributes": ["source": "web"]]),
        ])
        #expect(try stage.eventually { try stage.records(["L1", "L2"]).allSatisfy { $0.scoring != nil } })
        try stage.publish([TestEvent("updated", "L1", data: ["patch": true, "name": values[0]])])
        #expect(try stage.eventually { try stage.record("L1").text(.name) == values[0] })
        #expect(try stage.awaitLedger(ledger.path) == [])
        func found() throws -> Set<String> {
            var found: Set<String> = []
            for file in ["", "-wal", "-shm"] {
                guard let bytes = FileManager.default.contents(atPath: ledger.path + file) else { continue }
                found.formUnion(values.filter { bytes.range(of: Data($0.utf8)) != nil })
            }
            return found
        }
        #expect(try found().isSuperset(of: values[0...1]), "as long as they are there they are found")
        let run = try CommandRun(["erase", "L1", "--org", stage.org], environment: settings)
        #expect(run.code == 0 && run.output.contains("ledger \(ledger.path): erased"), "\(run)")
        #expect(try found() == [])
        let contact = try CommandRun(
            ["erase", "C1", "--entity", "contact", "--org", stage.org], environment: settings)
        #expect(contact.code == 0, "\(contact)")
        let export = try CommandRun(["export", "L2", "--org", stage.org], environment: settings)
        #expect(
            export.output.contains("\"evidence\" : null"), "what was read from the contact is gone from the history")

        ledger.stop()
        let later = try CommandRun(["erase", "L2", "--org", stage.org], environment: settings)
        #expect(later.code == 0 && later.output.contains("not running; it erases as soon as"), "\(later)")
        let check = try CommandRun(["check"], environment: settings)
        #expect(
            check.output.contains("ok    ledger: \(ledger.path), ") && check.output.contains("no process updates it"))
    }

    @Test("a contact is erased by its own event")
    func contact() throws {
        let stage = try Stage()
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let run = try CommandRun(
            ["erase", "C1", "--entity", "contact", "--org", stage.org], environment: LeadlineProcess.servers(stage))
        #expect(run.code == 0 && run.output.hasPrefix("erased 1 contact of"), "\(run.errors)")
    }

    @Test("without a worker it fails after --wait, and says that the event is safe")
    func noWorker() throws {
        let stage = try Stage()
        let run = try CommandRun(
            ["erase", "L1", "--wait", "1", "--org", stage.org], environment: LeadlineProcess.servers(stage))
        #expect(run.code == 69 && run.output.isEmpty)
        #expect(run.firstErrorLine.hasPrefix("leadline: 1 of 1 are not erased after 1 seconds. The events are safe"))
        let waiting = try stage.drain(Names.updated, count: 1)
        #expect(waiting.map(\.routingKey) == ["\(stage.org).lead.erased"])
    }

    @Test("invalid ids and unknown organizations are refused, and nothing is published")
    func refused() throws {
        let stage = try Stage()
        let servers = LeadlineProcess.servers(stage)
        #expect(try CommandRun(["erase", "--org", stage.org], environment: servers).code == 64)
        let long = String(repeating: "x", count: 201)
        let run = try CommandRun(["erase", "L1", long, "--org", stage.org], environment: servers)
        #expect(run.code == 64 && run.firstErrorLine.contains("1 to 200 bytes") && !run.errors.contains(long))
        #expect(try CommandRun(["erase", "L1", "--org", TestServers.org()], environment: servers).code == 65)
        #expect(try stage.drain(Names.updated).isEmpty)
    }

    /// All bytes of the organization's leads, as Redis holds them.
    private func stored(_ stage: Stage) throws -> String {
        try stage.withRedis { redis in
            try (0..<16).map { number in
                let partition = Partition(organization: stage.org, kind: .lead, number: number)
                let parts = try redis.call("HGETALL", partition.records).array ?? []
                return parts.map { String(decoding: $0.bytes ?? [], as: UTF8.self) }.joined()
            }.joined()
        }
    }
}
