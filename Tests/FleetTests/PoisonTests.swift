import Contract
import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("A message that kills the worker each time", .onOwnThreads)
struct PoisonTests {
    /// Starts workers, one after the other dies, until one lives.
    ///
    /// - Returns: how many died.
    private func outlive(_ stage: Stage, _ failPoints: String, until isDone: () throws -> Bool) throws -> Int {
        for deaths in 0..<20 {
            let worker = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_FAIL_POINTS": failPoints])
            defer { worker.kill() }
            _ = try stage.eventually { try !worker.isRunning || isDone() }
            if worker.isRunning {
                #expect(worker.terminate() == 0, "\(worker.printed)")
                return deaths
            }
        }
        return 20
    }

    @Test("ends in the rejected queue; a thousand good ones that shared its connection are all scored")
    func setAside() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let leads = KnownLeads(1000)
        let poison = TestEvent.created("poison", ["source": "web"])
        try stage.publish(leads.events(0..<300) + [poison] + leads.events(300..<1000))
        var rejected: [[UInt8]] = []
        var reasons: Set<String?> = []
        let deaths = try outlive(stage, "score=die#poison") {
            for delivery in try stage.drain(Names.rejected) {
                rejected.append(delivery.body)
                reasons.insert(delivery.properties.headers[Names.Header.reason]?.text)
            }
            return try !rejected.isEmpty && stage.usage().scorings == 1000
        }
        #expect(rejected == [poison.body(stage.org)])
        #expect(reasons == ["poison"])
        #expect((3...6).contains(deaths), "\(deaths) workers died of it")
        try leads.expectScoredOnce(on: stage)
        // Requeued under a worker that can work it, it is scored like any other.
        try stage.publishAgain(poison)
        let healthy = try LeadlineProcess(workerOn: stage)
        defer { healthy.kill() }
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["poison"])
    }

    @Test("as an element of a batch is set aside alone, its neighbours are scored")
    func element() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let leads = KnownLeads(20)
        let poison = TestEvent.created("poison", ["source": "web"])
        let events = leads.events(0..<13) + [poison] + leads.events(13..<20)
        let body = events.map { String(decoding: $0.body(stage.org), as: UTF8.self) }.joined(separator: ",")
        try stage.publish(
            [("\(stage.org).lead.created", Array("[\(body)]".utf8))], contentType: Names.ContentType.batch)
        var rejected: [[UInt8]] = []
        _ = try outlive(stage, "merge=die#poison") {
            for delivery in try stage.drain(Names.rejected) {
                rejected.append(delivery.body)
                #expect(delivery.properties.headers[Names.Header.index] == .integer(13))
            }
            return try !rejected.isEmpty && stage.usage().scorings == 20
        }
        #expect(rejected == [poison.body(stage.org)])
        try leads.expectScoredOnce(on: stage)
        #expect(try stage.drain(Names.created).isEmpty, "the batch is settled")
    }
}
