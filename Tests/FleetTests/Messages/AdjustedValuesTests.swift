import Contract
import Foundation
import LeadModel
import Rabbit
import TestKit
import Testing

@Suite("One value never costs the record", .onOwnThreads)
struct AdjustedValuesTests {
    /// A long note, an object, a list of numbers and 20 attributes too many.
    private func wide(_ id: String) -> TestEvent {
        var attributes: [String: Any] = [
            "source": "web", "visits": 12, "message": String(repeating: "lorem ipsum ", count: 1000),
            "address": ["city": "Bonn", "geo": ["lat": 50.7]], "tags": [1, 2],
        ]
        for number in 0..<514 { attributes["x\(number + 100)"] = number }
        return .created(id, attributes)
    }

    private struct Adjusted: Decodable, Equatable {
        var cut, dropped: [String]
        var others: Int
    }

    private func adjusted(_ result: TestResult?) throws -> Adjusted? {
        struct Body: Decodable {
            var data: Data
            struct Data: Decodable { var adjusted: Adjusted? }
        }
        return try JSONDecoder().decode(Body.self, from: Data(try #require(result).body)).data.adjusted
    }

    @Test(
        "a long text is cut, an object flattened, the unusable dropped, and the lead is scored; result and explain say so"
    )
    func scored() throws {
        let stage = try Stage(partitions: 1)
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let event = wide("L1")
        try stage.publish([event, .created("plain", ["source": "web", "visits": 12])])
        let results = try stage.results(ofRecords: 2)
        let plain = try #require(results.first { $0.subject == "plain" })
        let result = try #require(results.first { $0.subject == "L1" })
        #expect(try adjusted(plain) == nil)
        let dropped = ["address.geo", "tags"] + (596..<614).map { "x\($0)" }
        #expect(try adjusted(result) == Adjusted(cut: ["message"], dropped: dropped.sorted(), others: 0))
        let record = try stage.record("L1")
        #expect(record.attributes["address.city"] == .text("Bonn") && record.attributes["tags"] == nil)
        guard case .text(let message)? = record.attributes["message"] else { return #expect(Bool(false)) }
        #expect(message.utf8.count == 8192 && String(repeating: "lorem ipsum ", count: 1000).hasPrefix(message))
        #expect(try record.scoring?.probability == stage.record("plain").scoring?.probability)
        #expect(try stage.drain(Names.rejected).isEmpty)

        let servers = LeadlineProcess.servers(stage)
        let explained = try CommandRun(["explain", "L1", "--org", stage.org], environment: servers)
        #expect(
            explained.output.contains("Values that don't fit the contract: cut: message; dropped: address.geo, tags"))
        #expect(!explained.output.contains("lorem"))
        let json = try CommandRun(["explain", "L1", "--org", stage.org, "--json"], environment: servers)
        struct Explained: Decodable { var adjusted: Adjusted }
        #expect(try json.json(Explained.self).adjusted == adjusted(result))
        #expect(worker.count(of: "cut: message; dropped: ") == 1 && worker.count(of: "lorem") == 0)

        // The same event again changes nothing; a newer value that fits clears the mark.
        let revision = record.revision
        try stage.publish([event])
        #expect(try stage.results(beforeThatOf: "after").allSatisfy { $0.subject == "L1" })
        #expect(try stage.record("L1").revision == revision)
        try stage.publish([
            TestEvent("updated", "L1", data: ["patch": true, "attributes": ["message": "short", "tags": ["a"]]])
        ])
        #expect(try stage.eventually { try stage.record("L1").attributes["message"] == .text("short") })
        let left = try #require(try stage.record("L1").adjustments)
        #expect(left.cut == [] && left.dropped == dropped.filter { $0 != "tags" })
    }

    @Test("a strict organization refuses the same events, with their reasons; it is set and unset by a command")
    func strict() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let servers = LeadlineProcess.servers(stage)
        func set(_ flag: String) throws {
            let run = try CommandRun(["org", "set", stage.org, flag], environment: servers)
            #expect(run.code == 0 && run.errors.isEmpty)
        }
        let before = try stage.withRegistry { try $0.requiredSettings(of: stage.org) }
        try set("--strict")
        var strict = before
        strict.isStrict = true
        #expect(try stage.withRegistry { try $0.requiredSettings(of: stage.org) } == strict)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let bad: [(attributes: [String: Any], reason: Refusal.Reason, field: String)] = [
            (["a": String(repeating: "é", count: 4097)], .tooLarge, "data.attributes.a"),
            (["a": ["b": 1]], .wrongType, "data.attributes.a"), (["a": ["x", 1]], .wrongType, "data.attributes.a[1]"),
            (Dictionary(uniqueKeysWithValues: (0..<501).map { ("a\($0)", $0) }), .tooLarge, "data.attributes"),
        ]
        let events = bad.enumerated().map { TestEvent.created("B\($0)", $1.attributes) }
        let bodies = events.map { $0.body(stage.org) }
        let elements = bodies + [TestEvent.created("good", ["source": "web"]).body(stage.org)]
        let batch = "[" + elements.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",") + "]"
        try stage.publish([("\(stage.org).lead.created", Array(batch.utf8))], contentType: Names.ContentType.batch)
        #expect(try stage.results(ofRecords: 1).map(\.subject) == ["good"])
        let rejected = try stage.drain(Names.rejected, count: bad.count)
        #expect(rejected.map(\.body) == bodies)
        for (index, (delivery, bad)) in zip(rejected, bad).enumerated() {
            let headers = delivery.properties.headers
            #expect(headers[Names.Header.reason]?.text == bad.reason.rawValue)
            #expect(headers[Names.Header.field]?.text == bad.field)
            #expect(headers[Names.Header.index]?.integer == Int64(index))
        }

        try set("--no-strict")
        #expect(try stage.withRegistry { try $0.requiredSettings(of: stage.org) } == before)
        #expect(
            try stage.eventually {
                try stage.publish([events[0]])
                return try stage.record("B0").scoring != nil
            })
    }
}
