import Foundation
import GRDB
import LeadModel
import Logging
import Running
import TestKit
import Testing

@testable import Ledger

@Suite("Keeping the ledger", .onOwnThreads)
struct KeepingTests {
    @Test(
        "one projector writes a file; a second is on standby, logs that once, and takes over when the first has ended")
    func standby() throws {
        let scene = try LedgerScene()
        defer { scene.stop() }
        try scene.publish(0..<5)
        #expect(try scene.stage.results(ofRecords: 5).count == 5)
        #expect(try scene.stage.awaitLedger(scene.ledger.path) == [])
        let second = try LedgerWithin(scene.stage, path: scene.ledger.path)
        defer { second.stop() }
        #expect(try scene.stage.eventually { second.count(of: "this one is on standby") == 1 })
        try scene.publish(5..<10)
        #expect(try scene.stage.awaitLedger(scene.ledger.path) == [])
        #expect(second.tally.counts.messages == 0 && second.count(of: "on standby") == 1)
        scene.ledger.stop()
        try scene.publish(10..<15)
        #expect(try scene.stage.awaitLedger(scene.ledger.path) == [])
        // It counts once the transaction stands.
        #expect(try scene.stage.eventually { second.tally.counts.scorings == 5 })
        #expect(second.count(of: "this process writes it now") == 1)
    }

    @Test(
        "a rebuild gives the same ledger: by a running projector, without one, and from a file that is damaged or missing"
    )
    func rebuild() throws {
        let scene = try LedgerScene()
        defer { scene.stop() }
        let path = scene.ledger.path
        try scene.publish(0..<40)
        #expect(try scene.stage.results(ofRecords: 40).count == 40)
        try scene.stage.publish([
            TestEvent("updated", "L1", data: ["status": "qualified", "patch": true]), TestEvent("deleted", "L2"),
            TestEvent("erased", "L3"),
        ])
        #expect(try scene.stage.eventually { try scene.stage.record("L3").isErased })
        #expect(try scene.stage.awaitLedger(path) == [])
        let before = try scene.content(path)
        let inode = try scene.inode

        let kept = try scene.run("ledger", "rebuild")
        #expect(kept.code == 0 && kept.output.contains("was rebuilt: 40 records, 39 scorings"), "\(kept)")
        #expect(try scene.inode != inode && scene.differences(before) == [])
        try scene.publish(40..<45)
        #expect(try scene.stage.awaitLedger(path) == [], "it goes on in the new file")

        scene.ledger.stop()
        let whole = try scene.content(path)
        let alone = try scene.run("ledger", "rebuild")
        #expect(alone.code == 0 && alone.output.contains("45 records, 44 scorings"), "\(alone)")
        #expect(alone.output.contains("No process updates it now"))
        #expect(try scene.differences(whole) == [])

        let bytes = Data(repeating: 7, count: 100_000)
        try bytes.write(to: URL(fileURLWithPath: path))
        let damaged = try scene.run("ledger", "rebuild")
        #expect(damaged.code == 0 && damaged.output.contains("the former file could not be read"), "\(damaged)")
        // How it ended stands in the stream, too.
        #expect(try scene.differences(whole) == [])

        try FileManager.default.removeItem(atPath: path)
        #expect(try scene.run("ledger", "rebuild").code == 0)
        #expect(try scene.differences(whole) == [])
        let left = try FileManager.default.contentsOfDirectory(atPath: (path as NSString).deletingLastPathComponent)
        #expect(!left.contains { $0.hasPrefix((path as NSString).lastPathComponent + ".new") })
    }

