import Contract
import Foundation
import Rabbit
import Registry
import TestKit
import Testing

@Suite("Results that a consumer's queue refused", .onOwnThreads)
struct UndeliveredRelayTests {
    private static let room = 100

    /// A consumer's queue that is full of other messages.
    private func fill(_ stage: Stage, _ queue: String = "full", key: String = "#") throws {
        try stage.bindFullQueue(queue, room: Self.room, key: key)
        let publisher = try Publisher(stage.broker, name: "test")
        defer { publisher.close() }
        for _ in 0..<Self.room { try publisher.publish([0], to: "", routingKey: queue) }
        #expect(try publisher.awaitConfirms(timeout: .seconds(30))?.isEmpty == true)
    }

    /// The consumer empties its queue.
    private func makeRoom(_ stage: Stage, _ queue: String = "full") throws {
        try stage.withChannel { connection, channel in _ = try connection.purge(queue, on: channel) }
    }

    private func waiting(_ stage: Stage) throws -> Int {
        try stage.withChannel { connection, channel in
            try connection.declareQueue(Names.undelivered.name, on: channel, passive: true).messageCount
        }
    }

    /// The ids of all current results of these leads.
    private func standing(_ stage: Stage, _ ids: [String]) throws -> Set<String> {
        Set(
            zip(ids, try stage.records(ids)).flatMap { id, record in
                [record.scoring?.revision, record.notice?.revision].compactMap(\.self).map { "lead/\(id):\($0)" }
            })
    }

