import Foundation
import Intake
import LeadModel
import TestKit
import Testing

@testable import LeadTrainer

@Suite("On real leads the scorecard is better than naive Bayes")
struct RealDataTests {
    @Test(
        "trained on 5,000 leads of an education company, tested on the rest",
        .enabled(if: RealRecords.isThere(RealRecords.leads), "xedu-leads.csv is not in ../shared/data"))
    func heldOut() throws {
        var records: [TrainingRecord] = []
        try RecordFile(path: RealRecords.path(RealRecords.leads), roles: RealRecords.leadRoles).read {
            records.append(TrainingRecord(attributes: $0.attributes, isPositive: $0.outcome == .positive))
        }
        var options = TrainingOptions()
        options.missing = ["Select"]
        let card = try Trainer.train(Array(records[..<5000]), options: options).scorecard
        let test = Array(5000..<records.count)
        let outcomes = test.map { records[$0].isPositive }
        let probabilities = test.map {
            card.probability(card.evidence(of: records[$0].attributes, at: .init(milliseconds: 0)))
        }
        let bayes = NaiveBayes.fit(records, training: Array(0..<5000), test: test, missing: ["Select"])
        let auc = try #require(Metrics.auc(probabilities, outcomes))
        let bayesAUC = try #require(Metrics.auc(bayes, outcomes))
        #expect(auc >= 0.900)
        #expect(auc > bayesAUC + 0.02)
        #expect(card.quality.auc >= 0.890)
        #expect(card.quality.logLoss <= 0.405)
    }
}
