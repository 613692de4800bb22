import LeadModel
import TestKit
import Testing

@Suite("The way of an opportunity", .onOwnThreads)
struct WayOfAnOpportunityTests {
    @Test("it is scored in real time by its own model, under its own keys, and counted apart from leads")
    func scored() throws {
        let stage = try Stage()
        var card = Scorecard.byHand()
        card.entity = .opportunity
        try stage.publish(card)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let values: [String: Any] = ["source": "web", "visits": 12]
        try stage.publish([.created("O1", values).of(.opportunity), .created("O1", values)])
        let results = try stage.results(ofRecords: 2, within: .seconds(3)).sorted { $0.type < $1.type }
        #expect(results.map(\.type) == ["leadline.lead.changed", "leadline.opportunity.scored"])
        let scored = try #require(results.last)
        #expect(scored.routingKey == "\(stage.org).opportunity.A.none.unknown")
        #expect(scored.id == "O1:\(scored.data.revision)" && scored.data.score == 88)
        #expect(scored.data.probability == logistic(card.intercept + 1 + 1.5))
        #expect(try stage.usage(.opportunity) == .init(records: 1, scorings: 1))
        #expect(try stage.usage(.lead) == .init(), "no lead was scored")

        let closing = TestEvent("updated", "O1", data: ["status": "won", "patch": true])
        try stage.publish([closing.of(.opportunity)])
        let closed = try #require(try stage.results(ofRecords: 1).first)
        #expect(closed.routingKey == "\(stage.org).opportunity.A.same.closed" && closed.data.outcome == "won")
        #expect(try stage.records(["O1"], kind: .opportunity)[0].outcome == .won)
        #expect(try stage.record("O1").isOpen, "the lead of the same id is another record")
    }
}
