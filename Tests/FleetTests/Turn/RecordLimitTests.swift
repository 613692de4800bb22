import Contract
import Fleet
import LeadModel
import Registry
import TestKit
import Testing

@Suite("A stored record has a limit", .onOwnThreads)
struct RecordLimitTests {
    /// A patch of 100 attributes of 2,000 bytes each.
    private func patch(_ id: String, _ name: String, _ text: Character = "z") -> TestEvent {
        let value = String(repeating: text, count: 2000)
        let attributes = Dictionary(uniqueKeysWithValues: (0..<100).map { ("\(name).\($0)", value) })
        return TestEvent("updated", id, data: ["patch": true, "attributes": attributes])
    }

    private func size(_ id: String, on stage: Stage) throws -> Int { RecordBlob.size(of: try stage.record(id)) }

    @Test("an event over it is rejected alone: its record keeps its state, its neighbours in the batch are stored")
    func rejected() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([.created("fat", ["source": "web"]), .created("other", ["source": "web"])])
        #expect(try stage.results(ofRecords: 2).count == 2)
        try stage.publish([patch("fat", "a")])
        #expect(try stage.eventually { try size("fat", on: stage) > 200_000 })
        let before = try stage.record("fat")

        let small = TestEvent("updated", "fat", data: ["patch": true, "name": "small", "attributes": ["a.0": "short"]])
        let other = TestEvent("updated", "other", data: ["patch": true, "name": "other"])
        let elements = [patch("fat", "b"), other, small].map { String(decoding: $0.body(stage.org), as: UTF8.self) }
        try stage.publish(
            [("\(stage.org).lead.updated", Array("[\(elements.joined(separator: ","))]".utf8))],
            contentType: Names.ContentType.batch)
        let rejected = try #require(try stage.drain(Names.rejected, count: 1).first)
        #expect(String(decoding: rejected.body, as: UTF8.self) == elements[0])
        #expect(rejected.properties.headers[Names.Header.reason]?.text == Refusal.Reason.recordTooLarge.rawValue)
        #expect(rejected.properties.headers[Names.Header.index]?.integer == 0)
        #expect(rejected.properties.headers[Names.Header.message]?.text?.contains("262144 bytes") ?? false)
        #expect(try stage.eventually { try stage.record("fat").text(.name) == "small" })
        #expect(try stage.eventually { try stage.record("other").text(.name) == "other" })
        let after = try stage.record("fat")
        #expect(after.attributes.keys.count == before.attributes.keys.count)
        #expect(after.attributes["a.1"] == before.attributes["a.1"] && after.attributes["a.0"] == .text("short"))
        #expect(try stage.drain(Names.rejected).isEmpty)
    }

    @Test("a record larger than a lowered limit still takes what makes it no larger, and its deletion and erasure")
    func lowered() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        var options = WorkerOptions(broker: stage.broker, redis: stage.redis)
        let first = WorkerWithin(options)
        defer { first.stop() }
        for id in ["deleted", "erased", "patched"] {
            try stage.publish([.created(id, ["source": "web"]), patch(id, "a")])
            #expect(try stage.eventually { try size(id, on: stage) > 200_000 })
        }
        first.stop()

        options.recordBytes = 100_000
        let second = WorkerWithin(options)
        defer { second.stop() }
        try stage.publish([patch("patched", "a", "y"), TestEvent("deleted", "deleted"), TestEvent("erased", "erased")])
        #expect(try stage.eventually { try stage.record("deleted").isGone })
        #expect(try stage.eventually { try stage.record("erased").isErased })
        #expect(
            try stage.eventually {
                try stage.record("patched").attributes["a.0"] == .text(String(repeating: "y", count: 2000))
            })
        try stage.publish([TestEvent("updated", "patched", data: ["patch": true, "attributes": ["b": "more"]])])
        #expect(try stage.drain(Names.rejected, count: 1).count == 1)
        try stage.publish([.created("patched", ["source": "web"])])
        #expect(try stage.eventually { try stage.record("patched").floors[""] != nil })
    }

    @Test("the size that is compared is at least what the registry stores without the score, and not much more")
    func estimate() throws {
        var names = NameTable(incarnation: "test")
        for count in [0, 1, 50, 500] {
            for length in [0, 7, 300, 4000] {
                var record = Record()
                record.merge([
                    RecordEvent(
                        kind: .lead, verb: .created, recordID: "L", source: "test", id: "1", time: .present,
                        sequence: "17",
                        fields: (0..<count).map { number in
                            let text = String(repeating: "x", count: length)
                            let values: [Value] = [.text(text), .number(0.1), .flag(true), .list([text, text])]
                            return FieldValue(.attribute(AttributeName(Exact("n\(number)"))), values[number % 4])
                        })
                ])
                let (stored, size) = (RecordBlob.encode(record, names: &names).count, RecordBlob.size(of: record))
                #expect(size >= stored && size <= stored + 150 + 12 * count)
            }
        }
    }
}
