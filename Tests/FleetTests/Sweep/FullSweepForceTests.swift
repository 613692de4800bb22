import Foundation
import LeadModel
import Registry
import TestKit
import Testing

/// Full sweeps during which Redis is killed, and requests that arrive while a sweep runs.
@Suite("A full sweep by force", .onOwnThreads)
struct FullSweepForceTests {
    /// Full size with LEADLINE_TEST_WHOLE=1: 50,000 leads.
    private static let isWhole = ProcessInfo.processInfo.environment["LEADLINE_TEST_WHOLE"] == "1"

    @Test("Redis is killed while a full sweep fills and while it runs: each lead still gets the new version once")
    func redisKilled() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        // Few partitions, so that filling one takes several steps.
        let stage = try Stage(redisOf: servers, partitions: 2)
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        let count = Self.isWhole ? 50_000 : 6_000
        let ids = (0..<count).map { "L\($0)" }
        for start in stride(from: 0, to: count, by: 1000) {
            try stage.publish(ids[start..<start + 1000].map { .created($0, ["source": "web"]) })
        }
        #expect(try stage.eventually(within: .seconds(120)) { try stage.usage().scorings == count })
        _ = try stage.restOfResults()

        var (version, sweep, sweeps) = (ModelVersion(name: "test", version: 1), Int64(0), 0)
        func killRedis(_ holds: (SweepState) -> Bool) throws -> Bool {
            let isCaught = try stage.catchSweep(sweep) { $0.contains(where: holds) }
            guard isCaught else { return false }
            worker.send(SIGSTOP)
            servers.redis.kill()
            try servers.redis.restart()
            let isHit = try stage.states().contains(where: holds)
            worker.send(SIGCONT)
            return isHit
        }
        // A partition is filled in a few hundredths of a second, so not every full sweep is caught while it fills.
        var isHit = false
        while !isHit, sweeps < 20 {
            sweeps += 1
            version = try stage.publish(.byHand(web: Double(sweeps) + 1))
            sweep = try stage.requestSweep()
            isHit = try killRedis { $0.started == sweep && $0.filling != nil && $0.total > 0 }
            if !isHit { #expect(try stage.eventually(within: .seconds(60)) { try stage.isOver(sweep) }) }
        }
        #expect(isHit, "Redis never died while a walk was filled")
        var hits = 0
        for part in 1...3 {
            let isHit = try killRedis {
                $0.started == sweep && $0.filling == nil && $0.inFlight > 0 && $0.work < $0.total * (4 - part) / 4
            }
            hits += isHit ? 1 : 0
        }
        #expect(hits > 0, "Redis never died while a walk was worked off")
        #expect(try stage.eventually(within: .seconds(300)) { try stage.isOver(sweep) })

        let heard = try stage.results(ofRecords: count, within: .seconds(30)) + stage.restOfResults()
        let scorings = try stage.records(ids).map(\.scoring)
        let left = zip(ids, scorings).filter { $0.1?.model != version || $0.1?.trigger != .sweep }.map(\.0)
        #expect(left == [], "they keep the old version")
        let current = Set(zip(ids, scorings).map { "lead/\($0):\($1?.revision ?? 0)" })
        let published = Set(heard.filter { $0.data.version == version.version }.map(\.id))
        #expect(published.symmetricDifference(current) == [], "each current result is published, and no other")
        #expect(try stage.usage() == .init(records: count, scorings: (1 + sweeps) * count))
        #expect(worker.count(of: "Redis is away") == worker.count(of: "Redis is back"))
    }

    @Test("a version, grade ranges and a republication that are requested during a sweep are all done by the next one")
    func noneIsForgotten() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        // Slow enough that the sweep can be caught half-way.
        let workers = try (0..<2).map { _ in
            try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_FAIL_POINTS": "score=pause:0.1%1"])
        }
        defer { for worker in workers { worker.kill() } }
        try stage.awaitFirstSweep()
        let leads = KnownLeads(Self.isWhole ? 20_000 : 1_500)
        try leads.createAndChange(on: stage)
        let (old, shut, gone) = ("too old", "shut", "gone")
        let before = Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)).adding(days: -800)
        try stage.publish([
            TestEvent("imported", old, data: ["createdAt": before.text, "attributes": ["source": "web"]]),
            .created(shut, ["source": "web"]), .created(gone, ["source": "web"]),
        ])
        var heard = try stage.results(ofRecords: 3)
        try stage.publish([
            TestEvent("updated", shut, data: ["status": "qualified", "patch": true]), TestEvent("deleted", gone),
        ])
        heard += try stage.results(ofRecords: 2)
        try stage.withChannel { connection, channel in
            _ = try connection.declareQueue("one", on: channel, arguments: ["x-queue-type": .text("quorum")])
        }

        let running = try stage.requestSweep()
        #expect(try stage.catchSweep(running) { $0.contains { $0.started == running && $0.inFlight > 0 } })
        let version = try stage.publish(.byHand(web: 2))
        try stage.requestSweep(.republish(to: "one"))
        let ranges = GradeRanges(a: 90, b: 60, c: 20)
        try stage.setRanges(ranges)
        #expect(try !stage.isOver(running), "the sweep is over before all was asked for")
        try stage.sweep()

        let ids = leads.ids
        let records = try stage.records(ids)
        #expect(records.allSatisfy { $0.scoring?.model == version && !$0.isPending })
        #expect(records.allSatisfy { $0.grade == $0.scoring.map { ranges.grade(of: $0.score) } })
        #expect(try stage.record(old).scoring?.model.version == 1, "what is older than the window is left alone")
        #expect(try stage.record(old).grade == ranges.grade(of: stage.record(old).scoring?.score ?? 0))
        #expect(try stage.record(shut).scoring?.model.version == 1)

        heard += try stage.results(ofRecords: ids.count) + stage.restOfResults()
        let current = try zip(ids + [old], records + [stage.record(old)]).map { id, record in
            "lead/\(id):\(max(record.scoring?.revision ?? 0, record.notice?.revision ?? 0))"
        }
        #expect(Set(heard.map(\.id)).isSuperset(of: current))
        var republished: Set<String> = []
        #expect(
            try stage.eventually {
                republished.formUnion(try stage.drain(queue: "one").map(\.subject))
                return republished.count == ids.count + 3
            }, "the republication arrives, with \(republished.count)")
        let scored = Set((heard.filter { $0.type == "leadline.lead.scored" }).map(\.id))
        #expect(
            try stage.usage().scorings == scored.count + leads.count,
            "what was counted since all were created is as many as were published")
        let requests = try stage.withRedis { try SweepStore($0).requests(organization: stage.org, entity: .lead) }
        #expect(requests.count <= 1, "what is done is forgotten")
    }
}
