import Foundation
import LeadModel
import Redis
import Registry
import TestKit
import Testing

/// Daily sweeps and full sweeps as consumers and operators see them, with one worker.
@Suite("The sweep", .onOwnThreads)
struct SweepTests {
    private func patch(_ id: String, _ attributes: [String: Any]) -> TestEvent {
        TestEvent("updated", id, data: ["attributes": attributes, "patch": true])
    }

    @Test("the first version ever published scores all open leads at once, and no closed one")
    func firstVersion() throws {
        let stage = try Stage()
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish((0..<100).map { .created("L\($0)", ["source": "web"]) })
        try stage.publish([TestEvent("imported", "C1", data: ["status": "qualified"])])
        _ = try stage.results(ofRecords: 100)
        #expect(try stage.eventually { try stage.record("C1").revision > 0 })
        try stage.publish(.byHand())
        let results = try stage.results(ofRecords: 100) + stage.restOfResults()
        #expect(results.count == 100 && results.allSatisfy { $0.data.trigger == "sweep" && $0.data.score != nil })
        #expect(try stage.usage() == .init(records: 100, scorings: 100))
        #expect(try stage.record("C1").scoring == nil)
    }

    @Test("the next sweep scores a changed lead once for all its changes; it doesn't score others")
    func changed() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        try stage.publish((0..<20).map { .created("L\($0)", ["source": "fair", "visits": 5]) })
        _ = try stage.results(ofRecords: 20)
        for number in 1...5 { try stage.publish((0..<10).map { patch("L\($0)", ["visits": 10 + number]) }) }
        #expect(try stage.eventually { try stage.records((0..<10).map { "L\($0)" }).allSatisfy(\.isPending) })
        try stage.sweep()
        let results = try stage.results(ofRecords: 10) + stage.restOfResults()
        #expect(Set(results.map(\.subject)) == Set((0..<10).map { "L\($0)" }) && results.count == 10)
        #expect(results.allSatisfy { $0.data.trigger == "sweep" && $0.routingKey.hasSuffix(".improving") })
        #expect(try stage.usage() == .init(records: 20, scorings: 30))
        try stage.sweep()
        #expect(try stage.restOfResults().isEmpty, "nothing changed since")
    }

    @Test("the next sweep scores all leads with a new version; each first scoring has its evidence under both versions")
    func newVersion() throws {
        let stage = try Stage()
        let (old, new) = (Scorecard.byHand(), Scorecard.byHand(web: 2))
        try stage.publish(old)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        try stage.publish((0..<50).map { .created("L\($0)", ["source": "web"]) })
        _ = try stage.results(ofRecords: 50)
        let version = try stage.publish(new)
        #expect(try stage.restOfResults().isEmpty, "it waits for the daily sweep")
        try stage.sweep()
        let results = try stage.results(ofRecords: 50) + stage.restOfResults()
        #expect(results.count == 50 && results.allSatisfy { $0.data.version == version.version })
        let scoring = try #require(try stage.record("L7").scoring)
        let evidence = old.evidence(of: [("source", .text("web"))], at: scoring.at)
        #expect(scoring.former == .init(model: ModelVersion(name: "test", version: 1), evidence: evidence))
        #expect(try stage.usage() == .init(records: 50, scorings: 100))
        try stage.sweep()
        #expect(try stage.restOfResults().isEmpty)
    }

    @Test("new grade ranges change grades without scoring or usage; a closed lead keeps its grade")
    func grades() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        // The scores are 88 and 62.
        try stage.publish([
            .created("high", ["source": "web", "visits": 12]), .created("low", ["source": "web"]),
            .created("shut", ["source": "web"]),
        ])
        _ = try stage.results(ofRecords: 3)
        try stage.publish([TestEvent("updated", "shut", data: ["status": "qualified", "patch": true])])
        _ = try stage.results(ofRecords: 1)
        let scoring = try #require(try stage.record("low").scoring)
        try stage.setRanges(GradeRanges(a: 55, b: 50, c: 25))
        let results = try stage.results(ofRecords: 1) + stage.restOfResults()
        #expect(results.map(\.routingKey) == ["\(stage.org).lead.A.B.changed"] && results[0].subject == "low")
        #expect(results.first?.data.grade == "A" && results.first?.data.scoringRevision == Int(scoring.revision))
        #expect(try stage.record("low").scoring == scoring && stage.record("low").grade == .a)
        #expect(try stage.record("shut").grade == .b)
        #expect(try stage.usage() == .init(records: 3, scorings: 3))
        try stage.publish([patch("low", ["visits": 0])])
        #expect(try stage.eventually { try stage.record("low").isPending })
        try stage.sweep()
        let next = try #require(try stage.results(ofRecords: 1).first)
        #expect(next.routingKey == "\(stage.org).lead.D.A.declining" || next.routingKey.contains(".A.declining"))
    }

    @Test("the scores of a deleted model are removed, and the next model scores the leads again")
    func deleted() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        try stage.publish([.created("L1", ["source": "web"])])
        let scored = try #require(try stage.results(ofRecords: 1).first)
        try stage.withRegistry { _ = try $0.delete("test", organization: stage.org, entity: .lead) }
        let gone = try #require(try stage.results(ofRecords: 1).first)
        #expect(gone.routingKey == "\(stage.org).lead.\(scored.data.grade!).same.unscored" && gone.data.score == nil)
        try stage.publish(.byHand())
        try stage.sweep()
        let again = try #require(try stage.results(ofRecords: 1).first)
        #expect(again.data.score == scored.data.score && again.data.version == 2)
    }

    @Test("republish sends every current result again under its id, to all or to one queue alone")
    func republish() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        try stage.publish((0..<30).map { .created("L\($0)", ["source": "web"]) })
        try stage.publish([TestEvent("imported", "silent", data: ["status": "qualified"])])
        _ = try stage.results(ofRecords: 30)
        try stage.publish([TestEvent("deleted", "L0"), TestEvent("erased", "L1")])
        _ = try stage.results(ofRecords: 2)
        try stage.sweep(.republish(to: nil))
        let all = try stage.results(ofRecords: 30) + stage.restOfResults()
        let records = try stage.records((0..<30).map { "L\($0)" })
        var expected: Set<String> = []
        for (number, record) in records.enumerated() {
            for revision in [record.scoring?.revision, record.notice?.revision].compactMap(\.self) {
                expected.insert("lead/L\(number):\(revision)")
            }
        }
        #expect(Set(all.map(\.id)) == expected && all.count == expected.count)
        #expect(try stage.usage() == .init(records: 30, scorings: 30))
        try stage.withChannel { connection, channel in
            _ = try connection.declareQueue("one", on: channel, arguments: ["x-queue-type": .text("quorum")])
        }
        try stage.sweep(.republish(to: "one"))
        var one: [TestResult] = []
        #expect(
            try stage.eventually {
                one += try stage.drain(queue: "one")
                return one.count >= expected.count
            })
        #expect(Set(one.map(\.id)) == expected && one.count == expected.count)
        #expect(try stage.restOfResults().isEmpty, "nobody else hears of it")
    }

    @Test("leads older than the window are not scored again")
    func window() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        let old = Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)).adding(seconds: -800 * 86_400)
        try stage.publish([
            TestEvent("imported", "old", data: ["createdAt": old.text, "attributes": ["source": "web"]]),
            .created("new", ["source": "web"]),
        ])
        _ = try stage.results(ofRecords: 2)
        try stage.publish([patch("old", ["visits": 12]), patch("new", ["visits": 12])])
        #expect(try stage.eventually { try stage.records(["old", "new"]).allSatisfy(\.isPending) })
        try stage.sweep()
        let results = try stage.results(ofRecords: 1) + stage.restOfResults()
        #expect(results.map(\.subject) == ["new"])
    }

    @Test(
        "a scorecard that reads ages makes every sweep a full one: a lead that aged into another bin is scored again")
    func time() throws {
        // A worker whose clock is ahead starts the sweeps of all organizations in its Redis.
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(redisOf: servers)
        try stage.publish(.ofEveryKind())
        let worker = try LeadlineProcess(workerOn: stage)
        try stage.awaitFirstSweep()
        let today = Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        try stage.publish([
            .created("fresh", ["lastVisit": today.text]),
            .created("stale", ["lastVisit": today.adding(seconds: -30 * 86_400).text]),
        ])
        _ = try stage.results(ofRecords: 2)
        worker.terminate()
        let later = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_CLOCK_OFFSET": "\(10 * 86_400)"])
        defer { later.kill() }
        // By that clock, the daily sweep is due.
        let results = try stage.results(ofRecords: 1) + stage.restOfResults()
        #expect(results.map(\.subject) == ["fresh"] && results.first?.data.trigger == "sweep")
    }
}
