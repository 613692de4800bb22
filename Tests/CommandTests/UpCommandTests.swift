import Foundation
import Rabbit
import Redis
import TestKit
import Testing

@Suite("leadline up", .onOwnThreads)
struct UpCommandTests {
    private struct Endpoints: Decodable {
        var broker, redis: String?
    }

    private let folder: String
    init() throws { folder = try TestFolder.make("up/\(UUID().uuidString)") }

    private func started(_ environment: [String: String] = [:]) throws -> LeadlineProcess {
        let up = try LeadlineProcess(["up"], environment: environment, folder: folder)
        #expect(
            eventually(within: .seconds(60)) { up.printed.contains("taking work") || !up.isRunning } && up.isRunning,
            "\(up.printed)")
        return up
    }

    private func command(_ arguments: String..., environment: [String: String] = [:]) throws -> CommandRun {
        try CommandRun(arguments, environment: environment, folder: folder)
    }

    private func endpoints() throws -> Endpoints {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/.leadline/endpoints.json"))
        return try JSONDecoder().decode(Endpoints.self, from: data)
    }

    /// The processes that serve it, by the notes in their folders.
    private func servers() -> [Int32] {
        ["rabbitmq", "redis"].compactMap { name in
            let note = try? String(contentsOfFile: folder + "/.leadline/\(name)/process", encoding: .utf8)
            return note?.split(separator: " ").first.flatMap { Int32($0) }
        }
    }

    private func allEnd(_ processes: [Int32]) -> Bool {
        eventually(within: .seconds(1)) { processes.allSatisfy { kill($0, 0) == -1 && errno == ESRCH } }
    }

    @Test(
        "a lead published to its broker is scored; no server keeps running after SIGTERM or SIGKILL")
    func wholeWay() throws {
        var up = try started()
        defer { up.kill() }
        #expect(up.printed.contains("RabbitMQ is running") && !up.printed.contains("started(name"))
        let second = try command("up")
        #expect(second.code == 64 && second.firstErrorLine.contains("a `leadline up` already runs in .leadline"))

        let file = try LeadsFile(positives: 40, negatives: 40)
        let trained = try CommandRun(
            ["train", file.path, "--name", "sales", "--publish"] + LeadsFile.flags, folder: folder)
        #expect(trained.code == 0)
        let tail = try LeadlineProcess(["tail", "default.lead.#", "--count", "1"], folder: folder)
        defer { tail.kill() }
        #expect(eventually { tail.printed.contains("waiting for") })
        let address = try RabbitAddress(try #require(try endpoints().broker))
        let publisher = try Publisher(address, name: "test")
        let event = TestEvent.created("L1", ["Source": "web", "Visits": 9])
        try publisher.publish(
            event.body("default"), to: "leadline.records", routingKey: "default.lead.created",
            properties: Properties(contentType: "application/cloudevents+json"))
        #expect(try publisher.awaitConfirms(timeout: .seconds(10))?.isEmpty == true)
        publisher.close()
        #expect(tail.exitCode(within: .seconds(20)) == 0)
        #expect(tail.printed.contains("default  L1  "))
        #expect(try command("explain", "L1").code == 0)
        #expect(eventually { (try? command("leads").output.contains("L1")) ?? false }, "its ledger has it too")

        let env = try command("env")
        let exported = try Dictionary(
            uniqueKeysWithValues: env.output.split(separator: "\n").map { line in
                let words = try #require(line.wholeMatch(of: /export (LEADLINE_\w+_URL)='([^']+)'/))
                return (String(words.1), String(words.2))
            })
        #expect(try exported["LEADLINE_BROKER_URL"] == endpoints().broker)

        // Killed: the kernel ends its servers, nobody takes what it left for running ones, and the next finds the data.
        let children = servers()
        #expect(children.count == 2)
        up.kill()
        let left = try RedisAddress(#require(try endpoints().redis))
        let check = try command("check")
        #expect(
            !(check.output + check.errors).contains("\(left)"), "what it left behind is not taken for running servers")
        #expect(try command("env").code == 69)
        // A shell that has evaluated the lines of `env` can start it again.
        up = try started(exported)
        #expect(children.allSatisfy { !servers().contains($0) })
        #expect(try command("explain", "L1").code == 0)
        #expect(try command("check").code == 0)

        let last = servers()
        #expect(last.count == 2)
        #expect(up.terminate() == 0)
        #expect(allEnd(last))
        #expect(up.printed.contains("ending RabbitMQ and Redis"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/.leadline/endpoints.json"))
    }

    @Test("if the settings name one server, it starts the other, and other commands find both")
    func half() throws {
        let named = ["LEADLINE_BROKER_URL": try TestServers.virtualHost()]
        let up = try started(named)
        defer { up.kill() }
        #expect(up.printed.contains("starting a private Redis in .leadline\n"))
        let endpoints = try endpoints()
        #expect(endpoints.broker == nil && endpoints.redis != nil)
        let list = try command("org", "list", "--json", environment: named)
        #expect(try list.json([String].self) == ["default"])
        #expect(try command("check", environment: named).code == 0)
        let redis = servers()
        #expect(up.terminate() == 0)
        #expect(allEnd(redis))
    }

    @Test("a server that goes away is announced once, for the worker and the ledger together")
    func outage() throws {
        let up = try started()
        defer { up.kill() }
        #expect(eventually { up.printed.contains("ledger applies scores") })
        kill(try #require(servers().first), SIGKILL)
        #expect(eventually(within: .seconds(60)) { up.printed.contains("RabbitMQ is back") })
        #expect(up.printed.components(separatedBy: "RabbitMQ is away").count == 2, "\(up.printed)")
    }

    @Test("an invalid organization name is refused before anything starts")
    func refused() throws {
        let run = try command("up", "--org", "Acme Inc")
        #expect(run.code == 64 && run.firstErrorLine.contains("--org must be"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/.leadline"))
    }
}
