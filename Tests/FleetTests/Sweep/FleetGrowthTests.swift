import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("Growth in the fleet", .onOwnThreads)
struct FleetGrowthTests {
    private static let day: Int64 = 86_400

    @Test("expired records are removed by that day's sweep; a late patch then waits, and an erased lead stays erased")
    func expired() throws {
        // A worker whose clock is ahead starts the sweeps of all organizations in its Redis.
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let stage = try Stage(redisOf: servers)
        try stage.withRegistry { registry in
            let former = try #require(try registry.settings(of: stage.org))
            var settings = former
            settings.window = 300
            try registry.set(settings, from: former, of: stage.org, detail: "test")
        }
        try stage.publish(.byHand())
        let today = try LeadlineProcess(workerOn: stage)
        defer { today.kill() }
        try stage.awaitFirstSweep()
        let ids = ["open", "closed", "deleted", "erased"]
        try stage.publish(ids.map { .created($0, ["source": "web"]) })
        _ = try stage.results(ofRecords: ids.count)
        let closing: [String: Any] = ["status": "qualified", "patch": true]
        try stage.publish([
            TestEvent("updated", "closed", data: closing), TestEvent("deleted", "deleted"),
            TestEvent("erased", "erased"),
        ])
        _ = try stage.results(ofRecords: 3)
        try stage.sweep()
        #expect(try ids.allSatisfy { try isStored($0, stage) }, "nothing goes before its time")
        today.terminate()

        let later = try LeadlineProcess(
            workerOn: stage, environment: ["LEADLINE_CLOCK_OFFSET": "\(370 * Self.day)"])
        defer { later.kill() }
        #expect(
            try stage.eventually { try !isStored("closed", stage) && !isStored("deleted", stage) },
            "the daily sweep of that day works them off")
        #expect(try isStored("open", stage) && isStored("erased", stage))
        _ = try stage.restOfResults()

        func patch(_ id: String) -> TestEvent {
            TestEvent("updated", id, data: ["attributes": ["web.visits": 3], "patch": true])
        }
        try stage.publish([patch("deleted"), patch("erased"), .created("erased", ["source": "web"])])
        #expect(try stage.eventually { try stage.record("deleted").revision > 0 })
        // A later event in the same queues, so all events before it are done.
        try stage.publish([patch("open"), .created("witness", ["source": "web"])])
        #expect(try stage.eventually { try stage.records(["open", "witness"]).allSatisfy { !$0.attributes.isEmpty } })
        #expect(try stage.eventually { try stage.record("open").attributes["web.visits"] != nil })
        let waiting = try stage.record("deleted")
        #expect(!waiting.isWhole && !waiting.isGone && waiting.scoring == nil)
        #expect(waiting.attributes == ["web.visits": .number(3)])
        let erased = try stage.record("erased")
        #expect(erased.isErased && erased.cells.isEmpty && erased.scoring == nil)
        let heard = try stage.restOfResults()
        #expect(Set(heard.map(\.subject)) == ["witness"], "neither is heard of")

        try stage.publish([.created("deleted", ["source": "fair"])])
        let back = try #require(try stage.results(ofRecords: 1).first)
        #expect(back.subject == "deleted" && back.data.score != nil && back.data.previousScore == nil)
        #expect(
            try stage.record("deleted").attributes == ["source": .text("fair"), "web.visits": .number(3)],
            "the snapshot makes it whole, with the patch that waited")
    }

    private func isStored(_ id: String, _ stage: Stage) throws -> Bool {
        let partition = Partition(of: Exact(id), kind: .lead, organization: stage.org, count: 16)
        return try stage.withRedis { try $0.call("HEXISTS", partition.records, id).int == 1 }
    }
}
