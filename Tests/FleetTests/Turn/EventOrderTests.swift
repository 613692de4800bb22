import Fleet
import Foundation
import LeadModel
import Registry
import TestKit
import Testing

/// A source whose clock has seconds only.
@Suite("Events of one second", .onOwnThreads)
struct EventOrderTests {
    private static let second = "2026-11-20T10:00:00Z"

    private func event(
        _ verb: String, _ id: String, _ number: Int, _ amount: Int, sequence: String? = nil
    ) -> TestEvent {
        var event = TestEvent(
            verb, id, id: "\(id)-\(number)", time: Self.second, data: ["attributes": ["visits": amount]])
        event.sequence = sequence
        return event
    }

    private func visits(_ stage: Stage, _ ids: [String]) throws -> [Value?] {
        try stage.records(ids).map { $0.attributes["visits"] }
    }

    @Test("an update of the second in which its lead was created holds, whichever of the two comes first")
    func updates() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let ids = (0..<30).map { "same\($0)" }
        let created = ids.map { event("created", $0, 1, 1000) }
        let updated = ids.map { event("updated", $0, 2, 900_000) }
        try stage.publish(Array(created[..<15]) + Array(updated[15...]))
        #expect(try stage.eventually { try visits(stage, ids).allSatisfy { $0 != nil } })
        try stage.publish(Array(updated[..<15]) + Array(created[15...]))
        #expect(try stage.eventually { try visits(stage, ids).allSatisfy { $0 == .number(900_000) } })
        #expect(try stage.eventually { try stage.records(ids).allSatisfy(\.creationSeen) })
        #expect(try visits(stage, ids).allSatisfy { $0 == .number(900_000) })
    }

    @Test("of several updates in one second the one with the greatest sequence holds, and nothing is a tie")
    func sequences() throws {
        let stage = try Stage()
        let worker = WorkerWithin(WorkerOptions(broker: stage.broker, redis: stage.redis))
        defer { worker.stop() }
        var random = SeededGenerator(seed: 7)
        let ids = (0..<20).map { "L\($0)" }
        let events = ids.flatMap { id in (1...4).map { event("updated", id, $0, $0, sequence: "\($0)") } }
        try stage.publish(events.shuffled(using: &random))
        #expect(try stage.eventually { try visits(stage, ids).allSatisfy { $0 == .number(4) } })
        worker.stop()
        #expect(try visits(stage, ids).allSatisfy { $0 == .number(4) })
        #expect(worker.tally.count(.ties) == 0)
    }

    @Test("several updates in one second without a sequence are counted, and check names their organization")
    func ties() throws {
        let stage = try Stage()
        let worker = WorkerWithin(WorkerOptions(broker: stage.broker, redis: stage.redis))
        defer { worker.stop() }
        let ids = (0..<10).map { "L\($0)" }
        for number in 1...3 { try stage.publish(ids.map { event("updated", $0, number, number) }) }
        #expect(try stage.eventually { worker.tally.count(.events) == 30 && worker.tally.count(.ties) == 20 })
        #expect(worker.count(of: "\(stage.org): two events of one record have the same time") == 1)
        // A worker that stops notes what it has counted.
        worker.stop()
        let servers = LeadlineProcess.servers(stage)
        let check = try CommandRun(["check"], environment: servers)
        #expect(check.code == 0)
        #expect(check.output.contains("warn  event order: \(stage.org): in 7 days 20 events had the time of another"))
        #expect(check.output.contains("Its connector must send `sequence`"))

        struct Shown: Decodable {
            struct Part: Decodable {
                var part: String
                var name: String?
                var ok: Bool
            }
            var parts: [Part]
        }
        let parts = try CommandRun(["check", "--json"], environment: servers).json(Shown.self).parts
        let part = try #require(parts.first { $0.part == "event order" && $0.name == stage.org })
        #expect(part.ok)
    }

    @Test("ties are counted by day, and forgotten after a week")
    func days() throws {
        let stage = try Stage()
        try stage.withRedis { redis in
            let counts = TieCounts(redis)
            let now = try RedisClock(redis).now()
            try counts.add([stage.org: 3], now: now.adding(days: -1))
            try counts.add([stage.org: 4], now: now)
            try counts.add([stage.org: 5], now: now)
            #expect(try counts.counts(of: [stage.org, "nobody"], now: now).map(\.count) == [12])
            #expect(try counts.counts(of: [stage.org], now: now.adding(days: 6)).map(\.count) == [9])
            #expect(try counts.counts(of: [stage.org], now: now.adding(days: 7)).isEmpty)
            let key = "ll:{\(stage.org)}:ties:\(now.dayText)"
            #expect(try redis.call("TTL", key).int.map { $0 > 6 * 86_400 } == true)
        }
    }
}
