import LeadModel
import Testing

@testable import LeadTrainer

@Suite("A stage that is only entered by closing doesn't reveal the outcome")
struct ClosingStageTests {
    private static func ending(_ isWon: Bool) -> String { isWon ? "Closed Won" : "Closed Lost" }

    /// Every deal is in the closing stage of its outcome.
    private static let ended = Deals(seen: { _, isWon in ending(isWon) }, entersAtClose: { _ in true })

    private func trained(_ deals: Deals, open: OpenStages = OpenStages()) throws -> TrainingResult {
        try Trainer.train(deals.records(), open: open, options: TrainingOptions(entity: .opportunity))
    }

    @Test(
        "Closed Won and Closed Lost are found by open deals, by dates, or without both; the AUC stays far from 1",
        arguments: [(true, true), (true, false), (false, true), (false, false)])
    func ended(isOpenKnown: Bool, tellsDates: Bool) throws {
        var deals = Self.ended
        deals.tellsDates = tellsDates
        let result = try trained(deals, open: isOpenKnown ? Deals.open : OpenStages())
        let card = result.scorecard
        #expect(card.stages.closing == ["Closed Lost", "Closed Won"])
        #expect(card.quality.auc < 0.75, "what partners are worth, and nothing else")
        #expect(card.attributes.map(\.name) == ["amount", "channel"])
        let choice = try #require(card.selection.first { $0.attribute == "stage" })
        #expect(choice.reason == .constant)
        #expect(choice.warning?.contains("Closed Lost, Closed Won are only entered by closing") ?? false)
        #expect(result.warnings.contains { $0.kind == .closingStage && $0.attribute == "stage" })
        #expect(!result.warnings.contains { $0.kind == .suspectedLeak })
        // An open deal in a real stage is scored by its other attributes, as if it had no stage.
        let partner: [(String, Value)] = [("channel", .text("partner"))]
        let open = card.evidence(of: Deals.record("3 - Offer", days: 10, partner), at: Deals.asOf)
        #expect(card.probability(open) > 0.3 && card.probability(open) < 0.8)
    }

    @Test("if some closed deals stay in their last stage, that stage is learned from; closing stages count as missing")
    func some() throws {
        // Half of each outcome: the deals of the first and of the last stage.
        let deals = Deals(
            seen: { stage, isWon in stage % 3 == 0 ? Self.ending(isWon) : Deals.stages[stage] }, count: 3000)
        let card = try trained(deals, open: Deals.open).scorecard
        let stage = try #require(card.attributes.first { $0.name == "stage" })
        #expect(stage.reading.levels?.bins.keys.sorted() == ["2 - demo", "3 - offer"])
        #expect(abs(stage.bins[stage.missingBin].points) < 0.5 && card.quality.auc < 0.85)
        #expect(card.selection.first { $0.attribute == "stage" }?.reason == .used)
        let place = try #require(card.attributes.firstIndex { $0.name == "stage" })
        let days = try #require(card.attributes.firstIndex { $0.name == "stageSince" })
        for named in ["Closed Won", " closed won"] {
            let evidence = card.evidence(of: Deals.record(named), at: Deals.asOf)
            #expect(card.bins(of: place, in: evidence) == [stage.missingBin])
            #expect(card.bins(of: days, in: evidence) == [card.attributes[days].missingBin])
            let given = card.evidence(
                of: Deals.record(named).coreAttributes.map { ($0.name, $0.value) }, at: Deals.asOf)
            #expect(given == evidence, "as attributes they read the same")
        }
    }

    @Test("if only won deals move to a closing stage, any other stage reveals the outcome too: no stage is used")
    func oneSided() throws {
        let deals = Deals(
            seen: { stage, isWon in isWon ? "Won" : Deals.stages[stage] }, entersAtClose: { $0 }, count: 1500)
        for open in [Deals.open, OpenStages()] {
            let result = try trained(deals, open: open)
            #expect(result.scorecard.stages.closing == ["Won"])
            #expect(result.scorecard.attributes.map(\.name) == ["amount", "channel"])
            #expect(result.scorecard.quality.auc < 0.75)
            #expect(result.scorecard.stages.order.isEmpty)
            let warning = result.warnings.first { $0.kind == .closingStage }
            #expect(warning?.description.contains("so does being in any other stage") ?? false)
        }
    }

    @Test("a pure stage is no closing stage if open deals are in it, or closed deals entered it long before the close")
    func pureButReal() throws {
        // Deals in "Contact" are always lost.
        var records = Deals(count: 2000).records()
        for place in records.indices
        where records[place].attributes.contains(where: { $0.value == .text(Deals.stages[0]) }) {
            records[place].isPositive = false
        }
        let options = TrainingOptions(entity: .opportunity)
        for open in [Deals.open, OpenStages()] {
            let card = try Trainer.train(records, open: open, options: options).scorecard
            #expect(card.stages.closing.isEmpty)
            let early = card.evidence(of: Deals.record(Deals.stages[0]), at: Deals.asOf)
            #expect(card.probability(early) < 0.1)
        }
        // Without dates and open deals, the order decides: the stage comes first.
        for place in records.indices { records[place].attributes.removeAll { $0.name == "stageSince" } }
        #expect(try Trainer.train(records, options: options).scorecard.stages.closing.isEmpty)
    }

    @Test("each part of the rule, at its limits")
    func rule() {
        let all = ClosingStage(records: 1000, positives: 300)
        func isPure(_ records: Int, _ positives: Int) -> Bool {
            ClosingStage(records: records, positives: positives).isNearlyPure(among: all)
        }
        #expect(isPure(5, 5) && !isPure(4, 4) && isPure(100, 95) && !isPure(100, 94) && isPure(100, 5))
        let seldomWon = ClosingStage(records: 1000, positives: 40)
        #expect(!ClosingStage(records: 300, positives: 10).isNearlyPure(among: seldomWon), "as seldom as elsewhere")

        let won = ClosingStage(records: 20, positives: 20)
        #expect(won.isReachedByClosing("won", among: all, open: OpenStages(), isLate: nil))
        #expect(!won.isReachedByClosing("won", among: all, open: OpenStages(), isLate: false))
        #expect(won.isReachedByClosing("won", among: all, open: Deals.open, isLate: false), "no open deal is in it")
        #expect(!won.isReachedByClosing("2 - demo", among: all, open: Deals.open, isLate: true))
        let chance = ClosingStage(records: 10, positives: 0)
        #expect(!chance.isReachedByClosing("lost", among: all, open: OpenStages(), isLate: nil), "0.7¹⁰ is 3 %")

        var dated = won
        for day in 0..<10 {
            dated.add(isPositive: true, since: Int64(-day) * ClosingStage.day, closed: 0)
        }
        #expect(dated.dated == 10 && dated.atClose == 2)
        #expect(!dated.isReachedByClosing("won", among: all, open: OpenStages(), isLate: true))
        #expect(
            StageTime.reference(since: 5, closed: 3, asOf: 9) == 5
                && StageTime.reference(since: 1, closed: 3, asOf: 9) == 3)
        #expect(StageTime.reference(since: 1, closed: nil, asOf: 9) == 9)
    }
}
