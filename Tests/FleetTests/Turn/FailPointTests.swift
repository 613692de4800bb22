import Contract
import Fleet
import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("Fail points", .onOwnThreads)
struct FailPointTests {
    private func worker(_ stage: Stage, _ failPoints: String, batch: Int = 16) throws -> LeadlineProcess {
        try LeadlineProcess(
            workerOn: stage, environment: ["LEADLINE_FAIL_POINTS": failPoints, "LEADLINE_WORKER_BATCH": "\(batch)"])
    }

    @Test(
        "a worker dies at any point of the turn, and the next one completes the work",
        arguments: FailPoints.Point.allCases)
    func dies(at point: FailPoints.Point) throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let leads = KnownLeads(100)
        try stage.publish(leads.events(0..<100))
        let failing = try worker(stage, "\(point)=die@3")
        #expect(failing.exitCode() == SIGKILL)
        #expect(failing.printed.split(separator: "\n").first?.contains("fail points are set") ?? false)
        let stored = try stage.usage().scorings
        let next = try LeadlineProcess(workerOn: stage)
        defer { next.kill() }
        #expect(try stage.eventually { next.printed.contains("taking work") })
        let again = try leads.expectScoredOnce(on: stage)
        switch point {
        case .gather, .load, .merge, .score, .commit: #expect(stored >= 16 && stored < 100)
        // Results that were stored but not settled are published again under their ids.
        case .committed: #expect(stored >= 48, "nothing lay between commit and publish")
        case .publish, .published: #expect(stored >= 48 && again > 0, "nothing was published twice")
        // The batch is acknowledged already. Whether another one was in flight depends on how fast the broker confirms.
        case .settle: #expect(stored >= 48)
        }
    }

    @Test("a worker repeatedly loses answers of Redis and the broker: nothing is lost or counted twice")
    func losesAnswers() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let leads = KnownLeads(400)
        let failing = try worker(stage, "load=lose%11,commit=lose%3,publish=lose@5,gather=lose@20", batch: 8)
        defer { failing.kill() }
        try stage.publish(leads.events(0..<400))
        #expect(try leads.expectScoredOnce(on: stage) > 0, "no lost answer made a repeat")
        #expect(failing.printed.contains("Redis is away"))
    }

    @Test("a worker pauses within a turn while another continues: their commits conflict, and no event is lost")
    func pauses() throws {
        let stage = try Stage(partitions: 1)
        try stage.publish(.byHand())
        // While one worker pauses before its commit, the other processes events of the same leads.
        let sleepy = try worker(stage, "commit=pause:0.4", batch: 8)
        let brisk = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_WORKER_BATCH": "8"])
        defer {
            sleepy.kill()
            brisk.kill()
        }
        for worker in [sleepy, brisk] {
            #expect(try stage.eventually { worker.printed.contains("taking work") })
        }
        // The publication's sweep would score again what is patched meanwhile.
        try stage.awaitFirstSweep()
        let (leads, patches) = (10, 30)
        let created: [TestEvent] = (0..<leads).map { .created("L\($0)", ["source": "web"]) }
        let patched = (0..<leads * patches).map { number in
            TestEvent(
                "updated", "L\(number % leads)", id: "patch \(number)",
                data: ["attributes": ["p\(number / leads)": number], "patch": true])
        }
        // Shuffled, otherwise each worker would get all events of its own half of the leads.
        try stage.publish((created + patched).shuffled())
        let ids = (0..<leads).map { "L\($0)" }
        #expect(
            try stage.eventually { try stage.records(ids).allSatisfy { $0.attributes.count == patches + 1 } })
        #expect(sleepy.terminate() == 0)
        #expect(sleepy.printed.contains("conflicts"), "they never met:\n\(sleepy.printed)")
        #expect(try stage.usage() == UsageCount(records: leads, scorings: leads))
    }

    @Test(
        "a worker doesn't start with invalid fail points",
        arguments: ["sleep=die", "commit", "commit=burn", "score=lose", "merge=die@0", "score=pause:x", "commit=die,"])
    func malformed(_ text: String) throws {
        #expect(throws: FailPoints.Malformed.self) { try FailPoints(text) }
        let run = try LeadlineProcess.run(["worker"], environment: ["LEADLINE_FAIL_POINTS": text])
        #expect(run.code == 64 && run.output.contains("LEADLINE_FAIL_POINTS"))
    }
}
