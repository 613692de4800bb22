import LeadModel
import Testing

@testable import LeadTrainer

@Suite("With tables per stage, each attribute has separate points in each stage")
struct PerStageTests {
    /// In "Offer" partners win far more often; elsewhere it makes no difference.
    private func records(count: Int, stages: [String] = ["Contact", "Offer", "Contract"]) -> [TrainingRecord] {
        var random = SplitMix64(seed: 21)
        return (0..<count).map { _ in
            let (stage, isPartner) = (random.index(below: stages.count), random.unit() < 0.5)
            let isWon = random.unit() < (stages[stage] == "Offer" ? (isPartner ? 0.85 : 0.15) : 0.5)
            return TrainingRecord(
                attributes: [
                    ("stage", .text(stages[stage])), ("channel", .text(isPartner ? "partner" : "direct")),
                    ("amount", .number(Double(random.index(below: 50)))),
                    ("region", .text("r\(random.index(below: 4))")),
                ], isPositive: isWon)
        }
    }

    private var options: TrainingOptions {
        var options = TrainingOptions(entity: .opportunity)
        options.perStage = true
        return options
    }

    @Test("an attribute that matters in one stage only has points only there")
    func oneStage() throws {
        var options = options
        // Without tables per stage, no pair would be tried.
        options.pairsKept = 0
        let card = try Trainer.train(records(count: 1500), options: options).scorecard
        #expect(
            card.pairs.allSatisfy { pair in [pair.first, pair.second].contains { card.attributes[$0].name == "stage" } }
        )
        func difference(_ stage: String) -> Double {
            func logOdds(_ channel: String) -> Double {
                card.logOdds(
                    card.evidence(
                        of: [("stage", .text(stage)), ("channel", .text(channel)), ("amount", .number(20))],
                        at: Deals.asOf))
            }
            return logOdds("partner") - logOdds("direct")
        }
        #expect(difference("Offer") > 2)
        #expect(abs(difference("Contact")) < 0.6 && abs(difference("Contract")) < 0.6)
    }

    @Test("every bag tries the stage's pairs, however few other pairs it tries")
    func always() {
        let columns = ["amount", "channel", "stage"].map { name in
            Column(
                name: name, numbers: (0..<400).map { Double($0 * (name.utf8.count + 1) % 5) },
                texts: GivenTexts(ofRow: [Int32](repeating: -1, count: 400), spellings: [:]), kind: .category)
        }
        let rows = Array(0..<400)
        let binnings = columns.map { Binning($0, counts: $0.counts(rows: rows), most: 9, options: options) }
        let table = BinnedTable(columns, binnings, rows: rows)
        let pairs = PairRows(table, stageColumn: 2, options: options)
        #expect(pairs.always == [AttributePair(first: 0, second: 2), AttributePair(first: 1, second: 2)])
        let flat = [SIMD2<Float>](repeating: [0, 0.25], count: 400)
        #expect(
            pairs.strongest(0, slopes: flat, rows: rows.map(Int32.init), gained: [], tree: PairTree(ridge: 1, step: 1))
                .count == 2)
        #expect(pairs.groupings[2].orderedCount == 0 && pairs.groupings[2].count == 6)
        #expect(PairRows(table, stageColumn: 2, options: TrainingOptions()).always.isEmpty)
    }

    @Test("too few deals per stage, or none in any stage, are refused with the counts")
    func refused() throws {
        func failure(_ records: [TrainingRecord]) -> String {
            do {
                _ = try Trainer.train(records, options: options)
                return ""
            } catch { return error.description }
        }
        let crowded = records(count: 170, stages: ["a", "b", "c", "d", "e", "f"])
        #expect(
            failure(crowded).hasPrefix("tables per stage need 40 closed opportunities in each of at least two stages;"))
        #expect(failure(crowded).contains("the stages have 3"))
        let stageless = crowded.map { record in
            var record = record
            record.attributes.removeAll { $0.name == "stage" }
            return record
        }
        #expect(failure(stageless).hasSuffix("none has a stage"))
    }
}
