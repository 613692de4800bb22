import Foundation
import LeadModel
import TestKit
import Testing

@Suite("Several published models", .onOwnThreads)
struct LineUpTurnTests {
    private func card(_ points: Double, _ conditions: [[String]], process: String? = nil) throws -> Scorecard {
        var card = Scorecard.byHand(web: points)
        let groups = try conditions.map { try $0.map { try RecordFilter.Condition(text: $0) } }
        card.scope = ModelScope(process: process, filter: groups.isEmpty ? nil : try RecordFilter(anyOf: groups))
        return card
    }

    /// What a lead brings, and the model that must score it: nil for none.
    private struct Case {
        var attributes: [String: Any] = [:]
        var fields: [String: Any] = [:]
        /// Of the account that it references.
        var account: [String: Any]?
        var model: String?

        var data: [String: Any] {
            fields.merging(["attributes": attributes.merging(["source": "web"]) { a, _ in a }]) { $1 }
        }
    }

    private static var cases: [Case] {
        [
            // Overlapping filters: the first one in the order counts.
            Case(attributes: ["region": "EU"], model: "eu"), Case(attributes: ["region": " uk "], model: "eu"),
            Case(attributes: ["region": "EU", "size": 500], model: "eu"),
            Case(attributes: ["region": "US", "size": 500], model: "large"),
            Case(attributes: ["size": "1,500"], model: "large"), Case(attributes: ["size": 99], model: nil),
            // Yes, true and 1 are one.
            Case(attributes: ["partner": true], model: "partner"), Case(attributes: ["partner": 1], model: "partner"),
            Case(attributes: ["partner": "Yes"], model: "partner"), Case(attributes: ["partner": "no"], model: nil),
            // Nested: both groups of one filter.
            Case(attributes: ["size": 10], fields: ["owner": "Ann"], model: "partner"),
            Case(attributes: ["size": 10], fields: ["owner": "Bob"], model: nil),
            // The account's attributes, and the lead's own before them.
            Case(account: ["region": "EU"], model: nil), Case(account: ["tier": "gold"], model: "gold"),
            Case(attributes: ["account.tier": "tin"], account: ["tier": "gold"], model: nil),
            // Missing values, and a process.
            Case(model: nil), Case(fields: ["process": "Inbound"], model: "inbound"),
            Case(fields: ["process": "Outbound"], model: nil),
            Case(attributes: ["region": "EU"], fields: ["process": "Inbound"], model: "eu"),
        ]
    }

    private func publishModels(_ stage: Stage) throws {
        try stage.publish(card(1, [["region in EU, UK"]]), as: "eu")
        try stage.publish(card(2, [["size >= 100"]]), as: "large")
        try stage.publish(card(3, [["partner is Yes"], ["size < 100", "owner is ann"]]), as: "partner")
        try stage.publish(card(4, [["account.tier is gold"]]), as: "gold")
        try stage.publish(card(5, [], process: "Inbound"), as: "inbound")
    }

