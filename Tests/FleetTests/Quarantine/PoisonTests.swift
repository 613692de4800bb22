import Contract
import Fleet
import Foundation
import LeadModel
import Rabbit
import Registry
import TestKit
import Testing

@Suite("A message that crashes its worker each time", .onOwnThreads)
struct PoisonTests {
    /// Starts one worker after another until one survives.
    ///
    /// - Returns: how many crashed.
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

    @Test("is rejected as poison; a thousand good ones on the same connection are all scored")
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
        #expect((3...6).contains(deaths), "\(deaths) workers crashed")
        try leads.expectScoredOnce(on: stage)
        // Requeued, and with a worker that does not crash, it is scored like any other.
        try stage.publishAgain(poison)
        let healthy = try LeadlineProcess(workerOn: stage)
        defer { healthy.kill() }
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["poison"])
    }

    @Test("is rejected without its neighbours, once, if it is an element of a batch")
    func elements() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let leads = KnownLeads(20)
        let poison = ["poison", "more poison"].map { TestEvent.created($0, ["source": "web"]) }
        let events = leads.events(0..<13) + poison[..<1] + leads.events(13..<17) + poison[1...] + leads.events(17..<20)
        let body = events.map { String(decoding: $0.body(stage.org), as: UTF8.self) }.joined(separator: ",")
        try stage.publish(
            [("\(stage.org).lead.created", Array("[\(body)]".utf8))], contentType: Names.ContentType.batch)
        var rejected: [ReceivedMessage] = []
        let deaths = try outlive(stage, "merge=die#poison,merge=die#more poison") {
            rejected += try stage.drain(Names.rejected)
            return try rejected.count >= 2 && stage.usage().scorings == 20
        }
        #expect(
            rejected.map { String(decoding: $0.body, as: UTF8.self) }
                == poison.map { String(decoding: $0.body(stage.org), as: UTF8.self) })
        #expect(rejected.map { $0.properties.headers[Names.Header.index] } == [.integer(13), .integer(18)])
        // Two before the message is quarantined, and three for each element: crashes on the second do not retry the first.
        #expect(deaths <= 9, "\(deaths) workers crashed")
        try leads.expectScoredOnce(on: stage)
        #expect(try stage.drain(Names.created).isEmpty, "the batch is settled")
    }

    @Test("is distinguished from one that was in flight each time a connection broke: that one is scored")
    func bystander() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        var options = WorkerOptions(broker: stage.broker, redis: stage.redis)
        // From the third time on it is isolated.
        options.failPoints = try FailPoints((1...6).map { "gather=lose@\($0)" }.joined(separator: ","))
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        try stage.publish([.created("L", ["source": "web"])])
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["L"])
        #expect(worker.count(of: "RabbitMQ is away") == 6, "six times its connection was lost")
        #expect(try stage.drain(Names.rejected).isEmpty)
    }

    private static let isWhole = ProcessInfo.processInfo.environment["LEADLINE_TEST_WHOLE"] == "1"

    // Minutes: each break takes a new connection, which proves the topology. `worn` has the same end in seconds.
    @Test(
        "is distinguished from all that shared a connection which broke more often than the delivery limit allows",
        .enabled(if: isWhole, "takes minutes: set LEADLINE_TEST_WHOLE=1"))
    func breaks() throws {
        let stage = try Stage(limit: nil)
        try stage.publish(.byHand())
        let leads = KnownLeads(10_000)
        try stage.publish(leads.events(0..<leads.count))
        var options = WorkerOptions(broker: stage.broker, redis: stage.redis)
        options.batch = 4
        options.failPoints = try FailPoints("gather=lose%4")
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        try leads.expectScoredOnce(on: stage, within: .seconds(3600))
        #expect(worker.count(of: "RabbitMQ is away") > 1000, "all that waited was delivered with each connection")
        #expect(worker.count(of: "came back 100 times") > 0)
    }

    @Test("is distinguished from what came back so often that the broker would soon dead-letter it: that is scored")
    func worn() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let leads = KnownLeads(60)
        try stage.publish(leads.events(0..<60))
        // As 195 connections do that break before anything on them is settled. The limit is 200.
        try stage.withChannel { connection, _ in
            let channel = try connection.openChannel()
            try connection.setPrefetch(60, on: channel)
            try connection.consume(Names.created.name, on: channel)
            for _ in 0..<195 {
                var last: UInt64 = 0
                for _ in 0..<60 {
                    guard case .delivery(let message)? = try connection.receive(timeout: .seconds(10)) else {
                        Issue.record("a lead is missing")
                        return
                    }
                    last = message.tag
                }
                try connection.nack(last, on: channel, multiple: true)
            }
            try connection.closeChannel(channel)
        }
        var options = WorkerOptions(broker: stage.broker, redis: stage.redis)
        options.batch = 4
        options.failPoints = try FailPoints((1...6).map { "gather=lose@\($0 * 3)" }.joined(separator: ","))
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        try leads.expectScoredOnce(on: stage)
        #expect(worker.count(of: "came back 100 times") > 0)
        #expect(worker.count(of: "RabbitMQ is away") > 0)
    }

    @Test("does not delay new leads while what came back with it is worked on in isolation", arguments: [1, 2])
    func newLeadsGoOn(lanes: Int) throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let messages = (0..<4).map { message in
            let events = (0..<1000).map { number in
                TestEvent("imported", "L\(message)-\(number)", data: ["attributes": ["source": "web"]])
            }
            return "[" + events.map { String(decoding: $0.body(stage.org), as: UTF8.self) }.joined(separator: ",") + "]"
        }
        try stage.publish(
            messages.map { ("\(stage.org).lead.imported", Array($0.utf8)) }, contentType: Names.ContentType.batch)
        // Twice they are returned.
        for _ in 0..<2 {
            try stage.withChannel { connection, channel in
                for _ in messages {
                    let delivery = try #require(try connection.get(Names.imported.name, on: channel))
                    try connection.nack(delivery.tag, on: channel)
                }
            }
        }
        var options = WorkerOptions(broker: stage.broker, redis: stage.redis)
        options.lanes = lanes
        let worker = WorkerWithin(options)
        defer { worker.stop() }
        #expect(try stage.eventually { worker.tally.count(.scored) > 50 })
        try stage.publish((0..<20).map { .created("new \($0)", ["source": "web"]) })
        var (new, old): (Set<String>, Int) = ([], 0)
        #expect(
            try stage.eventually {
                for result in try stage.restOfResults(quietFor: .milliseconds(1)) {
                    if result.subject.hasPrefix("new") { new.insert(result.subject) } else { old += 1 }
                }
                return new.count == 20
            })
        #expect(old < 1000, "\(old) of what came back were scored before them")
    }
}
