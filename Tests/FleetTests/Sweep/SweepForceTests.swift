import Foundation
import LeadModel
import Redis
import Registry
import TestKit
import Testing

/// Workers that die, pause or are crashed by a record during a sweep.
@Suite("A sweep by force", .onOwnThreads)
struct SweepForceTests {
    /// Full size with LEADLINE_TEST_WHOLE=1: 200,000 leads.
    private static let isWhole = ProcessInfo.processInfo.environment["LEADLINE_TEST_WHOLE"] == "1"

    @Test("two workers sweep 10,000 changed leads, one is killed half-way: each lead is scored once and published")
    func killed() throws {
        let stage = try Stage(limit: nil)
        try stage.publish(.byHand())
        let workers = [try LeadlineProcess(workerOn: stage), try LeadlineProcess(workerOn: stage)]
        defer { for worker in workers { worker.kill() } }
        try stage.awaitFirstSweep()
        let leads = KnownLeads(Self.isWhole ? 200_000 : 10_000)
        try leads.createAndChange(on: stage)

        let sweep = try stage.requestSweep()
        var (isHalfWay, inHand) = (false, 0)
        let end = ContinuousClock.now + .seconds(120)
        while !isHalfWay, ContinuousClock.now < end {
            for worker in workers { worker.send(SIGSTOP) }
            let states = try stage.states()
            let done = try stage.usage().scorings - leads.count
            inHand = states.count { $0.inFlight > 0 }
            isHalfWay = done >= leads.count / 2 && inHand == 2
            if isHalfWay {
                #expect(done < leads.count)
                workers.randomElement()?.kill()
            } else {
                Thread.sleep(forTimeInterval: 0.005)
            }
            for worker in workers where worker.isRunning { worker.send(SIGCONT) }
        }
        #expect(inHand == 2, "both had something in hand")
        #expect(workers.count(where: \.isRunning) == 1)
        let heard = try stage.results(ofRecords: leads.count, within: .seconds(Self.isWhole ? 600 : 60))
        #expect(try stage.eventually(within: .seconds(60)) { try stage.isOver(sweep) })
        try leads.expectSwept(in: sweep, on: stage, heard: heard)
    }

    @Test(
        "a lane that pauses while another takes over its partition and ends the sweep changes nothing when it resumes",
        arguments: ["commit=pause:2@4", "published=pause:2@4"])
    func sleeper(failPoints: String) throws {
        let stage = try Stage(partitions: 1)
        try stage.publish(.byHand())
        let maker = try LeadlineProcess(workerOn: stage)
        defer { maker.kill() }
        try stage.awaitFirstSweep()
        let leads = KnownLeads(1500)
        try leads.createAndChange(on: stage)
        maker.terminate()

        let sleeper = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_FAIL_POINTS": failPoints])
        defer { sleeper.kill() }
        let sweep = try stage.requestSweep()
        // The lane pauses just before it stores, or before it settles.
        #expect(try stage.eventually { try stage.usage().scorings >= leads.count + 3 * 128 })
        sleeper.send(SIGSTOP)
        let asleep = try #require(try stage.states().first)
        #expect(asleep.inFlight > 0 && asleep.work > 0)
        let heir = try LeadlineProcess(workerOn: stage)
        defer { heir.kill() }
        #expect(try stage.eventually(within: .seconds(60)) { try stage.isOver(sweep) })
        try leads.expectSwept(in: sweep, on: stage, heard: try stage.results(ofRecords: leads.count))
        heir.terminate()

        let before = try inRedis(stage, leads)
        sleeper.send(SIGCONT)
        // The worker has one lane: once it scores another lead, it has finished the interrupted turn.
        try stage.publish([.created("witness", ["source": "web"])])
        #expect(try stage.eventually { try stage.record("witness").scoring != nil })
        let heard = try stage.restOfResults()
        let after = try inRedis(stage, leads)
        #expect(after.records == before.records, "it stored something")
        #expect(after.sets == before.sets)
        #expect(try stage.usage() == .init(records: leads.count + 1, scorings: 2 * leads.count + 1))
        // Results that it had stored but not sent are sent under ids that are already known.
        let current = Set(zip(leads.ids, before.records).map { "lead/\($0):\($1.scoring?.revision ?? 0)" })
        #expect(heard.allSatisfy { $0.subject == "witness" || current.contains($0.id) })
    }

