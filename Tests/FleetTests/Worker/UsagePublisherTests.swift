import Contract
import Foundation
import LeadModel
import Rabbit
import Registry
import TestKit
import Testing

/// Each test has its own servers: among workers that share a Redis, any may publish any organization's totals.
@Suite("The month's totals on leadline.usage", .serialized, .onOwnThreads)
struct UsagePublisherTests {
    private struct Totals: Decodable, Equatable {
        var organization, entity, month: String
        var records, scorings: Int
        var limit: Int?
    }

    /// A stage, and a consumer's queue that is bound to the totals of its organization.
    private func stage(_ servers: PrivateServers) throws -> Stage {
        let stage = try Stage(servers)
        try stage.publish(.byHand())
        try stage.withChannel { connection, channel in
            try connection.declareQueue("totals", on: channel, arguments: ["x-queue-type": .text("quorum")])
            try connection.bind(queue: "totals", to: Names.usage.name, key: "\(stage.org).*", on: channel)
        }
        return stage
    }

    /// A worker that publishes every second instead of every minute.
    private func hastyWorker(_ stage: Stage, clockOffset: Int64 = 0) throws -> LeadlineProcess {
        try LeadlineProcess(
            workerOn: stage,
            environment: ["LEADLINE_CLOCK_MINUTE": "1", "LEADLINE_CLOCK_OFFSET": "\(clockOffset)"])
    }

    /// What was published since the last call.
    private func published(_ stage: Stage) throws -> [Totals] {
        try stage.withChannel { connection, channel in
            var all: [Totals] = []
            while let delivery = try connection.get("totals", on: channel) {
                try connection.ack(delivery.tag, on: channel)
                #expect(delivery.routingKey == "\(stage.org).lead")
                #expect(delivery.properties.contentType == "application/json")
                #expect(delivery.properties.deliveryMode == .persistent)
                all.append(try JSONDecoder().decode(Totals.self, from: Data(delivery.body)))
            }
            return all
        }
    }

    private func month(_ stage: Stage, offset: Int64 = 0) throws -> Month {
        try stage.withRegistry { try $0.now().adding(seconds: offset).month }
    }

    @Test("are published when they changed, the last change too, and not again if nothing changed")
    func changed() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try stage(servers)
        let hasty = try hastyWorker(stage)
        defer { hasty.kill() }
        var last: Totals?
        for round in 1...3 {
            try stage.publish((0..<round).map { .created("L\(round)-\($0)", ["source": "web"]) })
            let records = (1...round).reduce(0, +)
            #expect(
                try stage.eventually {
                    last = try published(stage).last ?? last
                    return last?.records == records
                })
        }
        #expect(
            last
                == Totals(
                    organization: stage.org, entity: "lead", month: try month(stage).text, records: 6, scorings: 6,
                    limit: 1500))
        try stage.publish([.created("L4", ["source": "web"])])
        var later: [Totals] = []
        #expect(
            try stage.eventually {
                later += try published(stage)
                return later.last?.records == 7
            })
        #expect(later.count == 1, "nothing was published between the two changes")
    }

    @Test("are published at most once a minute, by the process that has the lease")
    func onceAMinute() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try stage(servers)
        let workers = try (0..<2).map { _ in try LeadlineProcess(workerOn: stage) }
        defer { for worker in workers { worker.kill() } }
        for worker in workers { #expect(try stage.eventually { worker.printed.contains("is taking work") }) }
        // One of them has checked the totals and has the lease.
        #expect(
            try stage.eventually {
                try !stage.withRedis { try UnpublishedUsage($0).takeLease(of: stage.org, for: .seconds(1)) }
            })
        try stage.publish((0..<10).map { .created("L\($0)", ["source": "web"]) })
        #expect(try stage.eventually { try stage.usage().records == 10 })
        Thread.sleep(forTimeInterval: 2)
        let left = try stage.withRedis { redis in
            try redis.call("PTTL", "ll:{\(stage.org)}:usage:lease").int ?? 0
        }
        #expect(left > 1000 && left <= 60_000, "the lease lasts a minute")
        #expect(try published(stage).isEmpty)
    }

    @Test("what was not published when all workers stopped, or the one with the lease died, is published later")
    func crash() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try stage(servers)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        #expect(try stage.eventually { worker.printed.contains("is taking work") })
        try stage.publish([.created("L1", ["source": "web"])])
        #expect(try stage.eventually { try stage.usage().records == 1 })
        worker.kill()
        // The state that a worker leaves if it dies after it took the lease.
        try stage.withRedis { _ = try $0.call("DEL", "ll:{\(stage.org)}:usage:lease") }
        #expect(try stage.withRedis { try UnpublishedUsage($0).takeLease(of: stage.org, for: .seconds(3)) })
        let hasty = try hastyWorker(stage)
        defer { hasty.kill() }
        var got: [Totals] = []
        #expect(
            try stage.eventually {
                got += try published(stage)
                return !got.isEmpty
            })
        #expect(got.map(\.records) == [1])
    }

    @Test("of the old month are published after it ended, along with those of the new month")
    func turnOfTheMonth() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try stage(servers)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        #expect(try stage.eventually { worker.printed.contains("is taking work") })
        try stage.publish([.created("L1", ["source": "web"]), .created("L2", ["source": "web"])])
        #expect(try stage.eventually { try stage.usage().records == 2 })
        worker.kill()
        let old = try month(stage)
        let offset: Int64 = 40 * 86_400
        try stage.withRedis { _ = try $0.call("DEL", "ll:{\(stage.org)}:usage:lease") }
        let hasty = try hastyWorker(stage, clockOffset: offset)
        defer { hasty.kill() }
        var got: [Totals] = []
        try stage.publish([.created("L3", ["source": "web"])])
        let new = try month(stage, offset: offset)
        #expect(
            try stage.eventually {
                got += try published(stage)
                return Set(got.map(\.month)) == [old.text, new.text]
            })
        #expect(got.filter { $0.month == old.text }.map(\.records) == [2])
        #expect(got.last { $0.month == new.text }?.records == 1)
    }

    @Test("that a consumer's full queue refuses are published again once it has room")
    func refused() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try stage(servers)
        try stage.withChannel { connection, channel in
            try connection.declareQueue(
                "full", on: channel,
                arguments: [
                    "x-queue-type": .text("classic"), "x-max-length": .integer(1),
                    "x-overflow": .text("reject-publish"),
                ])
            try connection.bind(queue: "full", to: Names.usage.name, key: "#", on: channel)
            try connection.publish([0], to: "", routingKey: "full", on: channel)
        }
        let hasty = try hastyWorker(stage)
        defer { hasty.kill() }
        try stage.publish([.created("L1", ["source": "web"])])
        var got: [Totals] = []
        #expect(
            try stage.eventually {
                got += try published(stage)
                return got.count >= 2
            }, "others get it every minute while one refuses")
        try stage.withChannel { connection, channel in _ = try connection.purge("full", on: channel) }
        #expect(
            try stage.eventually {
                try stage.withChannel { connection, channel in
                    try connection.declareQueue("full", on: channel, passive: true).messageCount
                } == 1
            })
        Thread.sleep(forTimeInterval: 2)
        got = try published(stage)
        Thread.sleep(forTimeInterval: 2)
        #expect(try published(stage).isEmpty, "once all have it, it counts as published")
    }
}
