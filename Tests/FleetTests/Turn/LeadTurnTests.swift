import Foundation
import LeadModel
import TestKit
import Testing

@Suite("A lead's turn", .onOwnThreads)
struct LeadTurnTests {
    @Test("a published lead comes back with a score, reasons that add up, and its own id")
    func scored() throws {
        let stage = try Stage()
        let version = try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([.created("L1", ["source": "web", "visits": 12])])
        let result = try #require(try stage.results(ofRecords: 1).first)
        let card = Scorecard.byHand()
        let probability = logistic(card.intercept + 1 + 1.5)
        #expect(result.data.probability == probability)
        #expect(result.data.score == 88 && result.data.grade == "A")
        #expect(result.routingKey == "\(stage.org).lead.A.none.unknown")
        #expect(result.id == "lead/L1:\(result.data.revision)" && result.type == "leadline.lead.scored")
        #expect(result.data.version == version.version)
        #expect(result.data.reasons?.map(\.attribute) == ["visits", "source"])
        #expect(logistic(card.intercept + (result.data.reasons ?? []).map(\.contribution).reduce(0, +)) == probability)
        #expect(try stage.usage() == .init(records: 1, scorings: 1))
        #expect(try stage.record("L1").scoring?.score == 88)
    }

    @Test("batches, imported leads and single leads are scored alike; closed leads are stored without a result")
    func batches() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let events = (0..<50).map { number in
            TestEvent(
                "imported", "I\(number)",
                data: ["status": number % 2 == 0 ? "open" : "qualified", "attributes": ["source": "fair"]])
        }
        let body = try JSONSerialization.data(withJSONObject: events.map { $0.object(stage.org) })
        try stage.publish(
            [("\(stage.org).lead.imported", Array(body))], contentType: "application/cloudevents-batch+json")
        let results = try stage.results(ofRecords: 25) + stage.restOfResults()
        #expect(results.count == 25)
        #expect(Set(results.map(\.subject)) == Set((0..<50).filter { $0 % 2 == 0 }.map { "I\($0)" }))
        #expect(try stage.record("I1").outcome == .qualified)
        #expect(try stage.usage() == .init(records: 25, scorings: 25))
    }

    @Test("changes of a scored lead are published as notices with rising revisions")
    func notices() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        func next(_ event: TestEvent) throws -> TestResult {
            try stage.publish([event])
            return try #require(try stage.results(ofRecords: 1).first)
        }
        let scored = try next(.created("L1", ["source": "web"]))
        #expect(scored.data.from == nil && scored.data.changed == ["score", "grade", "status", "createdAt"])
        let owned = try next(TestEvent("updated", "L1", data: ["owner": "u7", "patch": true]))
        #expect(owned.data.from == scored.data.grade && owned.data.changed == ["owner"])
        #expect(owned.routingKey == "\(stage.org).lead.\(scored.data.grade!).same.changed")
        #expect(
            owned.data.owner == "u7" && owned.data.score == scored.data.score
                && owned.data.scoringRevision == scored.data.revision)
        let closed = try next(TestEvent("updated", "L1", data: ["status": "qualified", "patch": true]))
        #expect(closed.routingKey.hasSuffix(".same.closed") && closed.data.outcome == "qualified")
        #expect(closed.data.from == scored.data.grade && closed.data.changed == ["status", "closedAt"])
        let others: [(String, Any)] = [
            ("process", "inbound"), ("related", ["contact": "c7"]), ("createdAt", "2026-11-20T09:30:00.000Z"),
            ("closedAt", "2026-11-21T09:30:00.000Z"),
        ]
        for (name, value) in others {
            let told = try next(TestEvent("updated", "L1", data: [name: value, "patch": true]))
            #expect(told.routingKey == owned.routingKey && told.data.changed == [name])
        }
        try stage.publish([TestEvent("updated", "L1", data: ["status": "qualified", "patch": true])])
        let deleted = try next(TestEvent("deleted", "L1"))
        #expect(deleted.routingKey == "\(stage.org).lead.\(scored.data.grade!).same.deleted")
        #expect(deleted.data.changed == ["status", "owner", "process", "related", "createdAt", "closedAt"])
        let erased = try next(TestEvent("erased", "L1"))
        #expect(erased.routingKey == "\(stage.org).lead.\(scored.data.grade!).same.erased")
        #expect(erased.data.score == nil && erased.data.owner == nil && erased.data.reasons == nil)
        #expect(erased.data.from == nil && erased.data.changed == nil)
        let revisions = [scored, owned, closed, deleted, erased].map(\.data.revision)
        #expect(zip(revisions, revisions.dropFirst()).allSatisfy { $0 < $1 })
        try stage.publish([.created("L1", ["source": "web"])])
        #expect(try stage.restOfResults().isEmpty, "an erased lead never comes back under its id")
        #expect(try stage.record("L1").cells.isEmpty)
    }

    @Test("a changed lead waits for the sweep unless its organization scores updates in real time")
    func updates() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage, ["--lanes", "1"])
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        try stage.publish([.created("L1", ["source": "fair"])])
        let first = try #require(try stage.results(ofRecords: 1).first)
        try stage.publish([TestEvent("updated", "L1", data: ["attributes": ["source": "web"], "patch": true])])
        #expect(try stage.eventually { try stage.record("L1").isPending })
        #expect(try stage.results(beforeThatOf: "L2").isEmpty)

        let refreshes = worker.count(of: "is published")
        try stage.withRegistry { (registry) throws -> Void in
            let former = try #require(try registry.settings(of: stage.org))
            var settings = former
            settings.updates = .realtime
            try registry.set(settings, from: former, of: stage.org, detail: "updates realtime")
        }
        #expect(try stage.eventually { worker.count(of: "is published") > refreshes })
        try stage.publish([
            TestEvent("updated", "L1", data: ["attributes": ["visits": 20], "name": "n", "patch": true])
        ])
        let second = try #require(try stage.results(ofRecords: 1).first)
        #expect(second.data.previousScore == first.data.score && (second.data.score ?? 0) > (first.data.score ?? 0))
        #expect(second.routingKey.hasSuffix(".improving"))
        let isMoved = second.data.grade != first.data.grade
        #expect(second.data.changed == ["score"] + (isMoved ? ["grade"] : []) + ["name"])
        #expect(second.data.from == first.data.grade)
        #expect(try stage.usage() == .init(records: 2, scorings: 3))
    }

    @Test("a new lead without a published model gets a notice and no grade")
    func unscored() throws {
        let stage = try Stage()
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([.created("L1", ["source": "web"])])
        let result = try #require(try stage.results(ofRecords: 1).first)
        #expect(result.routingKey == "\(stage.org).lead.none.none.changed")
        #expect(result.data.score == nil && result.data.scoringRevision == nil)
        #expect(try stage.record("L1").isPending)
        #expect(try stage.usage() == .init())
    }

    @Test("ids in composed and decomposed letters are two leads, although Swift compares them as equal")
    func bytes() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([.created("caf\u{e9}", ["source": "web"]), .created("cafe\u{301}", ["source": "fair"])])
        #expect(try stage.eventually { try stage.usage().records == 2 })
    }
}