    @Test("a lane that resumes while its successor still works takes no record from it: each lead is scored once")
    func wakesInTheMidst() throws {
        let stage = try Stage(partitions: 1)
        try stage.publish(.byHand())
        let maker = try LeadlineProcess(workerOn: stage)
        defer { maker.kill() }
        try stage.awaitFirstSweep()
        let leads = KnownLeads(1500)
        try leads.createAndChange(on: stage)
        maker.terminate()
        func worker(_ failPoints: String) throws -> LeadlineProcess {
            try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_FAIL_POINTS": failPoints])
        }
        let sleeper = try worker("commit=pause:2@1")
        defer { sleeper.kill() }
        let sweep = try stage.requestSweep()
        #expect(try stage.catchSweep(sweep) { $0[0].inFlight > 0 })
        sleeper.send(SIGSTOP)
        #expect(try stage.usage().scorings == leads.count, "it stored something before")
        // Slow enough that the sweep can be caught half-way.
        let heir = try worker("score=pause:0.02%1")
        defer { heir.kill() }
        #expect(try stage.eventually { try stage.usage().scorings >= leads.count + 10 })
        sleeper.send(SIGCONT)
        #expect(try stage.usage().scorings < leads.count + 128, "the heir is past what the sleeper had in hand")
        #expect(try stage.eventually(within: .seconds(60)) { try stage.isOver(sweep) })
        try leads.expectSwept(in: sweep, on: stage, heard: try stage.results(ofRecords: leads.count))
        // One of them scores this lead. The paused worker is alive and has given up the partition.
        heir.terminate()
        try stage.publish([.created("witness", ["source": "web"])])
        #expect(try stage.eventually { try stage.record("witness").scoring != nil })
        #expect(try stage.restOfResults().allSatisfy { $0.subject == "witness" }, "it published what it had not stored")
        #expect(try stage.states().allSatisfy { $0.isSwept && !$0.isHeld })
    }

    /// Everything that a paused lane could have changed, except usage.
    private func inRedis(_ stage: Stage, _ leads: KnownLeads) throws -> (records: [Record], sets: [Reply]) {
        let partition = Partition(organization: stage.org, kind: .lead, number: 0)
        let sets = try stage.withRedis { redis in
            try [partition.work, partition.inFlight, partition.dirty].map { try redis.call("SMEMBERS", $0) }
                + [redis.call("HGETALL", partition.sweep)]
        }
        return (try stage.records(leads.ids), sets)
    }

    @Test("a lead that crashes its worker each time is left out of the sweep; its neighbours and new leads are scored")
    func poison() throws {
        let stage = try Stage(partitions: 1)
        try stage.publish(.byHand())
        let maker = try LeadlineProcess(workerOn: stage)
        defer { maker.kill() }
        try stage.awaitFirstSweep()
        let leads = KnownLeads(300)
        try leads.createAndChange(on: stage)
        let poison = "Ms-Ivy-Poison"
        try stage.publish([.created(poison, ["source": "web"])])
        _ = try stage.results(ofRecords: 1)
        try stage.publish([TestEvent("updated", poison, data: ["attributes": ["visits": 12], "patch": true])])
        #expect(try stage.eventually { try stage.record(poison).isPending })
        maker.terminate()

        let sweep = try stage.requestSweep()
        var (deaths, log, new, isOver): (Int, String, [String], Bool) = (0, "", [], false)
        while deaths < 10, !isOver {
            let worker = try LeadlineProcess(
                workerOn: stage, environment: ["LEADLINE_FAIL_POINTS": "score=die#\(poison)"])
            defer { worker.kill() }
            let batch = (0..<10).map { "new \(deaths)-\($0)" }
            try stage.publish(batch.map { .created($0, ["source": "web"]) })
            new += batch
            let end = ContinuousClock.now + .seconds(60)
            while worker.isRunning, !isOver, ContinuousClock.now < end {
                isOver = try stage.isOver(sweep)
                Thread.sleep(forTimeInterval: 0.05)
            }
            guard isOver else {
                deaths += 1
                log += worker.printed
                try stage.lapseLeases()
                continue
            }
            #expect(try stage.eventually { try stage.records(new).allSatisfy { $0.scoring != nil } })
            #expect(worker.terminate() == 0)
            log += worker.printed
        }
        #expect(isOver, "the sweep comes to its end")
        #expect(deaths == 4, "once with others in hand, then three times alone")
        let heard = try stage.results(ofRecords: leads.count + new.count) + stage.restOfResults()
        #expect(try stage.records(leads.ids).allSatisfy { $0.sweepMark == UInt64(sweep) && !$0.isPending })
        #expect(Set(heard.map(\.subject)) == Set(leads.ids + new), "all but the one are published")
        #expect(Set(heard.map(\.id)).count == leads.count + new.count, "each under one id")
        let count = leads.count + 1 + new.count
        #expect(try stage.usage() == .init(records: count, scorings: count + leads.count))
        #expect(try stage.record(poison).isPending)

        let lines = log.split(separator: "\n").filter { !$0.contains("fail points are set") }
        #expect(
            lines.count { $0.contains("a worker died 3 times while it worked one lead of partition 0 in isolation") }
                == 1)
        #expect(!lines.contains { $0.contains(poison) }, "an id can be a person's name")

        let healthy = try LeadlineProcess(workerOn: stage)
        defer { healthy.kill() }
        try stage.sweep()
        #expect(
            try stage.results(ofRecords: 1, within: .seconds(10)).map(\.subject) == [poison], "the next tries again")
    }
}
