import Foundation
import LeadModel
import Redis
import Registry
import TestKit
import Testing

/// On a Redis of its own each: no other test's worker takes up what is asked for.
@Suite("leadline sweep and republish", .onOwnThreads)
struct SweepCommandTests {
    private struct Ground {
        let servers: PrivateServers
        let stage: Stage

        init() throws {
            servers = try PrivateServers(broker: false)
            stage = try Stage(redisOf: servers)
        }

        var environment: [String: String] { LeadlineProcess.servers(stage) }
        var partitions: [Partition] {
            (0..<16).map { Partition(organization: stage.org, kind: .lead, number: $0) }
        }

        func run(_ arguments: String...) throws -> CommandRun {
            try CommandRun(arguments, environment: environment)
        }

        func requests() throws -> [SweepRequest] {
            try stage.withRedis {
                try SweepStore($0).requests(organization: stage.org, entity: .lead).map(\.request)
            }
        }

        /// As a worker does, without scoring anything.
        func workOff() throws {
            try stage.withRedis { redis in
                let store = SweepStore(redis)
                for partition in partitions {
                    guard let lease = try store.take(partition) else { continue }
                    if lease.filling != nil { while case .more = try store.fill(lease) {} }
                    while let ids = try store.next(lease, atMost: 100), !ids.isEmpty {
                        _ = try store.settle(lease, ids)
                    }
                    try store.release(lease)
                }
            }
        }
    }

    @Test("a run warns if no worker starts it, keeps waiting, and ends when its records are done")
    func run() throws {
        let ground = try Ground()
        defer { ground.servers.stop() }
        try ground.stage.publish(.byHand())
        try ground.stage.withRedis { redis in
            for partition in ground.partitions.prefix(3) { try redis.call("SADD", partition.dirty, "L") }
        }
        let run = try LeadlineProcess(
            ["sweep", "run", "--org", ground.stage.org, "--entity", "lead"], environment: ground.environment)
        defer { run.kill() }
        #expect(try ground.stage.eventually { run.printed.contains("no worker has started it") })
        #expect(run.isRunning)
        let status = try ground.run("sweep", "status", "--org", ground.stage.org)
        #expect(status.code == 0 && status.output.contains("the next daily sweep is due"))
        #expect(status.output.contains("collecting records") || status.output.contains("running"), "\(status.output)")
        #expect(
            try ground.stage.eventually {
                try ground.workOff()
                return !run.isRunning
            })
        #expect(run.exitCode() == 0 && run.printed.contains("the sweep is done: 3 leads"), "\(run.printed)")
        #expect(try ground.requests().isEmpty)
    }

    @Test("an interrupted run leaves the sweep requested")
    func brokenOff() throws {
        let ground = try Ground()
        defer { ground.servers.stop() }
        try ground.stage.publish(.byHand())
        _ = try ground.stage.withRedis { try $0.call("SADD", ground.partitions[0].dirty, "L") }
        let run = try LeadlineProcess(
            ["sweep", "run", "--org", ground.stage.org], environment: ground.environment)
        #expect(try ground.stage.eventually { run.printed.contains("Ctrl-C leaves it running") })
        run.kill()
        let states = try ground.stage.withRedis { try SweepStore($0).states(of: ground.partitions) }
        let requests = try ground.requests()
        #expect(requests.contains(.run) || states.allSatisfy { $0.started > 0 })
    }

    @Test("without a published model, organization or queue nothing is requested, and the error says what to do")
    func refused() throws {
        let ground = try Ground()
        defer { ground.servers.stop() }
        let noModel = try ground.run("sweep", "run", "--org", ground.stage.org)
        #expect(noModel.code == 65 && noModel.errors.contains("publishes no model"))
        let noOrganization = try ground.run("sweep", "run", "--org", "nobody")
        #expect(noOrganization.code == 65 && noOrganization.errors.contains("there is no organization nobody"))
        let noQueue = try ground.run("republish", "--org", ground.stage.org, "--to", "nowhere")
        #expect(noQueue.code == 65 && noQueue.errors.contains("there is no queue nowhere"))
        #expect(try ground.requests().isEmpty)
        #expect(try ground.run("republish", "--to", "*").code == 64)
        #expect(try ground.run("republish", "--to", "leadline.undelivered").code == 64)
    }

    @Test(
        "publishing says when stored leads get the version: the first and with --now at once, else with the next sweep")
    func published() throws {
        let ground = try Ground()
        defer { ground.servers.stop() }
        let org = ground.stage.org
        try ground.stage.withRegistry { registry in
            for _ in 1...3 {
                _ = try registry.add(Scorecard.byHand().artifact(), as: "m", organization: org, entity: .lead)
            }
        }
        let first = try ground.run("model", "publish", "m", "--version", "1", "--org", org)
        #expect(first.code == 0 && first.output.contains("stored open leads are scored by it now"))
        #expect(try ground.requests() == [.run])
        let later = try ground.run("model", "publish", "m", "--version", "2", "--org", org)
        #expect(later.code == 0 && later.output.contains("in the next daily sweep, 20"), "\(later.output)")
        #expect(later.output.contains("03:00 UTC"))
        #expect(try ground.requests() == [.run])
        let now = try ground.run("model", "publish", "m", "--version", "3", "--org", org, "--now")
        #expect(now.code == 0 && now.output.contains("stored open leads are scored by it now"))
        #expect(try ground.requests() == [.run, .run])
    }
}
