import Foundation
import LeadModel
import Testing

@testable import LeadTrainer

@Suite("An evaluation scores only records that were not in its training")
struct EvaluationTests {
    private let records: [TrainingRecord] = SampleLeads.generate(count: 700, seed: 2).filter { $0.closedAt != nil }
        .map {
            TrainingRecord(
                attributes: $0.attributes, isPositive: $0.status == .qualified, createdAt: $0.createdAt,
                closedAt: $0.closedAt)
        }

    private var quick: TrainingOptions {
        var options = TrainingOptions()
        (options.bags, options.rounds) = (2, 30)
        return options
    }

    @Test("a fold is the row's number modulo the folds, and its records are scored by the scorecard of the others")
    func modulo() throws {
        // Every third row of the file has no outcome.
        let rows = records.indices.map { $0 + $0 / 2 }
        let evaluation = try Evaluation(records, .folds(4, rows: rows), options: quick)
        #expect(evaluation.parts.map(\.name) == (1...4).map { "fold \($0) of 4" })
        #expect(evaluation.probabilities.count == records.count)
        for fold in 0..<4 {
            let training = records.indices.filter { rows[$0] % 4 != fold }
            #expect(evaluation.parts[fold].training == training.count)
            var options = quick
            options.asOf = records.compactMap { $0.closedAt }.max()
            let card = try Trainer.train(training.map { records[$0] }, options: options).scorecard
            for index in records.indices where rows[index] % 4 == fold {
                let moment = try #require(records[index].createdAt)
                let expected = card.probability(card.evidence(of: records[index].attributes, at: moment))
                #expect(evaluation.probabilities[index] == expected)
            }
        }
    }

    @Test("all figures follow from the probabilities alone")
    func figures() throws {
        let evaluation = try Evaluation(records, .folds(5, rows: Array(records.indices)), options: quick)
        let p = evaluation.probabilities.compactMap(\.self)
        let y = records.map(\.isPositive)
        #expect(p.count == y.count)
        var (auc, logLoss, brier) = (0.0, 0.0, 0.0)
        for fold in 0..<5 {
            let rows = p.indices.filter { $0 % 5 == fold }
            // Every pair counted.
            var (right, pairs) = (0.0, 0.0)
            for a in rows where y[a] {
                for b in rows where !y[b] {
                    right += p[a] > p[b] ? 1 : p[a] == p[b] ? 0.5 : 0
                    pairs += 1
                }
            }
            auc += right / pairs / 5
            logLoss += rows.reduce(0) { $0 - log(y[$1] ? p[$1] : 1 - p[$1]) } / Double(rows.count) / 5
            brier += rows.reduce(0) { $0 + pow(p[$1] - (y[$1] ? 1 : 0), 2) } / Double(rows.count) / 5
        }
        #expect(abs((evaluation.mean.auc ?? 0) - auc) < 1e-9)
        #expect(abs(evaluation.mean.logLoss - logLoss) < 1e-9)
        #expect(abs(evaluation.mean.brier - brier) < 1e-9)
        #expect(evaluation.pooled.calibrationError == Metrics.calibrationError(p, y))
        #expect(evaluation.best == Confusion(bestOf: p, y))
        #expect(evaluation.half == Confusion(p, y, threshold: 0.5))
        #expect(evaluation.bands.reduce(0) { $0 + $1.conversion.records } == p.count)
        #expect(evaluation.grades.reduce(0) { $0 + $1.conversion.positives } == y.count { $0 })
        // The outcomes of sample leads are predictable.
        #expect(auc > 0.7)
    }

    @Test("each value of a fold column is one fold; numbers are in numeric order")
    func named() throws {
        let names = records.indices.map { ["10", "9", "south"][($0 / 7) % 3] }
        let parts = try EvaluationMethod.named(names).parts(records, inside: Array(records.indices))
        #expect(parts.map(\.name) == ["fold 9", "fold 10", "fold south"])
        for (part, name) in zip(parts, ["9", "10", "south"]) {
            #expect(part.test == records.indices.filter { names[$0] == name })
            #expect(part.training == records.indices.filter { names[$0] != name })
        }
    }

    @Test("in time order, no held-out record is older than a training record, even with equal dates", arguments: 1...20)
    func timeOrder(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        // From a few different days to one per record. Some records have no date.
        let days = 1 + random.index(below: 300)
        let dated = (0..<200).map { _ in
            TrainingRecord(
                attributes: [], isPositive: random.unit() < 0.5,
                createdAt: random.unit() < 0.1
                    ? nil : Moment(microseconds: Int64(20_000 + random.index(below: days)) * 86_400_000_000))
        }
        let inside = dated.indices.filter { _ in random.unit() < 0.9 }
        let moments = Set(inside.compactMap { dated[$0].createdAt })
        guard moments.count > 1 else {
            #expect(throws: EvaluationError.oneMoment) { try EvaluationMethod.timeOrdered.parts(dated, inside: inside) }
            return
        }
        let parts = try EvaluationMethod.timeOrdered.parts(dated, inside: inside)
        let part = try #require(parts.first)
        let newestTraining = try #require(part.training.compactMap { dated[$0].createdAt }.max())
        let oldestTest = try #require(part.test.compactMap { dated[$0].createdAt }.min())
        #expect(newestTraining < oldestTest)
        #expect(Set(part.training + part.test) == Set(inside.filter { dated[$0].createdAt != nil }))
        #expect(part.training.count + part.test.count == inside.count { dated[$0].createdAt != nil })
        // No other cut between two moments is nearer to four fifths.
        let all = Double(part.training.count + part.test.count)
        let distance = abs(Double(part.training.count) - 0.8 * all)
        for moment in moments.sorted().dropFirst() {
            let older = inside.count { index in dated[index].createdAt.map { $0 < moment } ?? false }
            #expect(distance <= abs(Double(older) - 0.8 * all))
        }
    }

