import Foundation
import GRDB
import LeadModel
import TestKit
import Testing

@testable import Contract
@testable import Ledger

@Suite("How scored records turned out")
struct OutcomesTests {
    /// One that ended, as the ledger takes it.
    private struct Ended {
        var outcome = Status.qualified
        var end = Moment(rfc3339: "2026-10-15T12:00:00Z")!
        var probability: Double?
        var model = ModelVersion(name: "sales", version: 1)
        var entity = Entity.lead
        var org = "acme"

        func result(_ number: Int) -> RecordResult {
            let scoring = probability.map { probability in
                Scoring(
                    revision: 1, model: model, evidence: Evidence(bins: [0]), probability: probability,
                    grade: GradeRanges.standard.grade(of: score(probability: probability)), previousScore: nil,
                    previousGrade: nil, trigger: .realtime, at: end)
            }
            return RecordResult(
                organization: org, entity: entity, id: Exact("L\(number)"), revision: 2, what: .notice(.closed),
                state: .init(status: outcome, closedAt: end, outcome: outcome), scoring: scoring)
        }
    }

    private func ledger(_ ended: [Ended], _ others: [RecordResult] = []) throws -> LedgerReader {
        let ledger = try LedgerWriter(LedgerWithin.newPath())
        let applier = ResultApplier()
        try ledger.write { db in
            for (number, one) in ended.enumerated() { _ = try applier.apply(one.result(number), db) }
            for other in others { _ = try applier.apply(other, db) }
        }
        try ledger.close()
        return try LedgerReader(ledger.path)
    }

    private static let acme = Outcomes.Question(organization: "acme", entity: .lead)

