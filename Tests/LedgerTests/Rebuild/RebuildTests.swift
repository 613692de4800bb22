import Foundation
import GRDB
import LeadModel
import Logging
import Redis
import Registry
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

    private func builder(
        _ scene: LedgerScene, report: @escaping (String) throws -> Void = { _ in }
    ) throws -> ReplacementBuilder {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try ReplacementBuilder(
            .init(
                options: options(scene), tally: ProjectorTally(), outages: Outages(log: log), stop: StopSignal(),
                log: log),
            carriesOver: true, between: {}, report: report)
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
        let builder = try builder(scene) { words in
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
        defer { builder.close() }
        _ = try builder.build()
        #expect(try #require(erasedAt) < steps, "it was taken, and carrying went on")
        try builder.replace()
        #expect(try status(of: "L1", in: path) == "erased")
        #expect(try MadeLedger.found(["Quirina"], in: path) == [])
    }

    private func options(_ scene: LedgerScene) -> LedgerOptions {
        LedgerOptions(broker: scene.stage.broker, redis: scene.stage.redis, path: scene.ledger.path)
    }

    private func place(_ id: String, in scene: LedgerScene) -> Partition {
        Partition(of: Exact(id), kind: .lead, organization: scene.stage.org, count: 16)
    }

    @Test("a stored record that cannot be read ends a rebuild, kept or not, and the ledger stands with its history")
    func damagedRegistry() throws {
        let scene = try LedgerScene()
        defer { scene.stop() }
        let path = scene.ledger.path
        try scene.publish(0..<20)
        #expect(try scene.stage.results(ofRecords: 20).count == 20)
        #expect(try scene.stage.awaitLedger(path) == [])
        #expect(try scene.stage.eventually { scene.ledger.count(of: "has caught up") == 1 })
        let (before, inode) = (try scene.content(path), try scene.inode)
        let blob = try scene.stage.withRedis { redis in
            let blob = try redis.call("HGET", place("L7", in: scene).records, "L7").bytes
            _ = try redis.call("HSET", place("L7", in: scene).records, "L7", "no record")
            return try #require(blob)
        }
        try scene.stage.makeStreamAnew()

        let words = "left as it is, with its history: \(scene.stage.org): record lead/"
        let kept = try scene.run("ledger", "rebuild")
        #expect(kept.code == 65 && kept.errors.contains(words), "\(kept)")
        scene.ledger.stop()
        let alone = try scene.run("ledger", "rebuild")
        #expect(alone.code == 65 && alone.errors.contains(words), "\(alone)")
        #expect(try scene.differences(before) == [] && scene.inode == inode)

        try scene.stage.withRedis {
            _ = try $0.call("HSET", place("L7", in: scene).records, "L7", blob)
        }
        let mended = try scene.run("ledger", "rebuild")
        #expect(mended.code == 0 && mended.output.contains("20 records, 20 scorings"), "\(mended)")
    }

    @Test(
        "a deleted record that the registry has forgotten stays, with its history and how it ended; an erased one does not"
    )
    func forgotten() throws {
        let scene = try LedgerScene()
        defer { scene.stop() }
        let (stage, path) = (scene.stage, scene.ledger.path)
        try scene.publish(0..<4)
        #expect(try stage.results(ofRecords: 4).count == 4)
        try stage.publish([TestEvent("updated", "L1", data: ["status": "qualified", "patch": true])])
        #expect(try stage.eventually { try !stage.record("L1").isOpen })
        try stage.publish([TestEvent("deleted", "L1"), TestEvent("deleted", "L2")])
        #expect(try stage.eventually { try stage.records(["L1", "L2"]).allSatisfy { $0.isGone && $0.notice != nil } })
        #expect(try stage.awaitLedger(path) == [])
        scene.ledger.stop()
        let before = try scene.content(path)
        try stage.publish([TestEvent("erased", "L2")])
        #expect(try stage.eventually { try stage.record("L2").isErased })
        // As its tombstone does in time, with the word of its deletion long gone from the stream.
        try stage.withRedis { _ = try $0.call("HDEL", place("L1", in: scene).records, "L1") }
        try stage.makeStreamAnew()
        #expect(try scene.run("ledger", "rebuild").code == 0)
        let after = try scene.content(path)
        func of(_ id: String, _ lines: [String]) -> [String] { lines.filter { $0.contains("\"\(id)\"") } }
        #expect(of("L1", before).count == 2 && of("L1", after) == of("L1", before))
        #expect(of("L2", before).count == 2 && of("L2", after).count == 1)
        #expect(try status(of: "L2", in: path) == "erased")
    }

    @Test("a file that can't be opened now, and is not damaged, is no reason to replace it")
    func passing() throws {
        let scene = try LedgerScene.atRest()
        defer { scene.stop() }
        let path = scene.ledger.path
        let bytes = FileManager.default.contents(atPath: path)
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try FileManager.default.createDirectory(atPath: path + "-wal", withIntermediateDirectories: false)
        let run = try scene.run("ledger", "rebuild")
        #expect(run.code == 65 && run.errors.contains("unable to open"), "\(run)")
        #expect(FileManager.default.contents(atPath: path) == bytes)
    }

    @Test("while somebody reads an older state the former file stays, with its last transactions")
    func read() throws {
        let scene = try LedgerScene.atRest()
        defer { scene.stop() }
        let path = scene.ledger.path
        let (inode, reading) = (try scene.inode, try DatabaseQueue(path: path))
        var options = options(scene)
        options.patience = .milliseconds(500)
        try reading.inDatabase { db in
            try db.beginTransaction(.deferred)
            _ = try String.fetchOne(db, sql: "SELECT name FROM records")
            try DatabaseQueue(path: path).write {
                try $0.execute(sql: "UPDATE records SET name = 'last' WHERE id = 'L1'")
            }
            #expect(throws: LedgerError.isRead(path)) { try LedgerRebuild(options).run(pause: {}, report: { _ in }) }
            try db.rollback()
        }
        #expect(try scene.inode == inode)
        // As it would be found after a kill: the log, too, is where it was.
        let names = try DatabaseQueue(path: path).read { try String.fetchSet($0, sql: "SELECT name FROM records") }
        #expect(names.contains("last"))
        try reading.close()
        #expect(try LedgerRebuild(options).run(pause: {}, report: { _ in }) != nil)
        #expect(try scene.inode != inode)
    }
}