    private func publishCases(_ stage: Stage, _ verb: String) throws {
        let accounts = Self.cases.enumerated().compactMap { number, one in
            one.account.map { TestEvent("created", "A\(number)", data: ["attributes": $0]).of(.account) }
        }
        try stage.publish(accounts)
        #expect(
            try stage.eventually {
                try stage.records(accounts.map(\.subject), kind: .account).allSatisfy { $0.revision > 0 }
            })
        try stage.publish(
            Self.cases.enumerated().map { number, one in
                let related = one.account == nil ? [:] : ["related": ["account": "A\(number)"]]
                return TestEvent(verb, "L\(number)", data: one.data.merging(related) { $1 })
            })
    }

    private func models(_ stage: Stage) throws -> [String?] {
        try stage.records(Self.cases.indices.map { "L\($0)" }).map(\.scoring?.model.name)
    }

    @Test(
        "each lead is scored by the first model that it is for, at once and in the sweep, and by none if there is none")
    func table() throws {
        let expected = Self.cases.map(\.model)
        let stage = try Stage()
        try publishModels(stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        try publishCases(stage, "created")
        let results = try stage.results(ofRecords: Self.cases.count)
        #expect(try models(stage) == expected)
        for result in results {
            let number = try #require(Int(result.subject.dropFirst()))
            #expect((result.data.score != nil) == (expected[number] != nil), "\(Self.cases[number])")
        }
        let scored = expected.count { $0 != nil }
        #expect(try stage.usage() == .init(records: scored, scorings: scored))

        // The same leads, which came before anything was published.
        let second = try Stage()
        let other = try LeadlineProcess(workerOn: second)
        defer { other.kill() }
        try publishCases(second, "updated")
        #expect(try second.eventually { try second.records(["L0", "L18"]).allSatisfy { $0.revision > 0 } })
        try publishModels(second)
        try second.sweep()
        #expect(try models(second) == expected)
    }

    @Test("where the process counts in the sweep alone, a new lead is scored whatever process it is in")
    func processInSweep() throws {
        let stage = try Stage()
        try publishModels(stage)
        try stage.set { $0.process = .sweep }
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        try publishCases(stage, "created")
        _ = try stage.results(ofRecords: Self.cases.count)
        // In real time the model of the process is for all.
        let atOnce = Self.cases.map { $0.model ?? "inbound" }
        #expect(try models(stage) == atOnce)
        try stage.publish(card(6, [["never is met"]]), as: "another")
        try stage.sweep()
        #expect(try models(stage) == Self.cases.map(\.model))
    }

    @Test(
        "a lead that moves to another model's filter is scored by it and counted once; one that moves to none loses its score"
    )
    func moves() throws {
        let stage = try Stage()
        try publishModels(stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        func patch(_ attributes: [String: Any]) -> TestEvent {
            TestEvent("updated", "L1", data: ["attributes": attributes, "patch": true])
        }
        try stage.publish([.created("L1", ["region": "EU", "size": 500, "source": "web"])])
        let first = try #require(try stage.results(ofRecords: 1).first)
        try stage.publish([patch(["region": "US"])])
        #expect(try stage.eventually { try stage.record("L1").isPending })
        try stage.sweep()
        let moved = try #require(try stage.results(ofRecords: 1).first)
        #expect(moved.data.model == "large" && moved.data.previousScore == first.data.score)
        #expect(try stage.usage() == .init(records: 1, scorings: 2))
        try stage.publish([patch(["size": 5])])
        #expect(try stage.eventually { try stage.record("L1").isPending })
        try stage.sweep()
        let none = try #require(try stage.results(ofRecords: 1).first)
        #expect(none.type == "leadline.lead.unscored" && none.data.score == nil)
        let record = try stage.record("L1")
        #expect(record.scoring == nil)
        try stage.publish([patch(["partner": "y"])])
        try stage.sweep()
        #expect(try stage.results(ofRecords: 1).first?.data.model == "partner")
        #expect(try stage.usage() == .init(records: 1, scorings: 3))
    }

    @Test("a new order and a rollback hold from the next sweep on, and earlier scores come back bit for bit")
    func rollback() throws {
        let stage = try Stage()
        try publishModels(stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        try stage.publish((0..<20).map { .created("L\($0)", ["region": "EU", "size": 100 + $0, "source": "web"]) })
        _ = try stage.results(ofRecords: 20)
        let ids = (0..<20).map { "L\($0)" }
        let before = try stage.records(ids).map { $0.scoring?.probability }
        try stage.withRegistry { [org = stage.org] in _ = try $0.order(["large"], organization: org, entity: .lead) }
        try stage.sweep()
        #expect(try stage.records(ids).allSatisfy { $0.scoring?.model.name == "large" })
        #expect(try stage.records(ids).map { $0.scoring?.probability } != before)
        try stage.withRegistry { [org = stage.org] in _ = try $0.rollback(organization: org, entity: .lead) }
        try stage.sweep()
        #expect(try stage.records(ids).allSatisfy { $0.scoring?.model.name == "eu" })
        #expect(try stage.records(ids).map { $0.scoring?.probability } == before)
    }
}