    @Test("once the queue has room, it gets all current results as stored then, and none that was replaced or erased")
    func caughtUp() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        try stage.withRegistry { (registry) throws -> Void in
            let former = try #require(try registry.settings(of: stage.org))
            var settings = former
            settings.updates = .realtime
            try registry.set(settings, from: former, of: stage.org, detail: "updates realtime")
        }
        try fill(stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let ids = (0..<20).map { "L\($0)" }
        try stage.publish(ids.map { .created($0, ["source": "fair"]) })
        let first = try stage.results(ofRecords: 20)
        #expect(Set(first.map(\.subject)) == Set(ids), "others get theirs while one refuses")
        let owner = ["owner": "Ann", "patch": true] as [String: Any]
        try stage.publish([
            TestEvent("updated", "L0", data: ["attributes": ["source": "web"], "patch": true]),
            TestEvent("erased", "L1"), TestEvent("updated", "L2", data: owner),
        ])
        #expect(try stage.eventually { try stage.records(["L1"])[0].isErased })
        #expect(try stage.eventually { try stage.records(["L2"])[0].notice != nil })
        let former = Set(first.filter { ["L0", "L1"].contains($0.subject) }.map(\.id))
        #expect(try stage.eventually { try standing(stage, ["L0", "L1"]).isDisjoint(with: former) })
        #expect(try stage.eventually { try waiting(stage) >= 20 })
        #expect(try stage.drain(Names.created).isEmpty && stage.drain(Names.updated).isEmpty)

        #expect(try stage.eventually { worker.printed.contains("some consumer's queue refuses results under") })

        let stands = try standing(stage, ids)
        try makeRoom(stage)
        var got: [TestResult] = []
        #expect(
            try stage.eventually(within: .seconds(60)) {
                got += try stage.drain(queue: "full")
                return try Set(got.map(\.id)) == stands && waiting(stage) == 0
            }, "missing \(stands.subtracting(got.map(\.id))), too many \(Set(got.map(\.id)).subtracting(stands))")
        #expect(got.filter { $0.subject == "L2" }.allSatisfy { $0.data.owner == "Ann" }, "rendered anew")
        let erased = got.filter { $0.subject == "L1" }
        #expect(erased.allSatisfy { $0.type == "leadline.lead.erased" })
        #expect(
            erased.count == 2 && Set(erased.map(\.routingKey)).count == 2,
            "under the refused keys of the scoring and of the erasure, once each")
        #expect(
            worker.printed.components(separatedBy: "some consumer's queue refuses results under").count == 2,
            "said once")
        #expect(worker.terminate() == 0)
    }

    @Test("what a full queue refuses of a republication for it alone comes to it, and to it alone, once it has room")
    func republished() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let ids = (0..<30).map { "L\($0)" }
        try stage.publish(ids.map { .created($0, ["source": "web"]) })
        #expect(try stage.results(ofRecords: 30).count == 30)
        try stage.bindFullQueue("one", room: 5, key: "no.result")
        let run = try LeadlineProcess.run(
            ["republish", "--org", stage.org, "--to", "one"], environment: LeadlineProcess.servers(stage))
        #expect(run.code == 0, "\(run.output)")
        #expect(try stage.eventually { try waiting(stage) >= 25 })
        var got: [TestResult] = []
        #expect(
            try stage.eventually(within: .seconds(60)) {
                got += try stage.drain(queue: "one")
                return try Set(got.map(\.subject)).count == 30 && waiting(stage) == 0
            }, "\(Set(got.map(\.subject)).count) of 30")
        #expect(try Set(got.map(\.id)) == standing(stage, ids))
        #expect(try stage.restOfResults().isEmpty, "no other consumer hears of it")
    }

    @Test("a queue that stays full doesn't delay another queue's results")
    func another() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        try fill(stage, "for good", key: "*.lead.A.#")
        try fill(stage, "for now", key: "*.lead.D.#")
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let good = (0..<5).map { TestEvent.created("good\($0)", ["source": "web", "visits": 12]) }
        let bad = (0..<5).map { TestEvent.created("bad\($0)", ["source": "fair", "visits": 1]) }
        try stage.publish(good + bad)
        #expect(try stage.results(ofRecords: 10).count >= 10)
        #expect(try stage.eventually { try waiting(stage) >= 9 })
        try makeRoom(stage, "for now")
        var got: Set<String> = []
        #expect(
            try stage.eventually(within: .seconds(90)) {
                got.formUnion(try stage.drain(queue: "for now").map(\.subject))
                return got == Set(bad.map(\.subject))
            })
        #expect(try stage.eventually { try waiting(stage) == 5 }, "the other's still wait")
        #expect(worker.terminate() == 0)
    }

    @Test("if the worker whose relay is active dies, another worker's relay takes over")
    func takeover() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        try fill(stage)
        let first = try LeadlineProcess(workerOn: stage)
        defer { first.kill() }
        try stage.publish([.created("L1", ["source": "web"])])
        #expect(try stage.results(ofRecords: 1).count == 1)
        #expect(try stage.eventually { first.printed.contains("some consumer's queue refuses results under") })
        let second = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_WORKER_POLL": "1"])
        defer { second.kill() }
        #expect(try stage.eventually { second.printed.contains("lane 0 is taking work") })
        #expect(!second.printed.contains("some consumer's queue refuses results under"))
        first.kill()
        #expect(try stage.eventually { second.printed.contains("some consumer's queue refuses results under") })
        try makeRoom(stage)
        var got: [TestResult] = []
        #expect(
            try stage.eventually(within: .seconds(60)) {
                got += try stage.drain(queue: "full")
                return !got.isEmpty
            })
        #expect(Set(got.map(\.id)) == (try standing(stage, ["L1"])))
        #expect(second.terminate() == 0)
    }

    @Test("a relay that is killed repeatedly while it sends misses nothing: the consumer gets all current results")
    func killed() throws {
        let stage = try Stage(limit: nil)
        try stage.publish(.byHand())
        try fill(stage)
        let ids = (0..<1000).map { "L\($0)" }
        func start() throws -> LeadlineProcess {
            try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_WORKER_POLL": "1"])
        }
        var worker = try start()
        defer { worker.kill() }
        try stage.publish(ids.map { .created($0, ["source": "fair"]) })
        #expect(try stage.results(ofRecords: ids.count).count >= ids.count)
        #expect(try stage.eventually { try waiting(stage) >= ids.count })
        let stands = try standing(stage, ids)
        var (got, kills): (Set<String>, Int) = ([], 0)
        try makeRoom(stage)
        #expect(
            try stage.eventually(within: .seconds(120)) {
                let news = try stage.drain(queue: "full")
                got.formUnion(news.map(\.id))
                // The relay is sending now, and has not sent all results.
                if !news.isEmpty, kills < 3, try waiting(stage) > 0 {
                    worker.kill()
                    kills += 1
                    worker = try start()
                }
                return try got == stands && waiting(stage) == 0
            }, "missing \(stands.subtracting(got).count)")
        #expect(kills == 3, "it was quicker than the test: more leads are needed")
        #expect(worker.terminate() == 0)
    }
}
