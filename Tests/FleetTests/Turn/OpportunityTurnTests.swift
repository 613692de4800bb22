import Foundation
import LeadModel
import TestKit
import Testing

@Suite("An opportunity's turn", .onOwnThreads)
struct OpportunityTurnTests {
    @Test("it is scored in real time by its own model, under its own routing keys, and counted separately from leads")
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
        #expect(scored.id == "opportunity/O1:\(scored.data.revision)" && scored.data.score == 88)
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

    @Test("a lead and an opportunity of one id that one account changes together have results of two ids")
    func ids() throws {
        let stage = try Stage()
        var card = Scorecard.byHand()
        try stage.publish(card)
        card.entity = .opportunity
        try stage.publish(card)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let data: [String: Any] = ["related": ["account": "A1"], "attributes": ["source": "web"]]
        let leads = (0..<20).map { TestEvent("created", "\($0)", data: data) }
        try stage.publish(leads + leads.map { $0.of(.opportunity) })
        #expect(
            try stage.eventually {
                try [RecordKind.lead, .opportunity].allSatisfy { kind in
                    try stage.records((0..<20).map { "\($0)" }, kind: kind).allSatisfy { $0.scoring != nil }
                }
            })
        try stage.publish([TestEvent("created", "A1", data: ["attributes": ["industry": "Finance"]]).of(.account)])
        let scored = try stage.restOfResults(quietFor: .seconds(2)).filter { $0.type.hasSuffix(".scored") }
        let byID = Dictionary(grouping: scored, by: \.id)
        #expect(byID.count == 80 && byID.values.allSatisfy { Set($0.map(\.type)).count == 1 })
    }

    @Test("its stage and days in stage are read from the event's members; a closing stage counts as missing")
    func stage() throws {
        let stage = try Stage()
        var card = Scorecard.byHand()
        func bins(_ labels: [String], _ points: [Double]) -> [Scorecard.Bin] {
            zip(labels, points).map { .init(label: $0, points: $1, records: 50, positives: 20) }
        }
        card.entity = .opportunity
        card.stages = .init(order: ["Demo", "Offer"], closing: ["Closed Won"], medianDays: 12)
        card.attributes += [
            .init(
                name: "stage", reading: .category(.init(bins: ["demo": 0, "offer": 1], rare: [], orderedCount: 2)),
                bins: bins(["Demo", "Offer", "missing", "rare", "unseen"], [-0.5, 0.5, 0.0625, 0, 0])),
            .init(
                name: "stageSince", reading: .age(edges: [30]),
                bins: bins(["under 30", "30 and more", "missing", "not a date"], [0.25, -1.5, 0.125, 0])),
        ]
        try stage.publish(card)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let now = Date().timeIntervalSince1970
        func created(_ id: String, _ name: String, days: Double) -> TestEvent {
            let since = Moment(milliseconds: Int64((now - days * 86_400) * 1000)).text
            let data: [String: Any] = ["stage": name, "stageSince": since, "attributes": ["source": "web"]]
            return TestEvent("created", id, data: data).of(.opportunity)
        }
        try stage.publish([
            created("fresh", "Offer", days: 3), created("stalled", "Offer", days: 90),
            created("won", "closed won", days: 90),
        ])
        let results = try stage.results(ofRecords: 3).sorted { $0.subject < $1.subject }
        let web = card.intercept + 1 - 0.2
        #expect(
            results.map(\.data.probability)
                == [logistic(web + 0.5 + 0.25), logistic(web + 0.5 - 1.5), logistic(web + 0.0625 + 0.125)])
        let reason = try #require(results[1].data.reasons?.first { $0.attribute == "stageSince" })
        #expect(reason.contribution == -1.5 && reason.label == "30 and more")
        let body = String(decoding: results[1].body, as: UTF8.self)
        #expect(body.contains("Time in stage: 30 and more days — strongly negative"))
        #expect(body.contains("; half of all won opportunities closed within 12 days of entering their last stage"))
    }
}
