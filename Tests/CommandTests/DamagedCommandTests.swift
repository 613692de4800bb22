import Contract
import Foundation
import LeadModel
import Redis
import Registry
import TestKit
import Testing

@Suite("leadline damaged", .onOwnThreads)
struct DamagedCommandTests {
    @Test("a damaged record fails the check, is listed without its id, shown with its bytes, dropped, and made again")
    func whole() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let servers = LeadlineProcess.servers(stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        func run(_ arguments: String...) throws -> CommandRun { try CommandRun(arguments, environment: servers) }
        try stage.publish([.created("person-1")])
        #expect(try stage.results(ofRecords: 1).count == 1)
        #expect(try run("damaged", "list").output == "no damaged records\n")
        let place = RecordStore.Place(of: "person-1", kind: .lead, organization: stage.org, partitions: 16)
        try stage.withRedis { _ = try $0.call("HSET", place.partition.records, "person-1", "\u{7f}garbage") }
        try stage.publish([.created("person-1", ["visits": 9])])
        let name = "\(stage.org)/\(DamagedRecord.name(of: place))"
        #expect(try stage.eventually { try run("damaged", "list").output.contains(name) })

        let check = try run("check")
        #expect(check.code == 65 && check.errors.contains("FAIL  stored data: \(stage.org): 1 stored records"))
        let list = try run("damaged", "list", "--json")
        try JSONOutputTests.expect(list.output, like: "commands/damaged-list.json")
        #expect(!list.output.contains("person-1") && !worker.printed.contains("person-1"))
        let shown = try run("damaged", "show", name)
        #expect(shown.output.contains("id: person-1\n") && shown.output.hasSuffix("\n.garbage\n"))
        try JSONOutputTests.expect(run("damaged", "show", name, "--json").output, like: "commands/damaged-show.json")

        #expect(try run("damaged", "drop").code == 64)
        #expect(try run("damaged", "drop", name + "0").code == 65)
        #expect(try run("damaged", "drop", name).output == "dropped 1, readable again or gone 0\n")
        #expect(try run("check").code == 0)
        #expect(try run("rejected", "requeue", "--all", "--reason", "damaged-record").output == "requeued 1\n")
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["person-1"])
        #expect(try stage.record("person-1").attributes["visits"] == .number(9))
    }

    @Test(
        "a dictionary that lost names is replaced by drop; then new leads are scored, and old ones are damaged singly")
    func dictionary() throws {
        let stage = try Stage(partitions: 1)
        try stage.publish(.byHand())
        let servers = LeadlineProcess.servers(stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        func run(_ arguments: String...) throws -> CommandRun { try CommandRun(arguments, environment: servers) }
        let partition = Partition(organization: stage.org, kind: .lead, number: 0)
        try stage.publish([.created("old", ["visits": 3])])
        #expect(try stage.results(ofRecords: 1).count == 1)
        // A sweep that finds "old" without its names would list it too.
        try stage.awaitFirstSweep()
        let names = try stage.withRedis { redis in
            let names = try redis.call("LRANGE", partition.names, 0, -1).array ?? []
            try redis.call("DEL", partition.names)
            return names
        }
        try stage.publish([.created("new", ["plan": "pro"])])
        #expect(try stage.drain(Names.rejected, count: 1).count == 1)
        #expect(try run("damaged", "list").output.contains("\(stage.org)/lead/0/partition"))
        #expect(try run("damaged", "drop", "--all").output.contains("new dictionaries of names: 1"))
        try stage.publish([.created("new", ["plan": "pro"]), .created("old", ["visits": 4])])
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["new"])
        #expect(try stage.record("new").attributes == ["plan": .text("pro")], "no name of a lost id")
        #expect(try stage.drain(Names.rejected, count: 1).count == 1)
        // Each former name has its place, so a backup's can be set again.
        try stage.withRedis { redis in
            for (place, name) in names.enumerated().dropFirst() {
                try redis.call("LSET", partition.names, place, name.bytes ?? [])
            }
        }
        #expect(try stage.record("old").attributes == ["visits": .number(3)])
        #expect(
            try run("damaged", "drop", "--all", "--org", stage.org).output == "dropped 0, readable again or gone 1\n")
    }

    @Test("settings of Redis that can lose data fail the check; a user who may not look is told so, without a failure")
    func redisSettings() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let stage = try Stage(redisOf: servers)
        let environment = LeadlineProcess.servers(stage)
        let well = try CommandRun(["check"], environment: environment)
        #expect(well.code == 0 && !well.output.contains("Redis settings"))
        _ = try stage.withRedis { try $0.call("CONFIG", "SET", "appendfsync", "everysec") }
        let late = try CommandRun(["check"], environment: environment)
        #expect(late.code == 0 && late.output.contains("warn  Redis settings: appendfsync is everysec"))
        try stage.withRedis { redis in
            try redis.call("CONFIG", "SET", "appendonly", "no")
            try redis.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        }
        let wrong = try CommandRun(["check"], environment: environment)
        #expect(wrong.code == 65)
        #expect(wrong.errors.contains("maxmemory-policy is allkeys-lru") && wrong.errors.contains("appendonly is off"))
        let worker = try LeadlineProcess(workerOn: stage)
        #expect(try stage.eventually { worker.printed.contains("appendonly is off") })
        #expect(worker.terminate() == 0)
        _ = try stage.withRedis {
            try $0.call("ACL", "SETUSER", "narrow", "on", ">secret", "~*", "&*", "+@all", "-config", "-info")
        }
        var narrow = environment
        narrow["LEADLINE_REDIS_URL"] = stage.redis.asUser("narrow").url
        let unknown = try CommandRun(["check"], environment: narrow)
        #expect(unknown.code == 0 && unknown.output.contains("warn  Redis settings: CONFIG GET is not allowed"))
    }
}
