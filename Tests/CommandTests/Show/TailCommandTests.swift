import Foundation
import TestKit
import Testing

@Suite("leadline tail", .onOwnThreads)
struct TailCommandTests {
    @Test("results that match the pattern are printed as they come, with reasons, until Ctrl-C")
    func printed() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let servers = LeadlineProcess.servers(stage)
        let all = try LeadlineProcess(["tail", "\(stage.org).#", "--count", "2"], environment: servers)
        let best = try LeadlineProcess(["tail", "\(stage.org).lead.A.#", "--json"], environment: servers)
        defer {
            all.kill()
            best.kill()
        }
        #expect(try stage.eventually { [all, best].allSatisfy { $0.printed.contains("waiting for") } })
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([
            .created("good", ["source": "web", "visits": 12]), .created("bad", ["source": "fair", "visits": 1]),
        ])
        #expect(all.exitCode(within: .seconds(30)) == 0)
        #expect(
            all.printed.contains(
                "\(stage.org)  good  88 A  unknown  + Visits: 10 and more — strongly positive, + Source: web — strongly positive\n"
            ))
        #expect(
            all.printed.contains(
                "\(stage.org)  bad  10 D  unknown  − Visits: under 3 — strongly negative, − Source: fair — strongly negative\n"
            ))
        #expect(try stage.eventually(within: .seconds(5)) { best.printed.contains("\"subject\":\"good\"") })
        #expect(!best.printed.contains("\"subject\":\"bad\""))
        best.send(SIGINT)
        _ = best.exitCode(within: .seconds(5))
        #expect(!best.printed.contains("leadline:"), "Ctrl-C ends it quietly")
    }

    @Test("it ends after a time without results, and a pattern that could never match is refused")
    func ends() throws {
        let stage = try Stage()
        let idle = try CommandRun(["tail", "--idle", "1"], environment: LeadlineProcess.servers(stage))
        #expect(idle.code == 0 && idle.output.isEmpty)
        let few = try CommandRun(["tail", "--idle", "1", "--count", "3"], environment: LeadlineProcess.servers(stage))
        #expect(few.code == 69 && few.errors.contains("leadline: 0 of 3 results came, then none for 1 s"))
        for pattern in ["", "acme", "acme.lead.A", "acme..A.#"] {
            let run = try CommandRun(["tail", pattern], environment: LeadlineProcess.servers(stage))
            #expect(run.code == 64 && run.firstErrorLine.contains("organization.entity.grade.from.what"))
        }
    }

    @Test("a broker without the topology is an error that names it")
    func noTopology() throws {
        let run = try CommandRun(["tail"], environment: ["LEADLINE_BROKER_URL": try TestServers.virtualHost()])
        #expect(run.code == 69)
        #expect(run.firstErrorLine.contains("RabbitMQ at amqp://") && run.firstErrorLine.contains("leadline up"))
    }
}
