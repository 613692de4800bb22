import Foundation
import TestKit
import Testing

@Suite("Servers that are not there", .onOwnThreads)
struct AwayTests {
    @Test("a Redis that is away is named with its address in the first error line, by every command that needs it")
    func redis() throws {
        let servers = ["LEADLINE_REDIS_URL": "redis://127.0.0.1:1", "LEADLINE_BROKER_URL": "amqp://127.0.0.1:2"]
        let file = try LeadsFile(positives: 40, negatives: 40)
        let commands =
            [
                ["org", "create", "acme"], ["org", "list"], ["org", "show", "acme"],
                ["org", "set", "acme", "--limit", "5"], ["model", "list"], ["model", "show"],
                ["model", "publish", "x"], ["model", "rollback"], ["model", "delete", "x", "--yes"],
                ["explain", "L1"], ["export", "L1"], ["erase", "L1"], ["grades", "show"], ["usage"],
            ] + [
                ["import", file.path] + LeadsFile.flags, ["train", file.path, "--name", "x"] + LeadsFile.flags,
            ]
        for command in commands {
            let run = try CommandRun(command, environment: servers)
            #expect(run.code == 69, "\(command)")
            #expect(run.firstErrorLine.hasPrefix("leadline: Redis at redis://127.0.0.1:1/0: cannot connect"))
            #expect(run.firstErrorLine.contains("LEADLINE_REDIS_URL") && run.output.isEmpty)
        }
    }

    @Test("a broker that is away or refuses the login is named without its password")
    func broker() throws {
        var servers = try onlyRedis()
        servers["LEADLINE_BROKER_URL"] = "amqp://eva:s3cret@127.0.0.1:1/leads"
        let file = try LeadsFile(positives: 1, negatives: 1)
        for command in [["tail"], ["import", file.path, "--id", "Lead ID"]] {
            let run = try CommandRun(command, environment: servers)
            #expect(run.code == 69)
            #expect(run.firstErrorLine.hasPrefix("leadline: RabbitMQ at amqp://127.0.0.1:1/leads: cannot connect"))
            #expect(!run.errors.contains("s3cret"))
        }
        servers["LEADLINE_BROKER_URL"] = try TestServers.broker.url(virtualHost: "nowhere")
        let refused = try CommandRun(["tail"], environment: servers)
        #expect(refused.code == 69)
        #expect(
            refused.firstErrorLine.contains("RabbitMQ at") && refused.firstErrorLine.contains("LEADLINE_BROKER_URL"))
    }

    @Test("a worker waits for a server that is away, logs it once, and exits with 0 on SIGTERM")
    func worker() throws {
        let worker = try LeadlineProcess(
            ["worker", "--log-format", "json"],
            environment: ["LEADLINE_REDIS_URL": "redis://127.0.0.1:1", "LEADLINE_BROKER_URL": "amqp://127.0.0.1:2"])
        defer { worker.kill() }
        #expect(eventually { worker.printed.contains("Redis is away") })
        // Time to try again, and to say it again.
        Thread.sleep(forTimeInterval: 2)
        #expect(worker.isRunning)
        #expect(worker.printed.components(separatedBy: "Redis is away").count == 2)
        #expect(worker.terminate(within: .seconds(10)) == 0)
        for line in worker.printed.split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["level"] != nil && object?["message"] != nil, "each line is one JSON object")
        }
        let lanes = try CommandRun(["worker", "--lanes", "0"])
        #expect(lanes.code == 64 && lanes.firstErrorLine.contains("--lanes must be 1 to 64"))
    }
}
