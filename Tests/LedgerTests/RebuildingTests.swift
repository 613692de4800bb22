import Foundation
import GRDB
import LeadModel
import Logging
import Running
import TestKit
import Testing

@testable import Ledger

@Suite("Rebuilding the ledger, whatever comes meanwhile", .onOwnThreads)
struct RebuildingTests {
    /// A ledger of the scene's that nobody keeps, with many records besides that nobody knows, so that carrying takes many
    /// steps.
    private func withStrangers(_ count: Int, _ scene: LedgerScene) throws {
        try DatabaseQueue(path: scene.ledger.path).write { db in
            try db.execute(
                sql: """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
                    INSERT INTO records (scope, id, revision, status, isOpen, nameKey, ownerKey, createdAt, rank, scoredAt)
                    SELECT 1, 'stranger' || i, 5, 'open', 1, '', '', 0, 0.5, 0 FROM n
                    """)
        }
    }

    private func rebuilding(
        _ scene: LedgerScene, tell: @escaping (String) throws -> Void = { _ in }
    ) throws -> Rebuilding {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let options = LedgerOptions(broker: scene.stage.broker, redis: scene.stage.redis, path: scene.ledger.path)
        return try Rebuilding(
            .init(options: options, tally: ProjectorTally(), outages: Outages(log: log), stop: StopSignal(), log: log),
            carrying: true, between: {}, tell: tell)
    }

    private func status(of id: String, in path: String) throws -> String? {
        try DatabaseQueue(path: path).read {
            try String.fetchOne($0, sql: "SELECT status FROM records WHERE id = ?", arguments: [id])
        }
    }

    @Test("an erasure that comes while the former history is carried over is taken, and nothing of it is left")
    func erasedMeanwhile() throws {
        let scene = try LedgerScene()
        defer { scene.stop() }
        let path = scene.ledger.path
        try scene.stage.publish([
            TestEvent("created", "L1", data: ["name": "Quirina", "attributes": ["source": "web"]]),
            .created("L2", ["source": "web"]),
        ])
        #expect(try scene.stage.results(ofRecords: 2).count == 2)
        #expect(try scene.stage.awaitLedger(path) == [])
        scene.ledger.stop()
        try withStrangers(20_000, scene)
        var (steps, erasedAt) = (0, Int?.none)
        let rebuilding = try rebuilding(scene) { words in
            guard words.contains("carried over") else { return }
            steps += 1
            if steps == 1 {
                #expect(try status(of: "L1", in: path + ".new") == "open")
                try scene.stage.publish([TestEvent("erased", "L1")])
                #expect(try scene.stage.eventually { try scene.stage.record("L1").isErased })
            } else if erasedAt == nil {
                if try status(of: "L1", in: path + ".new") == "erased" { erasedAt = steps }
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
        defer { rebuilding.close() }
        _ = try rebuilding.build()
        #expect(try #require(erasedAt) < steps, "it was taken, and carrying went on")
        try rebuilding.takePlace()
        #expect(try status(of: "L1", in: path) == "erased")
        #expect(try MadeLedger.found(["Quirina"], in: path) == [])
    }
}
