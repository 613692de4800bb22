import Foundation
import LeadModel
import Redis
import Registry
import TestKit
import Testing

@Suite("Erased means erased", .onOwnThreads)
struct ErasedTests {
    /// Strings that occur nowhere else.
    private static let values = [
        "Quirina Zweifalter", "owner-mortimer-kestrel", "quokkabicycle", "axolotl-lantern", "pangolin teapot",
        "Wendeline Oxpecker", "narwhal-harmonica", "bandicoot stairwell",
    ]

    @Test("after compaction Redis's files contain no value of an erased lead or contact, even if events still arrive")
    func nothingLeft() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let stage = try Stage(redisOf: servers)
        try stage.publish(.withEntities())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        let values = Self.values
        let contact = TestEvent(
            "created", "C1", data: ["name": values[5], "attributes": ["role": "owner", "hobby": values[6]]]
        ).of(.contact)
        let lead = TestEvent(
            "created", "L1",
            data: [
                "name": values[0], "owner": values[1], "related": ["contact": "C1"],
                "attributes": ["source": "web", "note": values[2], "list": [values[3], "x"]],
            ])
        let other = TestEvent("created", "L2", data: ["attributes": ["source": "web"], "related": ["contact": "C1"]])
        try stage.publish([contact])
        #expect(try stage.eventually { try stage.records(["C1"], kind: .contact)[0].revision > 0 })
        try stage.publish([lead, other])
        _ = try stage.results(ofRecords: 2)
        let update = TestEvent("updated", "L1", data: ["attributes": ["web.note": values[4]], "patch": true])
        let change = TestEvent(
            "updated", "C1", data: ["attributes": ["role": "clerk", "mood": values[7]], "patch": true]
        ).of(.contact)
        try stage.publish([update, change])
        #expect(try stage.eventually { try stage.record("L1").attributes["web.note"] != nil })
        #expect(try stage.eventually { try stage.records(["L1", "L2"]).allSatisfy(\.isPending) })
        try stage.sweep()
        _ = try stage.restOfResults()
        #expect(try found(in: servers) == Set(values), "as long as they are there they are found")