    @Test("counts, conversion, AUC, Brier score, log loss and calibration of a few, as worked out by hand")
    func byHand() throws {
        let outcomes = try ledger([
            Ended(outcome: .qualified, probability: 0.9), Ended(outcome: .qualified, probability: 0.6),
            Ended(outcome: .disqualified, probability: 0.6), Ended(outcome: .disqualified, probability: 0.2),
            Ended(outcome: .disqualified), Ended(outcome: .qualified, probability: 0.9, entity: .opportunity),
            Ended(outcome: .qualified, probability: 0.9, org: "other"),
        ]).outcomes(Self.acme)
        let all = outcomes.all
        #expect(all.conversion == Conversion(records: 4, positives: 2) && outcomes.withoutScore == 1)
        // Of four pairs three are won and one is tied.
        #expect(all.auc == 0.875)
        // Q₁ = 0.875 / 1.125, Q₂ = 2 · 0.875² / 1.875: the root of (0.109375 + Q₁ − 0.875² + Q₂ − 0.875²) / 4.
        let expected: [(Double?, Double)] = [
            (all.aucError, 0.207707393010), (all.predicted, 0.575),
            // (0.01 + 0.16 + 0.36 + 0.04) / 4, and −(ln 0.9 + ln 0.6 + ln 0.4 + ln 0.8) / 4.
            (all.brier, 0.1425), (all.logLoss, 0.438905105653),
            // The two of 0.6 stay together: 0.2 came to 0, 0.6 to a half, 0.9 to 1.
            (all.calibrationError, 0.125),
            // By chance: of the bins {0.2}, {0.6, 0.6} and {0.9} √(2/π · Σp(1 − p)), over 4.
            (all.calibrationErrorByChance, 0.277827457929),
        ]
        for (figure, value) in expected { #expect(abs(try #require(figure) - value) < 1e-9) }
        #expect(all.calibration.map(\.conversion.records) == [1, 2, 1])
        #expect(all.grades.map(\.grade) == [.a, .b, .c, .d])
        #expect(all.grades.map(\.conversion.records) == [1, 2, 0, 1])
        #expect(all.grades.map(\.conversion.positives) == [1, 1, 0, 0])
        #expect(all.bands.map(\.conversion.records) == [0, 1, 0, 0, 0, 2, 0, 0, 1, 0])
        // Wilson's interval of 1 of 2.
        let interval = all.grades[1].conversion.interval
        #expect(abs(interval.lowerBound - 0.0945) < 1e-4 && abs(interval.upperBound - 0.9055) < 1e-4)
    }

    @Test(
        "calibration by chance is of the bins of the error beside it: equal probabilities are one bin, as one error is")
    func chanceOfEqualOnes() throws {
        let all = try ledger(
            (0..<100).map { Ended(outcome: $0 % 4 == 0 ? .qualified : .disqualified, probability: 0.2) }
        ).outcomes(Self.acme).all
        #expect(all.calibration.map(\.conversion.records) == [100])
        #expect(abs(try #require(all.calibrationError) - 0.05) < 1e-12)
        // √(2/π · 100 · 0.2 · 0.8) / 100; cut into ten bins it would be √10 times that.
        #expect(abs(try #require(all.calibrationErrorByChance) - 0.031915382432) < 1e-9)
        // Where none are equal, it is that of ten bins.
        let spread = (0..<200).map { Double($0 * 4 + 3) / 811 }
        let apart = try ledger(spread.map { Ended(probability: $0) }).outcomes(Self.acme).all
        #expect(
            abs(try #require(apart.calibrationErrorByChance) - Metrics.calibrationErrorByChance(spread)) < 1e-12)
    }

    @Test(
        "an AUC of 1 or 0 is as sure as the rarer outcome's records make it, and not surer",
        arguments: [(1, 1), (2, 9), (40, 12)])
    func endsOfAUC(good: Int, bad: Int) throws {
        func group(_ ofGood: Double, _ ofBad: Double) throws -> OutcomeGroup {
            try ledger(
                (0..<good).map { _ in Ended(probability: ofGood) }
                    + (0..<bad).map { _ in Ended(outcome: .disqualified, probability: ofBad) }
            ).outcomes(Self.acme).all
        }
        let (best, worst) = (try group(0.8, 0.3), try group(0.3, 0.8))
        #expect(best.auc == 1 && worst.auc == 0)
        // Wilson's interval of n of n begins at n / (n + 1.96²).
        let n = Double(min(good, bad))
        let low = n / (n + 1.959_963_984_540_054 * 1.959_963_984_540_054)
        let (high, other) = (try #require(best.aucInterval), try #require(worst.aucInterval))
        #expect(abs(high.lowerBound - low) < 1e-12 && high.upperBound > 1 - 1e-12)
        #expect(abs(other.upperBound - (1 - low)) < 1e-12 && other.lowerBound < 1e-12)
    }

    @Test("what ended counts in the month of its end, in UTC, and under the version that scored it; filters leave out")
    func groups() throws {
        let second = ModelVersion(name: "sales", version: 2)
        let ledger = try ledger([
            Ended(end: Moment(rfc3339: "2026-09-30T23:59:59.999Z")!, probability: 0.5),
            Ended(outcome: .disqualified, end: Moment(rfc3339: "2026-10-01T00:00:00Z")!, probability: 0.5),
            Ended(end: Moment(rfc3339: "2026-10-31T23:59:59Z")!, probability: 0.5, model: second),
            Ended(
                end: Moment(rfc3339: "2026-12-01T00:00:00Z")!, probability: 0.5,
                model: ModelVersion(name: "crm", version: 2)),
        ])
        func asked(_ change: (inout Outcomes.Question) -> Void) throws -> Outcomes {
            var question = Self.acme
            change(&question)
            return try ledger.outcomes(question)
        }
        let all = try ledger.outcomes(Self.acme)
        #expect(all.months.map(\.month.text) == ["2026-09", "2026-10", "2026-12"])
        #expect(all.months.map(\.group.conversion.records) == [1, 2, 1])
        #expect(all.months[1].group.conversion.positives == 1)
        #expect(all.versions.map(\.model.description) == ["crm 2", "sales 1", "sales 2"])
        #expect(all.versions.map(\.group.conversion.records) == [1, 2, 1])
        #expect(try asked { $0.model = "sales" }.all.conversion.records == 3)
        #expect(try asked { $0.version = 2 }.all.conversion.records == 2)
        #expect(try asked { ($0.model, $0.version) = ("sales", 2) }.versions.map(\.model) == [second])
        #expect(try asked { $0.model = "none" }.all.conversion.records == 0)
        let october = try asked {
            $0.from = Moment(rfc3339: "2026-10-01T00:00:00Z")
            $0.through = Moment(rfc3339: "2026-10-31T23:59:59Z")
        }
        #expect(october.months.map(\.month.text) == ["2026-10"] && october.all.conversion.records == 2)
    }

    @Test("open records, erased ones and those that were opened again count nowhere; deleted ones still do")
    func whichCount() throws {
        func later(_ number: Int, _ what: RecordResult.What, _ state: RecordResult.State?) -> RecordResult {
            var result = Ended(probability: 0.5).result(number)
            (result.revision, result.what, result.state) = (3, what, state)
            if what == .notice(.erased) { result.scoring = nil }
            return result
        }
        let outcomes = try ledger(
            [Ended(probability: 0.5), Ended(probability: 0.5), Ended(probability: 0.5)],
            [
                later(0, .notice(.erased), nil), later(1, .scored, .init(status: .open)),
                later(2, .notice(.deleted), nil), later(3, .scored, .init(status: .open)),
            ]
        ).outcomes(Self.acme)
        #expect(outcomes.all.conversion == Conversion(records: 1, positives: 1))
        #expect(outcomes.withoutScore == 0)
    }

    @Test("one whose score was withdrawn before it ended counts as without a score, though it once had one")
    func withdrawn() throws {
        var (scored, unscored) = (Ended(probability: 0.5).result(0), Ended().result(0))
        (scored.what, scored.state) = (.scored, .init(status: .open))
        (unscored.revision, unscored.what, unscored.state) = (3, .notice(.unscored), .init(status: .open))
        var closed = Ended().result(0)
        closed.revision = 4
        let outcomes = try ledger([], [scored, unscored, closed]).outcomes(Self.acme)
        #expect(outcomes.withoutScore == 1 && outcomes.all.conversion.records == 0)
    }

    @Test("an organization that is not known is refused by name, and one without opportunities has none")
    func unknown() throws {
        let ledger = try ledger([Ended(probability: 0.5)])
        let error = #expect(throws: LedgerError.self) {
            try ledger.outcomes(.init(organization: "acne", entity: .lead))
        }
        #expect(error == .unknownOrganization("acne", known: ["acme"]))
        #expect(try ledger.outcomes(.init(organization: "acme", entity: .opportunity)).all.conversion.records == 0)
    }

    @Test("where nothing ended there is nothing to say, and that is no error")
    func nothing() throws {
        var open = Ended(probability: 0.5).result(0)
        (open.what, open.state) = (.scored, .init(status: .open))
        let outcomes = try ledger([], [open]).outcomes(Self.acme)
        #expect(outcomes.all.conversion.records == 0 && outcomes.all.auc == nil && outcomes.all.predicted == nil)
        #expect(outcomes.months.isEmpty && outcomes.versions.isEmpty && outcomes.all.calibration.isEmpty)
    }

    @Test("all counts and figures are those of a plain recount, for any records in any order", arguments: 0..<12)
    func recount(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        let entity = [Entity.lead, .opportunity][seed % 2]
        let ended = (0..<Int.random(in: 1...400, using: &random)).map { _ in
            let probability = (Double.random(in: 0...1, using: &random) * 40).rounded() / 40
            let isGood = Double.random(in: 0..<1, using: &random) < probability
            return Ended(
                outcome: isGood ? entity.outcomes.positive : entity.outcomes.negative,
                end: Moment(milliseconds: Int64.random(in: 1_760_000_000_000...1_780_000_000_000, using: &random)),
                probability: Int.random(in: 0..<8, using: &random) == 0 ? nil : probability,
                model: ModelVersion(name: "m", version: Int.random(in: 1...3, using: &random)), entity: entity)
        }
        let outcomes = try ledger(ended).outcomes(.init(organization: "acme", entity: entity))
        #expect(outcomes.withoutScore == ended.count { $0.probability == nil })
        let scored = ended.filter { $0.probability != nil }
        expect(outcomes.all, of: scored, entity)
        #expect(outcomes.months.map(\.month) == Set(scored.map(\.end.month)).sorted())
        for one in outcomes.months { expect(one.group, of: scored.filter { $0.end.month == one.month }, entity) }
        #expect(outcomes.versions.map(\.model.version) == Set(scored.map(\.model.version)).sorted())
        for one in outcomes.versions { expect(one.group, of: scored.filter { $0.model == one.model }, entity) }
    }

    private func expect(_ group: OutcomeGroup, of ended: [Ended], _ entity: Entity) {
        func conversion(_ of: [Ended]) -> Conversion {
            Conversion(records: of.count, positives: of.count { $0.outcome == entity.outcomes.positive })
        }
        #expect(group.conversion == conversion(ended))
        for one in group.grades {
            let span = GradeRanges.standard.span(of: one.grade)
            #expect(one.conversion == conversion(ended.filter { span.contains(score(probability: $0.probability!)) }))
        }
        for band in group.bands {
            #expect(
                band.conversion
                    == conversion(ended.filter { band.scores.contains(score(probability: $0.probability!)) }))
        }
        #expect(group.calibration.map(\.conversion.records).reduce(0, +) == ended.count)
        #expect(group.calibration.map(\.conversion.positives).reduce(0, +) == group.conversion.positives)
        #expect(group.calibration.map(\.predicted) == group.calibration.map(\.predicted).sorted())
        var (rest, byChance) = (ended.map { $0.probability! }.sorted()[...], 0.0)
        for bin in group.calibration {
            let variance = rest.prefix(bin.conversion.records).reduce(0) { $0 + $1 * (1 - $1) }
            byChance += (2 / Double.pi * variance).squareRoot() / Double(ended.count)
            rest = rest.dropFirst(bin.conversion.records)
        }
        #expect(abs((group.calibrationErrorByChance ?? 0) - byChance) < 1e-12)
        let good = ended.filter { $0.outcome == entity.outcomes.positive }.map { $0.probability! }
        let bad = ended.filter { $0.outcome != entity.outcomes.positive }.map { $0.probability! }
        var won = 0.0
        for one in good { for other in bad { won += one > other ? 1 : one == other ? 0.5 : 0 } }
        if let auc = group.auc {
            #expect(abs(auc - won / Double(good.count * bad.count)) < 1e-12)
        } else {
            #expect(good.isEmpty || bad.isEmpty)
        }
        let brier = (good.map { (1 - $0) * (1 - $0) } + bad.map { $0 * $0 }).reduce(0, +) / Double(max(1, ended.count))
        #expect(abs((group.brier ?? 0) - brier) < 1e-12)
    }

    @Test("they are found by the index of what ended, without a look at all records or a sort")
    func plan() throws {
        let ledger = try ledger([Ended(probability: 0.5)])
        let plan = try ledger.read { db in
            try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + OutcomeCount.statement,
                arguments: ["qualified", 1, Int64.min, Int64.max]
            ).map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains("USING INDEX ended") || $0.contains("USING COVERING INDEX ended") })
        #expect(!plan.contains { $0.contains("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
    }
}