    @Test("a rebuild carries over what is older than the stream, of records that are known and not erased")
    func carried() throws {
        let scene = try LedgerScene.atRest()
        defer { scene.stop() }
        let path = scene.ledger.path
        let made = try LedgerWriter(path)
        try made.write { db in
            try db.execute(
                sql: """
                    INSERT INTO scorings (record, revision, at, version, isSweep, probability, grade, evidence)
                    SELECT record, 1000 + column1, 1, 1, 0, 0.25, 'C', x'0101' FROM records, (VALUES (0), (1))
                    """)
            try db.execute(sql: "UPDATE records SET clearedThrough = 1000 WHERE id = 'L1'")
            try db.execute(
                sql:
                    "INSERT INTO records (record, scope, id, revision, status, isOpen, nameKey, ownerKey, createdAt, rank, scoredAt) SELECT 99, scope, 'unknown', revision, status, 0, '', '', 0, 0.5, 0 FROM records WHERE id = 'L1'"
            )
            try db.execute(
                sql:
                    "INSERT INTO scorings (record, revision, at, version, isSweep, probability, grade) VALUES (99, 5, 1, 1, 0, 0.5, 'A')"
            )
        }
        try made.close()
        try scene.stage.publish([TestEvent("erased", "L2")])
        #expect(try scene.stage.eventually { try scene.stage.record("L2").isErased })
        let run = try scene.run("ledger", "rebuild")
        #expect(run.code == 0 && run.output.contains("6 scorings since 1970-01-01"), "\(run)")
        #expect(run.output.contains("4 of them from the former file"))
        let rows = try DatabaseQueue(path: path).read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT id || ' ' || s.revision || ' ' || ifnull('x' || CASE WHEN evidence IS NOT NULL THEN hex(evidence) END, 'none') FROM scorings s
                    JOIN records USING (record) WHERE s.revision < 2000 ORDER BY 1
                    """)
        }
        #expect(rows == ["L0 1000 x0101", "L0 1001 x0101", "L1 1000 none", "L1 1001 x0101"])
    }

    @Test("a copy taken under load is whole, for its owner alone, and catches up from where it was taken")
    func backup() throws {
        let scene = try LedgerScene()
        defer { scene.stop() }
        try scene.publish(0..<200)
        #expect(try scene.stage.eventually { scene.ledger.tally.counts.scorings > 20 })
        let copy = try LedgerWithin.newPath()
        let run = try scene.run("ledger", "backup", copy)
        #expect(run.code == 0, "\(run.errors)")
        let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let queue = try DatabaseQueue(path: copy)
        #expect(try queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") } == ["ok"])
        #expect(try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM scorings") }! > 20)
        try queue.close()
        #expect(try scene.run("ledger", "backup", copy).firstErrorLine.contains("exists already"))
        #expect(try scene.run("ledger", "backup", copy, "--force").code == 0)
        #expect(try scene.run("ledger", "backup", scene.ledger.path, "--force").code == 65)
        try scene.publish(200..<220)
        #expect(try scene.stage.results(ofRecords: 220).count == 220)
        #expect(try scene.stage.awaitLedger(scene.ledger.path) == [])
        scene.ledger.stop()
        let second = try LedgerWithin(scene.stage, path: copy)
        #expect(try scene.stage.awaitLedger(copy) == [])
        #expect(second.count(of: "from its beginning") == 0, "it goes on from its offset")
        second.stop()
        #expect(try scene.content(copy) == scene.content(scene.ledger.path))
    }

    @Test("a copy that replaces one with a log of its own is whole; one that is kept is not replaced")
    func backupOverLog() throws {
        let scene = try LedgerScene()
        defer { scene.stop() }
        try scene.publish(0..<30)
        #expect(try scene.stage.results(ofRecords: 30).count == 30)
        #expect(try scene.stage.awaitLedger(scene.ledger.path) == [])
        let copy = try LedgerWithin.newPath()
        #expect(try scene.run("ledger", "backup", copy).code == 0)
        // As a projector on it leaves it that was killed.
        let former = try LedgerWriter(copy)
        try former.write { try $0.execute(sql: "UPDATE records SET name = name || '!'; DELETE FROM scorings") }
        let log = try #require(FileManager.default.contents(atPath: copy + "-wal"))
        try former.close()
        try log.write(to: URL(fileURLWithPath: copy + "-wal"))
        do {
            let lock = try #require(try LedgerFile.lock(copy))
            let refused = try scene.run("ledger", "backup", copy, "--force")
            #expect(refused.code == 65 && refused.firstErrorLine.contains("another process writes"), "\(refused)")
            withExtendedLifetime(lock) {}
        }
        #expect(try scene.run("ledger", "backup", copy, "--force").code == 0)
        #expect(try LedgerFile.faults(of: copy, whole: true) == [])
        #expect(try scene.content(copy) == scene.content(scene.ledger.path))
    }

    @Test("check names what differs and which field, never what it holds, and tells how to mend it")
    func check() throws {
        let scene = try LedgerScene()
        defer { scene.stop() }
        try scene.publish(0..<60)
        #expect(try scene.stage.results(ofRecords: 60).count == 60)
        #expect(try scene.stage.awaitLedger(scene.ledger.path) == [])
        let well = try scene.run("ledger", "check")
        #expect(well.code == 0 && well.output.contains("60 records compared, none differs"), "\(well)")
        #expect(well.output.contains("stream    up to date"))
        try DatabaseQueue(path: scene.ledger.path).write { db in
            try db.execute(sql: "UPDATE records SET name = 'Quirin' WHERE id = 'L7'")
            try db.execute(sql: "UPDATE records SET rank = 0.123, grade = 'D' WHERE id = 'L8'")
            try db.execute(sql: "DELETE FROM records WHERE id = 'L9'")
            try db.execute(sql: "DELETE FROM scorings WHERE record = (SELECT record FROM records WHERE id = 'L10')")
            try db.execute(sql: "UPDATE records SET id = 'Stranger' WHERE id = 'L11'")
            // From before the organization was recreated, of which the registry has no record: no difference.
            try db.execute(
                sql: """
                    INSERT INTO records (scope, id, revision, status, isOpen, nameKey, ownerKey, createdAt, rank, scoredAt)
                    VALUES (1, 'Ancient', 5, 'open', 1, '', '', 0, -1, 0)
                    """)
        }
        let run = try scene.run("ledger", "check", "--whole")
        #expect(run.code == 65)
        for line in [
            "L7: name", "L8: score, grade", "L9: missing", "L10: history", "L11: missing", "Stranger: unknown",
        ] {
            #expect(run.output.contains("lead \(line)\n"), "\(line) in \(run.output)")
        }
        #expect(
            run.output.contains("registry  60 records compared, 6 differ")
                && run.output.contains("leadline ledger rebuild"))
        #expect(!run.output.contains("Quirin") && !run.output.contains("0.123"))
        #expect(try scene.run("ledger", "rebuild").code == 0)
        #expect(try scene.run("ledger", "check", "--json").code == 0)
    }

    @Test("while the fleet is busy check finds nothing wrong")
    func busy() throws {
        let scene = try LedgerScene()
        defer { scene.stop() }
        // Until the projector has created its file, check says that there is none.
        #expect(try scene.stage.awaitLedger(scene.ledger.path) == [])
        for part in 0..<4 {
            try scene.publish(part * 300..<part * 300 + 300)
            let run = try scene.run("ledger", "check")
            #expect(run.code == 0, "\(run)")
        }
    }

    @Test("between two steps of retention results are taken, and it takes a small share of the time")
    func retention() throws {
        let scene = try LedgerScene()
        defer { scene.stop() }
        try scene.publish(0..<1)
        #expect(try scene.stage.results(ofRecords: 1).count == 1)
        #expect(try scene.stage.awaitLedger(scene.ledger.path) == [])
        scene.ledger.stop()
        let many = LedgerRetention.rowsPerStep * 3
        let queue = try DatabaseQueue(path: scene.ledger.path)
        try queue.write { db in
            for revision in 1...many {
                try db.execute(
                    sql: """
                        INSERT INTO scorings (record, revision, at, version, isSweep, probability, grade)
                        SELECT record, ?, 1, 1, 0, 0.5, 'B' FROM records
                        """, arguments: [revision])
            }
        }
        func old() throws -> Int {
            try queue.read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM scorings WHERE revision <= ?", arguments: [many])
            }!
        }
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let run = try ProjectorRun(
            .init(
                options: LedgerOptions(broker: scene.stage.broker, redis: scene.stage.redis, path: scene.ledger.path),
                tally: ProjectorTally(), outages: Outages(log: log), stop: StopSignal(), log: log))
        defer { run.close() }
        try run.maintain()
        let left = try old()
        #expect(left == many - LedgerRetention.rowsPerStep)
        try scene.publish(1..<2)
        #expect(
            try scene.stage.eventually {
                try run.applyBatch()
                return try scene.stage.differences(ofLedger: scene.ledger.path).isEmpty
            })
        #expect(try old() == left, "the new lead is there before the rest is gone")
        #expect(
            try scene.stage.eventually {
                try run.maintain()
                return try old() == 0
            })
        #expect(try scene.stage.differences(ofLedger: scene.ledger.path) == [])
    }

    @Test("a damaged file is named by check with how to mend it, and one that is not there too")
    func damaged() throws {
        let scene = try LedgerScene()
        defer { scene.stop() }
        let path = try LedgerWithin.newPath()
        #expect(try scene.run("ledger", "check", file: path).firstErrorLine.contains("there is no ledger at"))
        try Data(repeating: 7, count: 100_000).write(to: URL(fileURLWithPath: path))
        let run = try scene.run("ledger", "check", file: path)
        #expect(run.code == 65 && run.firstErrorLine.contains("`leadline ledger rebuild` replaces it"), "\(run)")
    }
}
