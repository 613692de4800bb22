import Foundation
import GRDB
import LeadModel
import TestKit
import Testing

@testable import Ledger

/// A stage with a worker, and a projector in this process.
final class LedgerScene {
    let stage: Stage
    let ledger: LedgerWithin
    private let worker: LeadlineProcess

    init(_ set: (inout LedgerOptions) -> Void = { _ in }) throws {
        stage = try Stage()
        try stage.publish(.byHand())
        worker = try LeadlineProcess(workerOn: stage)
        try stage.awaitFirstSweep()
        ledger = try LedgerWithin(stage, set)
    }

    /// A ledger that holds three scored leads and is not updated any more; its worker still runs.
    static func atRest(_ set: (inout LedgerOptions) -> Void = { _ in }) throws -> LedgerScene {
        let scene = try LedgerScene(set)
        try scene.publish(0..<3)
        #expect(try scene.stage.results(ofRecords: 3).count == 3)
        #expect(try scene.stage.awaitLedger(scene.ledger.path) == [])
        scene.ledger.stop()
        return scene
    }

    func stop() {
        ledger.stop()
        worker.kill()
    }

    func publish(_ range: Range<Int>) throws {
        try stage.publish(
            range.map {
                TestEvent(
                    "created", "L\($0)",
                    data: [
                        "name": "Name \($0)", "owner": "ann", "attributes": ["source": "web", "visits": $0 % 20],
                    ]
                )
            })
    }

    func run(_ arguments: String..., file: String? = nil) throws -> CommandRun {
        try CommandRun(
            arguments,
            environment: LeadlineProcess.servers(stage).merging(["LEADLINE_LEDGER_FILE": file ?? ledger.path]) {
                $1
            })
    }

    /// What is not the same as before.
    func differences(_ before: [String]) throws -> [String] {
        try content(ledger.path).difference(from: before).map { "\($0)" }
    }

    /// All that views are made of, line by line.
    func content(_ path: String) throws -> [String] {
        try DatabaseQueue(path: path).read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT organization, entity, id, revision, status, isOpen, name, owner, stage, nameKey, createdAt,
                        outcome, endedAt, scoringRevision, rank, scoredAt, r.grade, trend, previousScore, text,
                        contribution, lowEvidence, clearedThrough, 0, 0, NULL, NULL, NULL
                    FROM records r JOIN scopes USING (scope) LEFT JOIN phrases USING (phrase) WHERE revision > 0
                    UNION ALL
                    SELECT organization, entity, id, s.revision, at, model, number, isSweep, probability, s.grade,
                        hex(evidence), hex(formerEvidence), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
                    FROM scorings s JOIN records r USING (record) JOIN scopes USING (scope)
                    JOIN versions v ON v.version = s.version
                    """
            ).map { "\(Array($0.databaseValues))" }.sorted()
        }
    }

    var inode: Int {
        get throws { try FileManager.default.attributesOfItem(atPath: ledger.path)[.systemFileNumber] as! Int }
    }
}
