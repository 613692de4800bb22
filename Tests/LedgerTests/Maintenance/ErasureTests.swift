import Contract
import Foundation
import GRDB
import LeadModel
import Logging
import Running
import TestKit
import Testing

@testable import Ledger

@Suite("Erased means erased, in the ledger's files")
struct ErasingTests {
    private static let scored = RecordResult.What.scored
    private static let erased = RecordResult.What.notice(.erased)

    private func erase(_ ids: [String], _ made: MadeLedger, at revision: UInt64) throws {
        try made.ledger.write { db in
            for id in ids {
                let result = MadeLedger.result(id, revision, Self.erased, isGone: true)
                #expect(try made.applier.apply(result, db) == .erased)
            }
            try made.applier.mergeWords(db)
        }
        try made.ledger.compact()
        #expect(try made.ledger.emptyLog())
    }

    @Test("of many erased among more, with names that changed before, no byte is left; the others are still found")
    func bytes() throws {
        let made = try MadeLedger()
        var random = SystemRandomNumberGenerator()
        var (names, revision): ([Int: [String]], UInt64) = ([:], 1000)
        func text(_ number: Int, _ kind: String) -> String {
            // Of lengths that move cells between pages.
            let tail = String(repeating: "z", count: Int.random(in: 0...60, using: &random))
            return "\(kind)\(number)x\(String(UInt64.random(in: 0 ... .max, using: &random), radix: 36))\(tail)"
        }
        for round in 0..<4 {
            for number in (0..<800).shuffled(using: &random) where round == 0 || number % 3 == round % 3 {
                revision += 1
                let (name, owner) = (text(number, "quirin"), text(number, "owner"))
                names[number, default: []] += [name, owner]
                try made.take([MadeLedger.result("record\(number)", revision, name: name, owner: owner)])
            }
        }
        let gone = (0..<800).shuffled(using: &random).prefix(240)
        let values = gone.flatMap { names[$0]! }
        #expect(try !MadeLedger.found(values, in: made.ledger.path).isEmpty, "as long as they are there they are found")
        for part in Array(gone).chunked(100) {
            revision += 1
            try erase(part.map { "record\($0)" }, made, at: revision)
        }
        #expect(try MadeLedger.found(values, in: made.ledger.path) == [])
        let stays = try #require((0..<800).first { !gone.contains($0) })
        let name = try #require(names[stays]?.suffix(2).first)
        let hits = try made.ledger.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM words WHERE words MATCH ?", arguments: ["\"\(name)\""])
        }
        #expect(hits == 1)
    }
}

@Suite("Erased means erased, while others read and whoever dies", .onOwnThreads)
struct ErasingForceTests {
    private static let values = ["Quirina", "kestrel"]

    private func erased(_ ledger: LedgerWithin) throws -> Set<String> {
        try MadeLedger.found(Self.values, in: ledger.path)
    }

    private func logSize(_ ledger: LedgerWithin) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: ledger.path + "-wal")[.size] as? Int)
    }

    @Test(
        "while somebody reads the former state the projector goes on, and scrubs when that ends, another life of it too"
    )
    func reader() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        try stage.publish([
            TestEvent("created", "L1", data: ["name": "Quirina", "owner": "kestrel", "attributes": ["source": "web"]])
        ])
        #expect(try stage.results(ofRecords: 1).count == 1)
        #expect(try stage.awaitLedger(ledger.path) == [])
        let reading = try DatabaseQueue(path: ledger.path)
        try reading.inDatabase { db in
            try db.beginTransaction(.deferred)
            #expect(try String.fetchOne(db, sql: "SELECT name FROM records") == "Quirina")
            try stage.publish([TestEvent("erased", "L1"), .created("L2", ["source": "web"])])
            #expect(try stage.awaitLedger(ledger.path) == [], "what comes is taken meanwhile")
            #expect(try erased(ledger) == Set(Self.values), "the reader still reads it")
            #expect(try stage.eventually { ledger.count(of: "a process reads the ledger") == 1 })
            let log = try logSize(ledger)
            // Long enough for it to try again.
            Thread.sleep(forTimeInterval: 3)
            #expect(try logSize(ledger) == log, "nothing is written anew for the one who reads")
            ledger.stop()
            try db.rollback()
        }
        try reading.close()
        let second = try LedgerWithin(stage, path: ledger.path)
        defer { second.stop() }
        #expect(try stage.eventually { try erased(ledger) == [] })
        try stage.publish([.created("L3", ["source": "web"])])
        #expect(try stage.awaitLedger(ledger.path) == [])
    }

    @Test(
        "what a killed projector had committed but not scrubbed is scrubbed by the next, and a rebuild brings nothing back"
    )
    func killed() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        let path = try LedgerWithin.newPath()
        try stage.publish([
            TestEvent("created", "L1", data: ["name": "Quirina", "owner": "kestrel", "attributes": ["source": "web"]])
        ])
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let options = LedgerOptions(broker: stage.broker, redis: stage.redis, path: path)
        // It commits and does not scrub, as where it is killed in between.
        let first = try ProjectorRun(
            .init(options: options, tally: ProjectorTally(), outages: Outages(log: log), stop: StopSignal(), log: log),
            scrubsAtOnce: false, applier: ResultApplier(), between: {})
        func takes(_ status: String) throws -> Bool {
            try stage.eventually {
                try first.applyBatch()
                return try first.ledger.latest().map(\.status) == [status]
            }
        }
        #expect(try takes("open"))
        try stage.publish([TestEvent("erased", "L1")])
        #expect(try takes("erased"))
        #expect(try MadeLedger.found(Self.values, in: path) == Set(Self.values))
        let files = try ["", "-wal"].map { try #require(FileManager.default.contents(atPath: path + $0)) }
        first.close()
        for (suffix, bytes) in zip(["", "-wal"], files) { try bytes.write(to: URL(fileURLWithPath: path + suffix)) }
        #expect(try MadeLedger.found(Self.values, in: path) == Set(Self.values))
        let ledger = try LedgerWithin(stage, path: path)
        defer { ledger.stop() }
        #expect(try stage.eventually { try erased(ledger) == [] && !LedgerReader(path).isPending(.scrub) })
        ledger.stop()
        let run = try CommandRun(
            ["ledger", "rebuild"],
            environment: LeadlineProcess.servers(stage).merging(["LEADLINE_LEDGER_FILE": path]) { $1 })
        #expect(run.code == 0, "\(run)")
        #expect(try erased(ledger) == [])
    }
}

extension Array {
    fileprivate func chunked(_ count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
