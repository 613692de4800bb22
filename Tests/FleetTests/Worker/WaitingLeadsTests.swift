import Contract
import Foundation
import TestKit
import Testing

@testable import Fleet

@Suite("Waiting new leads", .onOwnThreads)
struct WaitingLeadsTests {
    @Test("are in the worker's stats log; it warns from the time one may have waited 15 minutes until none waits")
    func statsLog() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand())
        try stage.publish((0..<8000).map { .created("L\($0)", ["source": "web"]) })
        // The state left by a worker that saw the queue empty 20 minutes ago and then died.
        let now = try stage.withRegistry { try $0.now() }
        _ = try stage.withRedis { try $0.call("SET", "ll:waiting", now.adding(seconds: -1200).microseconds) }
        let worker = try LeadlineProcess(
            workerOn: stage, environment: ["LEADLINE_CLOCK_MINUTE": "1", "LEADLINE_WORKER_BATCH": "1"])
        defer { worker.kill() }
        #expect(try stage.eventually { worker.printed.contains("new leads may have waited too long: ") })
        #expect(try stage.eventually { worker.printed.contains("21 minutes at most; 1 lane takes them. Start more") })
        #expect(
            try stage.eventually(within: .seconds(120)) {
                try stage.withRedis { try $0.call("GET", "ll:waiting").int ?? 0 } > now.microseconds
            }, "once none waits, that is written down")
        let said = worker.printed
        Thread.sleep(forTimeInterval: 3)
        #expect(!worker.printed.dropFirst(said.count).contains("waited too long"))
        #expect(worker.terminate() == 0)
    }

    @Test("a lead that a lane doesn't finish counts from its first arrival, even after redelivery")
    func held() {
        let tally = Tally()
        #expect(tally.longestInFlight == nil)
        let first = ContinuousClock.now - .seconds(1000)
        tally.note(inFlightSince: first, lane: 0)
        tally.note(inFlightSince: .now, lane: 1)
        // The connection was lost, and the same lead was redelivered.
        tally.note(inFlightSince: .now, lane: 0)
        #expect(tally.longestInFlight.map { $0 >= .seconds(1000) } ?? false)
        let warning = StatsLog.warning(nil, held: tally.longestInFlight)
        #expect(warning == "a lane has not finished its messages for 16 minutes")
        tally.note(inFlightSince: nil, lane: 0)
        #expect(tally.longestInFlight.map { $0 < .seconds(1000) } ?? false)
        #expect(StatsLog.warning(nil, held: tally.longestInFlight) == nil)
    }

    @Test("a published lead counts as held until it is acknowledged, and no longer")
    func underWay() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        var options = WorkerOptions(broker: stage.broker, redis: stage.redis)
        options.failPoints = try FailPoints("published=pause:3")
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        try stage.publish([.created("L", ["source": "web"])])
        #expect(try stage.results(ofRecords: 1).count == 1)
        #expect(worker.tally.longestInFlight != nil, "it is published, and not settled")
        #expect(try stage.eventually { worker.tally.longestInFlight == nil })
    }

    @Test("the stats log has a line if work was done or leads wait, and otherwise none")
    func words() {
        let waiting = WaitingLeads(count: 1, lanes: 2, longest: .seconds(61))
        let none = WaitingLeads(count: 0, lanes: 2, longest: .zero)
        #expect(StatsLog.line(from: [:], to: [:], nil) == nil)
        #expect(StatsLog.line(from: [:], to: [:], none) == nil)
        #expect(
            StatsLog.line(from: [:], to: [:], waiting)
                == "new leads: 1 waits in leadline.created, 2 minutes at most; 2 lanes take them")
        #expect(
            StatsLog.line(from: [.scored: 1], to: [.scored: 3], waiting)?.hasPrefix(
                "in the last minute: 2 scored; new leads: 1 waits") == true)
        #expect(StatsLog.line(from: [.scored: 1], to: [.scored: 3], none) == "in the last minute: 2 scored")
        #expect(!WaitingLeads(count: 5, lanes: 1, longest: .seconds(899)).isTooLong)
        #expect(WaitingLeads(count: 5, lanes: 1, longest: .seconds(900)).isTooLong)
        #expect(WaitingLeads(count: 5, lanes: 0, longest: nil).words.contains("since when no worker has noted yet"))
    }
}