        try stage.publish([TestEvent("erased", "L1"), TestEvent("erased", "C1").of(.contact)])
        #expect(
            try stage.eventually {
                try stage.record("L1").isErased && stage.records(["C1"], kind: .contact)[0].isErased
            })
        // Late events, repeated events, and some with newer times.
        for event in [lead, update, contact, change] {
            try stage.publishAgain(event)
            try stage.publish([event])
            var newer = event
            (newer.id, newer.time) = ("newer \(event.verb) \(event.subject)", TestEvent("updated", "").time)
            try stage.publish([newer])
        }
        // The last message of both queues, so all messages before it are done.
        let last = TestEvent("updated", "witness", data: ["attributes": ["web.last": 1], "patch": true])
        try stage.publish([.created("witness", ["source": "web"]), last])
        #expect(
            try stage.eventually {
                let witness = try stage.record("witness")
                return witness.scoring != nil && witness.attributes["web.last"] != nil
            })
        try stage.sweep()
        try compact(stage)
        #expect(try found(in: servers) == [])

        let erased = try stage.record("L1")
        #expect(erased.isErased && erased.cells.isEmpty && erased.scoring == nil && erased.floors.isEmpty)
        #expect(try stage.record("L2").scoring?.contactRevision ?? 0 > 0, "the other lead is still there")
        let (referrers, scheduled) = try indexes(stage)
        #expect(referrers == ["lead/L2"], "who is erased names nobody")
        #expect(scheduled == ["r:L1", "r:C1"], "and is remembered by id until its tombstone goes")
    }

    @Test("a score that read an erased contact has no reasons any more: also of a deleted, a moved and a changed lead")
    func reasonsGo() throws {
        let stage = try Stage()
        try stage.publish(.withEntities())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        func patch(_ id: String, _ data: [String: Any]) -> TestEvent {
            TestEvent("updated", id, data: data.merging(["patch": true]) { $1 })
        }
        let contacts = ["C1", "C2"].map {
            TestEvent("created", $0, data: ["attributes": ["role": "owner"]]).of(.contact)
        }
        try stage.publish(contacts)
        #expect(
            try stage.eventually { try stage.records(["C1", "C2"], kind: .contact).allSatisfy { $0.revision > 0 } })
        let ids = ["deleted", "moved", "noticed", "closed", "other"]
        try stage.publish(
            ids.map { id in
                TestEvent(
                    "created", id,
                    data: ["attributes": ["source": "web"], "related": ["contact": id == "other" ? "C2" : "C1"]])
            })
        #expect(try stage.results(ofRecords: 5).allSatisfy { $0.data.reasons?.isEmpty == false })
        try stage.publish([
            TestEvent("deleted", "deleted"), patch("moved", ["related": ["contact": "C2"]]),
            patch("noticed", ["owner": "ann"]), patch("closed", ["status": "qualified"]),
        ])
        let noticed = try stage.results(ofRecords: 4)
        #expect(noticed.count == 4 && noticed.allSatisfy { $0.data.reasons?.isEmpty == false })

        try stage.publish([TestEvent("erased", "C1").of(.contact)])
        #expect(
            try stage.eventually {
                try stage.records(ids.dropLast()).allSatisfy { $0.scoring?.evidence.bins.isEmpty == true }
            })
        let cleared = try stage.restOfResults().filter { $0.subject != "C1" }
        #expect(Set(cleared.map(\.subject)) == Set(ids.dropLast()) && cleared.allSatisfy { $0.data.reasons == nil })
        // Also under the ids of what came after the scorings, so that who takes the newest result loses them too.
        #expect(Set(cleared.map(\.id)).isSuperset(of: noticed.map(\.id)))
        #expect(try stage.record("other").scoring?.evidence.bins.isEmpty == false)
        #expect(try stage.record("moved").isPending, "it can be scored without the erased contact")
        try stage.sweep()
        #expect(try stage.record("moved").scoring?.evidence.bins.isEmpty == false)
    }

    @Test("more than 200 scores that read an erased contact lose their reasons as well")
    func manyReasonsGo() throws {
        let stage = try Stage()
        try stage.publish(.withEntities())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        try stage.publish([TestEvent("created", "C1", data: ["attributes": ["role": "owner"]]).of(.contact)])
        #expect(try stage.eventually { try stage.records(["C1"], kind: .contact)[0].revision > 0 })
        let ids = (0..<230).map { "L\($0)" }
        let data: [String: Any] = ["attributes": ["source": "web"], "related": ["contact": "C1"]]
        try stage.publish(ids.map { TestEvent("created", $0, data: data) })
        #expect(try stage.results(ofRecords: 230).count >= 230)
        try stage.publish(ids.prefix(20).map { TestEvent("deleted", $0) })
        #expect(try stage.eventually { try stage.records(Array(ids.prefix(20))).allSatisfy(\.isGone) })
        try stage.publish([TestEvent("erased", "C1").of(.contact)])
        #expect(
            try stage.eventually(within: .seconds(60)) {
                try stage.records(ids).allSatisfy { $0.scoring?.evidence.bins.isEmpty == true }
            })
    }

    /// The contact's referrers, and the records' entries in the schedules.
    private func indexes(_ stage: Stage) throws -> (referrers: Set<String>, scheduled: Set<String>) {
        try stage.withRedis { redis in
            let place = Partition(of: "C1", kind: .contact, organization: stage.org, count: 16)
            let referrers = try redis.call("ZRANGE", place.referrers("C1"), 0, -1).array?.compactMap(\.text) ?? []
            var scheduled: Set<String> = []
            for kind in RecordKind.allCases {
                for number in 0..<16 {
                    let key = Partition(organization: stage.org, kind: kind, number: number).schedule
                    scheduled.formUnion(try redis.call("ZRANGE", key, 0, -1).array?.compactMap(\.text) ?? [])
                }
            }
            return (Set(referrers), scheduled.filter { !$0.hasPrefix("d:") })
        }
    }

    private func compact(_ stage: Stage) throws {
        try stage.withRedis { redis in
            func persistence() throws -> String { try redis.call("INFO", "persistence").text ?? "" }
            func rewrites() throws -> Bool {
                let info = try persistence()
                return info.contains("aof_rewrite_in_progress:1") || info.contains("aof_rewrite_scheduled:1")
            }
            #expect(try stage.eventually { try !rewrites() })
            _ = try redis.call("BGREWRITEAOF")
            #expect(try stage.eventually { try !rewrites() })
            #expect(try persistence().contains("aof_last_bgrewrite_status:ok"))
        }
    }

    /// Which of the values are contained in any of Redis's files.
    private func found(in servers: PrivateServers) throws -> Set<String> {
        let folder = URL(fileURLWithPath: servers.redis.folder)
        var found: Set<String> = []
        var files = 0
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
        while let file = all?.nextObject() as? URL {
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile ?? false else { continue }
            let bytes = try Data(contentsOf: file)
            files += 1
            found.formUnion(Self.values.filter { bytes.range(of: Data($0.utf8)) != nil })
        }
        #expect(files > 1, "\(folder.path) has Redis's files")
        return found
    }
}
