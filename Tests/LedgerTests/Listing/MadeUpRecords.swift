import Foundation
import GRDB
import LeadModel
import TestKit

@testable import Contract
@testable import Ledger

/// A record of a listing test: what a result tells of it.
struct MadeUpRecord {
    /// As they were taken: the ledger's own number.
    var number: Int
    var organization = "acme"
    var entity = Entity.lead
    var status = Status.open
    var name, owner: String?
    var createdAt: Moment?
    var scoring: Scoring?
    var reason: RecordResult.TopReason?

    var id: Exact { Exact("L-\(number)") }

    var result: ReadResult {
        var state = RecordResult.State(status: status)
        (state.name, state.owner, state.createdAt) = (name, owner, createdAt)
        (state.process, state.stage) = ("inbound", "new")
        if status != .open { (state.closedAt, state.outcome) = (createdAt, status) }
        return .ofRecord(
            RecordResult(
                organization: organization, entity: entity, id: id,
                revision: scoring.map { $0.revision + 1 } ?? UInt64(number + 1_000_000), what: .notice(.changed),
                state: state, scoring: scoring, reason: reason, lowEvidence: scoring.map { _ in false }))
    }
}

/// Records with few different keys, so that many are equal.
struct MadeUpRecords {
    static let now = Moment(milliseconds: 1_800_000_000_000)
    static let owners = [nil, "Ann", "ann", "Ánn", "Bob Miller", "Zoë"]
    static let names = [
        nil, "Ann O'Brien", "Müller GmbH", "muller gmbh", "Straße 7", "東京 Motors", "x", "NEAR \"quoted\"",
    ]
    static let models = [("sales", 1), ("sales", 2), ("other", 1)].map { ModelVersion(name: $0.0, version: $0.1) }

    var all: [MadeUpRecord] = []

    init(_ all: [MadeUpRecord]) { self.all = all }

    init(count: Int, seed: UInt64) {
        var random = Dice(state: seed)
        for number in 1...count {
            var record = MadeUpRecord(number: number)
            if random.below(10) == 0 { record.organization = "other" }
            if random.below(10) == 0 { record.entity = .opportunity }
            if random.below(8) == 0 { record.status = record.entity.outcomes.positive }
            record.name = Self.names[random.below(Self.names.count)]
            record.owner = Self.owners[random.below(Self.owners.count)]
            if random.below(5) > 0 { record.createdAt = Self.now.adding(days: -random.below(40)) }
            if random.below(6) > 0 {
                let probability = Double(random.below(8)) / 8
                let at = Self.now.adding(seconds: -Int64(random.below(6)))
                record.scoring = Scoring(
                    revision: UInt64(number * 10), model: Self.models[random.below(3)],
                    evidence: Evidence(bins: [1, 200]),
                    probability: probability, grade: GradeRanges.standard.grade(of: score(probability: probability)),
                    previousScore: random.below(2) == 0 ? nil : random.below(100), previousGrade: .b, trigger: .sweep,
                    at: at)
                if random.below(4) > 0 {
                    record.reason = .init(phrase: "Reason \(random.below(3))", contribution: -0.25)
                }
            }
            all.append(record)
        }
    }

    /// A ledger that took them, in the order of their numbers.
    func ledger() throws -> LedgerReader {
        let ledger = try LedgerWriter(LedgerWithin.newPath())
        let applier = ResultApplier()
        try ledger.write { db in
            for record in all { _ = try applier.apply(record.result, db) }
        }
        try ledger.close()
        return try LedgerReader(ledger.path)
    }
}

/// Numbers that are the same in each run (the multiplier and increment of Knuth's MMIX).
struct Dice {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
