import LeadModel
import Testing

@testable import LeadTrainer

@Suite("The stage is an attribute with an order")
struct StageTests {
    private func attribute(_ card: Scorecard, _ name: String = "stage") throws -> Scorecard.Attribute {
        try #require(card.attributes.first { $0.name == name })
    }

    private func probability(_ card: Scorecard, _ stage: String, days: Int = 10) -> Double {
        card.probability(card.evidence(of: Deals.record(stage, days: days), at: Deals.asOf))
    }

    @Test("stages whose names begin with numbers have that order, and an open deal in a later stage scores higher")
    func order() throws {
        let card = try Deals.card(Deals(count: 3000), open: Deals.open)
        let stage = try attribute(card)
        #expect(card.stages.order == Deals.stages && card.stages.closing.isEmpty)
        let bins = Deals.stages.map { stage.reading.levels?.bins[$0.lowercased()] ?? -1 }
        #expect(bins == bins.sorted() && bins[0] == 0 && stage.orderedCount == stage.valueBinCount)
        #expect(probability(card, Deals.stages[3]) > probability(card, Deals.stages[0]) + 0.1)
        #expect(try Scorecard(artifact: card.artifact()) == card)
    }

    @Test("neighbouring stages with equal points share a bin that names both; others stay separate")
    func joined() throws {
        // One in five deals of the first two stages is won, four in five of the third.
        let names = ["New", "Offer", "Deal"]
        let records = (0..<1500).map { number in
            TrainingRecord(
                attributes: [("stage", .text(names[number % 3]))],
                isPositive: (number / 3 % 5 == 0) == (number % 3 < 2))
        }
        var options = TrainingOptions(entity: .opportunity)
        options.stageOrder = ["Nowhere"] + names
        let card = try Trainer.train(records, options: options).scorecard
        let stage = try attribute(card)
        #expect(stage.bins.prefix(stage.valueBinCount).map(\.label) == ["New or Offer", "Deal"])
        #expect(stage.reading.levels?.bins == ["new": 0, "offer": 0, "deal": 1] && card.stages.order.count == 4)
        #expect(stage.bins[0].records + stage.bins[1].records == 1500)
        options.stageOrder = ["Offer", "Deal"]
        let some = try Trainer.train(records, options: options)
        let told = try #require(some.scorecard.attributes.first)
        #expect(
            told.bins.prefix(told.valueBinCount).map(\.label) == ["Offer", "Deal", "New"] && told.orderedCount == 2)
        #expect(
            some.warnings.map(\.kind) == [.stageOrder]
                && some.warnings[0].description.hasPrefix("stage: New is missing from the given order")
        )
        let plain = try Trainer.train(records, options: TrainingOptions(entity: .opportunity)).scorecard
        #expect(try attribute(plain).orderedCount == 0 && plain.stages.order.isEmpty, "nobody says what comes first")
        let read = try Scorecard(artifact: card.artifact())
        for name in names {
            let place = try #require(card.attributes.firstIndex { $0.name == "stage" })
            let evidence = card.evidence(of: Deals.record(name), at: Deals.asOf)
            #expect(read.evidence(of: Deals.record(name), at: Deals.asOf) == evidence)
            #expect(card.bins(of: place, in: evidence) == [name == "Deal" ? 1 : 0])
        }
    }

    @Test("a number at the beginning of a name is read as a person reads it")
    func leadingNumber() {
        let cases: [(String, Double?)] = [
            ("2 - Demo", 2), ("10. Won", 10), ("2.5 Trial", 2.5), (" 03 Offer", 3), ("7", 7), ("Demo 2", nil),
            ("", nil),
        ]
        for (name, number) in cases { #expect(StageOrder.leadingNumber(name) == number, "\(name)") }
        let order = StageOrder(given: [], stages: ["10 a", "9 b", "1.5 c"].map { ($0, $0) })
        #expect(order.names == ["1.5 c", "9 b", "10 a"] && order.rank("9 b") == 1 && order.rank("x") == nil)
        #expect(StageOrder(given: [], stages: [("1 a", "1 a"), ("b", "b")]).names.isEmpty)
    }

    @Test("the reason for a deal that is long in its stage compares it with won deals")
    func stalled() throws {
        let card = try Deals.card(Deals(count: 3000), open: Deals.open)
        #expect((15...40).contains(card.stages.medianDays ?? 0))
        let stalled = card.evidence(of: Deals.record("2 - Demo", days: 90), at: Deals.asOf)
        let reason = try #require(card.topReasons(stalled).first { $0.attribute == "stageSince" })
        #expect(reason.contribution < -0.3)
        #expect(reason.phrase.hasPrefix("Time in stage: ") && reason.phrase.hasSuffix(" negative"))
        #expect(reason.insight.contains(" opportunities with time in stage "))
        #expect(reason.insight.contains("; half of all won opportunities closed within "))
        #expect(reason.insight.hasSuffix(" days of entering their last stage"))
        let fresh = card.evidence(of: Deals.record("2 - Demo", days: 5), at: Deals.asOf)
        #expect(card.probability(fresh) > card.probability(stalled) + 0.1)
    }
}
