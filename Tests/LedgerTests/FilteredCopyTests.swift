import Foundation
import GRDB
import LeadModel
import Registry
import TestKit
import Testing

@Suite("The contract's consumer that keeps a copy", .onOwnThreads)
struct FilteredCopyTests {
    /// With LEADLINE_TEST_WHOLE=1: 30 kills, and a queue that refuses for a minute.
    private static let isWhole = ProcessInfo.processInfo.environment["LEADLINE_TEST_WHOLE"] == "1"

    /// The example of the contract's README, killed and started again.
    private final class Consumer {
        let copy: String
        private let code: String
        private let stage: Stage
        private var process: Process?

        /// - Parameter key: what it binds in place of grade A; nil for the example as it is.
        init(_ stage: Stage, key: String? = nil) throws {
            self.stage = stage
            let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../config/contract/README.md")
            let blocks = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```")
            var code = String(try #require(blocks.first { $0.contains("import json, os, pika, sqlite3") }))
                .replacing("python\n", with: "", maxReplacements: 1)
                .replacing("acme.lead", with: "\(stage.org).lead").replacing("10000", with: "5")
            if let key {
                code = code.replacing("[\"\(stage.org).lead.A.#\", \"\(stage.org).lead.*.A.#\"]", with: "[\"\(key)\"]")
                    .replacing("acme.grade-a", with: "acme.all")
            }
            self.code = code
            copy = try TestFolder.make("files") + "/\(UUID().uuidString).sqlite"
        }

        func start() throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
            process.arguments = ["--pdeathsig", "KILL", "/usr/bin/python3", "-c", code]
            process.environment = ["PATH": "/usr/bin:/bin", "COPY": copy]
                .merging(LeadlineProcess.servers(stage)) { $1 }
            try process.run()
            self.process = process
        }

        func kill() {
            guard let process else { return }
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            self.process = nil
        }
    }

    @Test(
        "killed and refused again and again, it ends with the ledger's leads of grade A; so does one that binds everything"
    )
    func endsAsTheLedger() throws {
        let stage = try Stage(limit: nil)
        try stage.publish(.byHand())
        try stage.set { $0.updates = .realtime }
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        let consumers = [try Consumer(stage), try Consumer(stage, key: "\(stage.org).#")]
        defer { for consumer in consumers { consumer.kill() } }
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let ids = (0..<40).map { "L\($0)" }
        for consumer in consumers { try consumer.start() }
        Thread.sleep(forTimeInterval: 2)
        try stage.publish(ids.map { .created($0, ["source": "web", "visits": 12]) })
        var random = SeededGenerator(seed: 18)
        for kill in 0..<(Self.isWhole ? 30 : 6) {
            for consumer in consumers { consumer.kill() }
            try stage.publish(ids.map { change($0, &random) })
            // Its queue takes five results while it is away.
            Thread.sleep(forTimeInterval: kill == 3 ? (Self.isWhole ? 60 : 5) : 0.3)
            try stage.publish(ids.map { change($0, &random) })
            for consumer in consumers { try consumer.start() }
            Thread.sleep(forTimeInterval: Double(random.pick([3, 5, 9])) / 10)
        }
        #expect(try stage.awaitLedger(ledger.path, within: .seconds(60)).isEmpty)
        let expected = try rows(
            "SELECT id, revision FROM records WHERE grade = 'A' AND status <> 'deleted'", of: ledger.path)
        #expect(!expected.isEmpty && expected.count < ids.count)
        for consumer in consumers {
            var found: Set<String> = []
            let isEqual = try stage.eventually(within: .seconds(180)) {
                found = try rows("SELECT id, json_extract(data, '$.revision') FROM grade_a", of: consumer.copy)
                return found == expected
            }
            #expect(isEqual, "too many: \(found.subtracting(expected)), missing: \(expected.subtracting(found))")
        }
        #expect(worker.terminate() == 0)
    }

    @Test("its copy loses the reasons that were read from a contact when the contact is erased")
    func erasedContact() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let consumer = try Consumer(stage)
        defer { consumer.kill() }
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try consumer.start()
        func isStored(_ condition: String) throws -> Bool {
            try stage.eventually(within: .seconds(60)) {
                guard FileManager.default.fileExists(atPath: consumer.copy) else { return false }
                return (try? rows("SELECT id, revision FROM leads WHERE \(condition)", of: consumer.copy))?.count == 1
            }
        }
        // Until its queue is bound, what is published passes it by.
        var number = 0
        let isBound = try stage.eventually(within: .seconds(60)) {
            number += 1
            try stage.publish([.created("bound \(number)", ["source": "web", "visits": 12])])
            Thread.sleep(forTimeInterval: 0.3)
            return (try? rows("SELECT id, revision FROM leads", of: consumer.copy))?.isEmpty == false
        }
        #expect(isBound)
        try stage.publish([TestEvent("created", "C1", data: ["attributes": ["city": "Bonn"]]).of(.contact)])
        try stage.publish([
            TestEvent(
                "created", "L1",
                data: ["attributes": ["source": "web", "visits": 12], "related": ["contact": "C1"]])
        ])
        #expect(try isStored("id = 'L1' AND json_array_length(data, '$.reasons') > 0"))
        // A notice is newer than the scoring, which is published once more.
        try stage.publish([TestEvent("updated", "L1", data: ["owner": "ann", "patch": true])])
        #expect(try isStored("id = 'L1' AND json_extract(data, '$.owner') = 'ann'"))
        try stage.publish([TestEvent("erased", "C1").of(.contact)])
        #expect(try isStored("id = 'L1' AND json_type(data, '$.reasons') = 'null'"))
        #expect(worker.terminate() == 0)
    }

    private func rows(_ query: String, of path: String) throws -> Set<String> {
        var configuration = Configuration()
        (configuration.readonly, configuration.busyMode) = (true, .timeout(10))
        let rows = try DatabaseQueue(path: path, configuration: configuration).read { try Row.fetchAll($0, sql: query) }
        return Set(rows.map { "\($0[0] as String) \($0[1] as Int64)" })
    }

    private func change(_ id: String, _ random: inout SeededGenerator) -> TestEvent {
        let data: [String: Any] =
            switch random.pick([0, 0, 0, 0, 1, 2, 3]) {
            case 0: ["attributes": ["source": random.pick(["web", "fair"]), "visits": random.pick([1, 5, 12])]]
            case 1: ["owner": random.pick(["ann", "bob", "eve"])]
            case 2: ["status": "qualified"]
            default: ["status": "open"]
            }
        return TestEvent("updated", id, data: data.merging(["patch": true]) { $1 })
    }
}
