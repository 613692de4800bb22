import Foundation
import GRDB
import LeadModel
import TestKit

@testable import Contract
@testable import Ledger

/// A ledger file for commands that only read it: no server runs.
enum ViewedLedger {
    /// Three open leads of acme, L1 (40 days old, no score), L2 of Ann and L3 of nobody; a won opportunity O1 and an open O2.
    static func environment() throws -> [String: String] {
        let path = try LedgerWithin.newPath()
        let ledger = try LedgerWriter(path)
        let now = Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        let applier = ResultApplier()
        try ledger.write { db in
            func take(
                _ id: Exact, _ entity: Entity = .lead, name: String? = nil, owner: String? = nil, days: Int = 3,
                status: Status = .open, scores: [Int] = []
            ) throws {
                var state = RecordResult.State(status: status)
                (state.name, state.owner, state.createdAt) = (name, owner, now.adding(days: -days))
                (state.process, state.stage) = ("inbound", "new")
                if status != .open { (state.outcome, state.closedAt) = (status, now) }
                var previous: Int?
                for (index, score) in (scores.isEmpty ? [0] : scores).enumerated() {
                    let revision = UInt64(now.milliseconds) + UInt64(index)
                    var result = RecordResult(
                        organization: "acme", entity: entity, id: id, revision: revision, what: .notice(.changed),
                        state: state)
                    if score > 0 {
                        result.what = .scored
                        result.scoring = Scoring(
                            revision: revision, model: ModelVersion(name: "sales", version: index + 1),
                            evidence: Evidence(bins: [1]), probability: Double(score) / 100,
                            grade: GradeRanges.standard.grade(of: score), previousScore: previous, previousGrade: nil,
                            trigger: index == 0 ? .realtime : .sweep, at: now.adding(days: index - scores.count))
                        result.reason = .init(phrase: "Industry: Finance — strongly positive", contribution: -0.5)
                        result.lowEvidence = false
                        previous = score
                    }
                    _ = try applier.apply(result, db)
                }
            }
            try take("L1", name: "Old One", owner: "Bob", days: 40)
            try take(
                "L2", name: "Zoë O'Brien\nand Partners in a name that is too long for any line", owner: "Ann",
                scores: [40, 80, 79])
            try take("L3", name: "Second", scores: [91])
            try take("O1", .opportunity, name: "Deal", status: .won, scores: [60, 70])
            try take("O2", .opportunity, name: "Other deal", owner: "Ann", scores: [20])
        }
        try ledger.close()
        return ["LEADLINE_LEDGER_FILE": path]
    }
}

/// A command as a person runs it, on a terminal.
enum Script {
    /// - Returns: what the terminal showed.
    static func run(_ command: String, environment: [String: String], folder: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
        process.arguments = ["-qec", command, "/dev/null"]
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LEADLINE_") }
            .merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let output = Pipe()
        (process.standardOutput, process.standardInput) = (output, FileHandle.nullDevice)
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