    @Test("in time order, only the newest fifth gets probabilities; records without a date are counted")
    func newest() throws {
        var records = records
        records[3].createdAt = nil
        let evaluation = try Evaluation(records, .timeOrdered, options: quick)
        let scored = records.indices.filter { evaluation.probabilities[$0] != nil }
        let others = records.indices.filter { evaluation.probabilities[$0] == nil }
        #expect(evaluation.parts.map(\.name) == ["the newest 20 %"])
        #expect(evaluation.undated == 1 && evaluation.probabilities[3] == nil)
        #expect(evaluation.parts[0].training == others.count - 1)
        let oldest = try #require(scored.compactMap { records[$0].createdAt }.min())
        #expect(others.allSatisfy { index in records[index].createdAt.map { $0 < oldest } ?? true })
    }

    @Test("records outside the training window are neither trained on nor measured")
    func window() throws {
        var records = records
        let old = [0, 5, 11]
        for index in old { records[index].createdAt = Moment(microseconds: 1_500_000_000_000_000) }
        let evaluation = try Evaluation(records, .folds(5, rows: Array(records.indices)), options: quick)
        #expect(evaluation.outsideWindow == 3)
        #expect(records.indices.filter { evaluation.probabilities[$0] == nil } == old)
        #expect(evaluation.pooled.records == records.count - 3)
        #expect(evaluation.scorecard.training.positives + evaluation.scorecard.training.negatives == records.count - 3)
    }

    @Test("each warning appears once, and the verdict names a suspected leak")
    func warnings() throws {
        let leaky = records.map { record in
            var record = record
            record.attributes.append(("Verdict", .text(record.isPositive ? "yes" : "no")))
            record.attributes.append(("same", .text("x")))
            return record
        }
        let evaluation = try Evaluation(leaky, .folds(3, rows: Array(leaky.indices)), options: quick)
        #expect(evaluation.verdict.suspectedLeaks == ["Verdict"])
        #expect(evaluation.verdict.level == .notMeasured)
        for name in ["Verdict", "same"] { #expect(evaluation.warnings.count { $0.attribute == name } == 1) }
    }

    @Test("suspects can be left out: then none is used in any part, each is named, and the verdict suspects none")
    func withoutSuspects() throws {
        var leaky = records
        for index in leaky.indices {
            leaky[index].attributes.append(("Verdict", .text(leaky[index].isPositive ? "yes" : "no")))
        }
        var options = quick
        options.excludesSuspects = true
        let method = EvaluationMethod.folds(3, rows: Array(leaky.indices))
        let evaluation = try Evaluation(leaky, method, options: options)
        #expect(evaluation.verdict.suspectedLeaks == [])
        #expect(evaluation.pooled.auc == (try Evaluation(records, method, options: quick)).pooled.auc)
        let warning = try #require(evaluation.warnings.first { $0.attribute == "Verdict" })
        #expect(warning.kind == .excludedSuspect && warning.description.hasSuffix("; it is left out"))
        let choice = evaluation.scorecard.selection.first { $0.attribute == "Verdict" }
        #expect(choice?.reason == .excluded && choice?.warning == warning.description)
    }

    @Test("records that can't be evaluated are refused; the error names the part that is too small")
    func refused() throws {
        let rows = Array(records.indices)
        #expect(throws: EvaluationError.foldCount(1)) { try Evaluation(records, .folds(1, rows: rows)) }
        #expect(throws: EvaluationError.oneFold) {
            try Evaluation(records, .named([String](repeating: "a", count: records.count)))
        }
        let undated = records.map { TrainingRecord(attributes: $0.attributes, isPositive: $0.isPositive) }
        #expect(throws: EvaluationError.undated) { try Evaluation(undated, .timeOrdered) }
        let positives = records.filter(\.isPositive).prefix(45)
        let few = Array(positives) + records.filter { !$0.isPositive }
        // All but 19 of the positives are in one fold.
        let named = few.indices.map { $0 < 26 ? "most" : "rest" }
        do {
            _ = try Evaluation(few, .named(named))
            Issue.record("19 qualified leads were enough to train on")
        } catch {
            #expect("\(error)".contains("without fold most there is too little to train on: 19 qualified and"))
            #expect("\(error)".contains("20 of each are needed"))
        }
        #expect(throws: EvaluationError.self) { try Evaluation(Array(few.prefix(60)), .folds(5, rows: rows)) }
    }
}
