import Foundation
import LeadModel
import Testing

@testable import LeadTrainer

@Suite("A scorecard is trained from closed records")
struct TrainerTests {
    @Test("39 qualified leads are too few, and the error has the count of each outcome")
    func tooFew() {
        var records = records(positives: 39, negatives: 40)
        let error = #expect(throws: TrainingError.self) { try Trainer.train(records) }
        #expect(error?.description == "39 qualified and 40 disqualified leads; 40 of each are needed")

        for index in records.indices { records[index].createdAt = Moment(rfc3339: "2026-11-21T09:30:00Z") }
        let dated = #expect(throws: TrainingError.self) { try Trainer.train(records) }
        #expect(
            dated?.description
                == "39 qualified and 40 disqualified leads created since 2024-11-21; 40 of each are needed")
    }

    @Test("40 leads of each outcome are enough")
    func enough() throws {
        let result = try Trainer.train(records(positives: 40, negatives: 40))
        #expect(result.scorecard.training.positives == 40)
        #expect(result.scorecard.training.negatives == 40)
        #expect(result.scorecard.training.asOf == nil)
        #expect(result.scorecard.attributes.map(\.name) == ["size", "source"])
    }

    @Test("records created more than two years before the newest date do not count, undated ones do")
    func window() throws {
        var records = records(positives: 45, negatives: 45)
        let newest = try #require(Moment(rfc3339: "2026-11-21T09:30:00Z"))
        records[0].createdAt = Moment(rfc3339: "2026-11-20T00:00:00Z")
        records[0].closedAt = newest
        records[1].createdAt = Moment(rfc3339: "2024-11-21T00:00:00Z")
        records[2].createdAt = Moment(rfc3339: "2024-11-20T23:59:59Z")
        let result = try Trainer.train(records)
        let card = result.scorecard
        #expect(card.training.positives + card.training.negatives == 89)
        #expect(card.training.asOf == newest.text)
        #expect(result.outOfBagProbabilities[2] == nil)
        #expect(result.outOfBagProbabilities.count { $0 != nil } == 89)
        #expect(result.warnings.map(\.kind) == [.outsideWindow])

        var options = TrainingOptions()
        options.asOf = Moment(rfc3339: "2024-11-21T12:00:00Z")
        let then = try Trainer.train(records, options: options)
        #expect(then.outOfBagProbabilities[0] == nil)
        #expect(then.outOfBagProbabilities[2] != nil)
    }

    @Test("a date ahead of now moves no window: the other records are trained on as without it")
    func dateAhead() throws {
        var records = records(positives: 45, negatives: 45)
        var options = TrainingOptions()
        options.now = try #require(Moment(rfc3339: "2026-11-21T09:30:00Z"))
        for index in records.indices { records[index].createdAt = Moment(rfc3339: "2026-10-01T00:00:00Z") }
        // Dates without a zone can be up to a day ahead.
        records[0].closedAt = Moment(rfc3339: "2026-11-22T09:30:00Z")
        records[1].closedAt = Moment(rfc3339: "9999-12-31T00:00:00Z")
        let wrong = try Trainer.train(records, options: options)
        #expect(wrong.scorecard.training.asOf == "2026-11-22T09:30:00.000Z")
        #expect(wrong.outOfBagProbabilities.allSatisfy { $0 != nil })
        records[2].createdAt = Moment(rfc3339: "2099-01-01T00:00:00Z")
        let result = try Trainer.train(records, options: options)
        #expect(result.outOfBagProbabilities.indices.filter { result.outOfBagProbabilities[$0] == nil } == [2])
        #expect(result.warnings.map(\.kind) == [.outsideWindow])
    }

    @Test("the same data and seed give the same bytes on any number of threads")
    func deterministic() throws {
        let records = SampleLeads.generate(count: 400).compactMap(\.trainingRecord)
        var options = TrainingOptions()
        options.threads = 1
        let one = try Trainer.train(records, options: options)
        options.threads = 2
        let two = try Trainer.train(records, options: options)
        #expect(one.scorecard.artifact() == two.scorecard.artifact())
        #expect(one.outOfBagProbabilities == two.outOfBagProbabilities)
        options.seed = 2
        #expect(try Trainer.train(records, options: options).scorecard.artifact() != one.scorecard.artifact())
    }

    @Test("the reasons add up to the log-odds, and each table's points have mean 0 over the records")
    func addsUp() throws {
        let records = SampleLeads.generate(count: 600).compactMap(\.trainingRecord)
        let card = try Trainer.train(records).scorecard
        for record in records {
            let evidence = card.evidence(of: record.attributes, at: .init(milliseconds: 0))
            let sum = card.reasons(evidence).reduce(card.intercept) { $0 + $1.contribution }
            #expect(abs(sum - card.logOdds(evidence)) < 1e-9)
        }
        for attribute in card.attributes {
            let mean = attribute.bins.reduce(0.0) { $0 + $1.points * Double($1.records) } / Double(records.count)
            #expect(abs(mean) < 1e-6, "\(attribute.name)")
        }
    }

    @Test("the counts of every bin are those that the scorecard finds in the records, and survive encoding")
    func countsReproduce() throws {
        let records = SampleLeads.generate(count: 800, seed: 3).compactMap(\.trainingRecord)
        let card = try Trainer.train(records).scorecard
        var counts = card.attributes.map { $0.bins.map { _ in (records: 0, positives: 0) } }
        for record in records {
            for (index, bin) in card.evidence(of: record.attributes, at: .init(milliseconds: 0)).bins.enumerated() {
                counts[index][Int(bin)].records += 1
                counts[index][Int(bin)].positives += record.isPositive ? 1 : 0
            }
        }
        for (attribute, counts) in zip(card.attributes, counts) {
            #expect(attribute.bins.map(\.records) == counts.map(\.records), "\(attribute.name)")
            #expect(attribute.bins.map(\.positives) == counts.map(\.positives), "\(attribute.name)")
            for bin in attribute.bins.prefix(attribute.valueBinCount) { #expect(bin.records >= 5, "\(bin.label)") }
        }
        let read = try Scorecard(artifact: card.artifact())
        #expect(read == card)
        #expect(read.artifact() == card.artifact())
    }

    @Test("on sample leads the scorecard is clearly better than naive Bayes")
    func betterThanNaiveBayes() throws {
        let records = SampleLeads.generate(count: 2000).compactMap(\.trainingRecord)
        let result = try Trainer.train(records)
        let bayes = NaiveBayes.outOfFold(records, missing: [])
        let outcomes = records.map(\.isPositive)
        let probabilities = result.outOfBagProbabilities.compactMap { $0 }
        #expect(result.scorecard.quality.auc > 0.83)
        #expect(result.scorecard.quality.auc > (try #require(Metrics.auc(bayes, outcomes))) + 0.01)
        #expect(result.scorecard.quality.logLoss < Metrics.logLoss(bayes, outcomes) - 0.03)
        #expect(Metrics.calibrationError(probabilities, outcomes) < 0.04)
    }

    @Test("if no attribute predicts the outcome, every probability is near the base rate")
    func noSignal() throws {
        var random = SplitMix64(seed: 5)
        let records = (0..<400).map { _ in
            TrainingRecord(
                attributes: [
                    (name: "x", value: .number(random.unit())), (name: "y", value: .text("\(random.index(below: 6))")),
                ],
                isPositive: random.unit() < 0.4)
        }
        let result = try Trainer.train(records)
        let rate = Double(records.count { $0.isPositive }) / 400
        for probability in result.outOfBagProbabilities { #expect(abs((probability ?? 1) - rate) < 0.15) }
    }

    @Test("progress rises from 0 to done")
    func progress() throws {
        var heard: [TrainingProgress] = []
        _ = try Trainer.train(records(positives: 40, negatives: 40)) { heard.append($0) }
        #expect(heard.first?.fraction == 0)
        #expect(heard.last == TrainingProgress(phase: "done", fraction: 1))
        #expect(zip(heard, heard.dropFirst()).allSatisfy { $0.fraction <= $1.fraction })
    }

    @Test("the error for an option out of range names it")
    func options() {
        var options = TrainingOptions()
        options.groups = 1
        let error = #expect(throws: TrainingError.self) { try Trainer.train([], options: options) }
        #expect(error?.description == "training option groups: 2…29")
    }

    private func records(positives: Int, negatives: Int) -> [TrainingRecord] {
        (0..<positives + negatives).map { number in
            TrainingRecord(
                attributes: [
                    (name: "source", value: .text(number % 3 == 0 ? "web" : "fair")),
                    (name: "size", value: .number(Double(number * 7 % 20))),
                ], isPositive: number < positives)
        }
    }
}
