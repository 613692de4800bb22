import Contract
import Fleet
import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("A fleet whose workers and servers are killed", .onOwnThreads)
struct ForceTests {
    /// What happens to the fleet, each time while it works on new leads.
    private enum Blow {
        case workerKilled
        case workerDies(at: FailPoints.Point)
        case redisKilled
        case brokerKilled
    }

    /// Full size with LEADLINE_TEST_WHOLE=1: 50,000 leads.
    private static let isWhole = ProcessInfo.processInfo.environment["LEADLINE_TEST_WHOLE"] == "1"

    @Test("workers, Redis and RabbitMQ are killed repeatedly: every lead is scored and counted once, none is lost")
    func everythingIsKilled() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand())
        var blows: [Blow] = FailPoints.Point.allCases.map { .workerDies(at: $0) } + [.brokerKilled, .brokerKilled]
        for _ in 0..<10 { blows += [.workerKilled, .redisKilled] }
        blows.shuffle()
        let leads = KnownLeads(Self.isWhole ? 50_000 : 6_200)
        let trial = try Trial(servers, stage, leads)
        defer { trial.worker.kill() }
        var inARow = 0
        for (number, blow) in blows.enumerated() {
            let bounds = [number, number + 1].map { $0 * leads.count / blows.count }
            try trial.bear(blow, leads: bounds[0]..<bounds[1])
            inARow += 1
            // Sometimes the next one follows at once. Five deaths in a row, three of them while nothing else was in
            // flight, would by design reject a lead that was in flight at each.
            if inARow == 4 || Bool.random() {
                try trial.awaitScores(of: bounds[1])
                inARow = 0
            }
        }
        let again = try leads.expectScoredOnce(on: stage, heard: trial.heard, within: .seconds(300))
        print(
            "\(leads.count) leads, \(blows.count) blows: \(trial.betweenCommitAndPublish) workers died between commit and "
                + "publish, Redis died over \(trial.lostAnswers) answers, \(trial.lostCommits) of them of commits, \(again) results "
                + "were published again")
        #expect(trial.betweenCommitAndPublish > 0, "no worker died between commit and publish")
        #expect(again > 0, "nothing was published again: no worker died between publish and settle")
        #expect(trial.lostAnswers > 0, "Redis never died over an answer")
    }

    /// A fleet of one worker with two lanes, and the results seen so far.
    private final class Trial {
        private let servers: PrivateServers
        private let stage: Stage
        private let leads: KnownLeads
        private(set) var worker: LeadlineProcess
        private(set) var heard: [TestResult] = []
        private(set) var betweenCommitAndPublish = 0
        private(set) var lostAnswers = 0
        private(set) var lostCommits = 0
        private var formerlyUnpublished = 0

        init(_ servers: PrivateServers, _ stage: Stage, _ leads: KnownLeads) throws {
            (self.servers, self.stage, self.leads) = (servers, stage, leads)
            worker = try Self.start(stage)
        }

        private static func start(_ stage: Stage, _ environment: [String: String] = [:]) throws -> LeadlineProcess {
            let settings = ["LEADLINE_WORKER_BATCH": "8", "LEADLINE_WORKER_LANES": "2"]
            return try LeadlineProcess(workerOn: stage, environment: settings.merging(environment) { $1 })
        }

        func bear(_ blow: Blow, leads range: Range<Int>) throws {
            switch blow {
            case .workerKilled:
                try publishInTheMidst(range)
                worker.kill()
                try countDeath()
                worker = try Self.start(stage)
            case .workerDies(let point):
                worker.kill()
                try countDeath()
                worker = try Self.start(stage, ["LEADLINE_FAIL_POINTS": "\(point)=die@\(Int.random(in: 4...12))"])
                try stage.publish(leads.events(range))
                #expect(worker.exitCode() == SIGKILL)
                try countDeath()
                worker = try Self.start(stage)
            case .redisKilled:
                let before = lines(with: "Redis is away").count
                try publishInTheMidst(range)
                servers.redis.kill()
                try servers.redis.restart()
                _ = try stage.eventually(within: .seconds(2)) { lines(with: "Redis is away").count > before }
                for line in lines(with: "Redis is away").dropFirst(before) where line.contains("connection lost") {
                    lostAnswers += 1
                    if line.contains("script commit") { lostCommits += 1 }
                }
            case .brokerKilled:
                try publishInTheMidst(range)
                servers.broker.kill()
                try servers.broker.restart()
                try stage.reconnect()
            }
        }

        /// Publishes leads and returns at a random moment while the worker processes them.
        private func publishInTheMidst(_ range: Range<Int>) throws {
            #expect(try stage.eventually { worker.printed.contains("lane 1 is taking work") })
            let before = try stage.usage().scorings
            // The worker is stopped meanwhile, otherwise it would finish most of them.
            worker.send(SIGSTOP)
            try stage.publish(leads.events(range))
            worker.send(SIGCONT)
            let end = ContinuousClock.now + .seconds(10)
            while try stage.usage().scorings == before, ContinuousClock.now < end {}
            Thread.sleep(forTimeInterval: Double.random(in: 0..<Double(range.count) / 20_000))
        }

        /// Notes whether a dead worker had stored a result that it didn't publish.
        private func countDeath() throws {
            heard += try stage.restOfResults(quietFor: .milliseconds(200))
            let unpublished = try stage.usage().scorings - Set(heard.map(\.subject)).count
            // Results that an earlier worker left may still wait for the next worker.
            if unpublished > formerlyUnpublished { betweenCommitAndPublish += 1 }
            formerlyUnpublished = unpublished
        }

        func awaitScores(of count: Int) throws {
            #expect(try stage.eventually(within: .seconds(60)) { try stage.usage().scorings == count })
        }

        private func lines(with words: String) -> [Substring] {
            worker.printed.split(separator: "\n").filter { $0.contains(words) }
        }
    }
}
