import GRDB
import LeadModel
import TestKit

@testable import Contract
@testable import Ledger

/// A ledger made of results that a test thinks up, as the projector would take them.
final class LedgerFixture {
    let path: String
    let org: String
    private let ledger: LedgerWriter
    private let applier = ResultApplier()

    init(org: String) throws {
        (path, self.org) = (try LedgerWithin.newPath(), org)
        ledger = try LedgerWriter(path)
    }

    var environment: [String: String] { ["LEADLINE_LEDGER_FILE": path] }

    func take(_ results: [RecordResult]) throws {
        try ledger.write { db in
            for result in results { _ = try applier.apply(result, db) }
        }
    }

    /// A record's scorings, each as its own result.
    func take(_ scorings: [Scoring], of id: String, _ entity: Entity = .lead) throws {
        try take(
            scorings.map {
                RecordResult(
                    organization: org, entity: entity, id: Exact(id), revision: $0.revision, what: .scored,
                    state: .init(status: .open), scoring: $0)
            })
    }

    /// A record that came to its end, with its last score.
    func take(
        closed id: String, as outcome: Status, at end: Moment, probability: Double?, _ entity: Entity = .lead,
        model: ModelVersion = ModelVersion(name: "sales", version: 1)
    ) throws {
        let scoring = probability.map { probability in
            Scoring(
                revision: 1, model: model, evidence: Evidence(bins: [0]), probability: probability,
                grade: GradeRanges.standard.grade(of: score(probability: probability)), previousScore: nil,
                previousGrade: nil, trigger: .realtime, at: end.adding(days: -3))
        }
        try take([
            RecordResult(
                organization: org, entity: entity, id: Exact(id), revision: 2, what: .notice(.closed),
                state: .init(status: outcome, closedAt: end, outcome: outcome), scoring: scoring)
        ])
    }
}
