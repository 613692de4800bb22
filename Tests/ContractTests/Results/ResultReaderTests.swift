import Foundation
import LeadModel
import Testing

@testable import Contract

@Suite("ParsedMessage results")
struct ResultReaderTests {
    private let writer = ResultWriter(organization: "acme", entity: .lead)
    private let id: Exact = "00Q5e00000AbcDE"
    private let reader = ResultReader()

    private func expected(_ record: Record) -> ReadResult? {
        RecordResult(
            latestOf: record, id: id, organization: "acme", entity: .lead, scorecard: ResultFixtures.scorecard
        ).map { .ofRecord($0) }
    }

    @Test("what was written is read as what the stored record tells, whatever befell it")
    func roundTrip() throws {
        let scored = ResultFixtures.scored()
        let message = try #require(writer.scoring(of: scored, id: id, scorecard: ResultFixtures.scorecard))
        #expect(try reader.read(message.body) == expected(scored))
        let events: [(Notice.Kind, RecordEvent?)] = [
            (.closed, ResultFixtures.event(.updated, ResultFixtures.later, [(.status, .text("qualified"))])),
            (.deleted, ResultFixtures.event(.deleted, ResultFixtures.later)),
            (.erased, ResultFixtures.event(.erased, ResultFixtures.later)),
            (.unscored, nil),
            (.changed, ResultFixtures.event(.updated, ResultFixtures.later, [(.owner, .text("bob"))])),
        ]
        for (kind, event) in events {
            let record = ResultFixtures.after(kind, event, grade: .a)
            let message = try #require(writer.notice(of: record, id: id, scorecard: ResultFixtures.scorecard))
            #expect(try reader.read(message.body) == expected(record), "\(kind)")
        }
    }

    @Test("evidence is read as it was written, that under the version before too, and empty where it was cleared")
    func evidence() throws {
        var record = ResultFixtures.scored()
        record.scoring?.former = .init(
            model: ModelVersion(name: "default", version: 2), evidence: Evidence(bins: [0, 65_535, 300]))
        let written = try #require(writer.scoring(of: record, id: id, scorecard: ResultFixtures.scorecard))
        #expect(try reader.read(written.body) == expected(record))
        record.scoring?.evidence = Evidence(bins: [])
        let cleared = try #require(writer.scoring(of: record, id: id, scorecard: ResultFixtures.scorecard))
        guard case .ofRecord(let result) = try reader.read(cleared.body) else { throw ReadAsSomethingElse() }
        #expect(result.scoring?.evidence.bins == [] && result.reason == nil && result.lowEvidence == nil)
    }

    @Test("an erased contact is read with the ids of those that named it")
    func contact() throws {
        let erased = ContactErased(
            organization: "acme", id: "C1", revision: 7, leads: ["L1", "L2"], opportunities: ["O1"])
        #expect(try reader.read(erased.message().body) == .contactErased(erased))
    }

    @Test("every example of a result is read")
    func examples() throws {
        let names = try ContractFiles.names(in: "examples/results")
        #expect(names.count >= 6)
        for name in names { _ = try reader.read(ContractFiles.bytes("examples/results/\(name)")) }
    }

    @Test(
        "what is no result is told by its field, never by a value",
        arguments: [
            ("type", "\"leadline.lead.sold\""), ("subject", "17"), ("organization", "null"), ("data", "[]"),
            ("data.revision", "-1"), ("data.revision", "1e300"), ("data.scoringRevision", "null"),
            ("data.probability", "1.5"), ("data.grade", "\"Zed\""), ("data.trend", "\"up\""),
            ("data.evidence", "[70000]"), ("data.version", "\"3\""), ("data.scoredAt", "\"yesterday\""),
            ("data.status", "\"Zed\""), ("data.name", "{}"), ("data.former", "{\"model\":\"Zed\"}"),
        ])
    func refused(field: String, value: String) throws {
        let record = ResultFixtures.scored()
        let message = try #require(writer.scoring(of: record, id: id, scorecard: ResultFixtures.scorecard))
        var object = try #require(
            try JSONSerialization.jsonObject(with: Data(message.body)) as? [String: Any])
        let new = try JSONSerialization.jsonObject(with: Data(value.utf8), options: .fragmentsAllowed)
        if field.hasPrefix("data.") {
            var data = try #require(object["data"] as? [String: Any])
            data[String(field.dropFirst(5))] = new
            object["data"] = data
        } else {
            object[field] = new
        }
        let body = Array(try JSONSerialization.data(withJSONObject: object))
        #expect(throws: ResultReader.NotAResult(field: field)) { try reader.read(body) }
    }

    @Test("bytes that are no JSON are no result")
    func noJSON() {
        for body in ["", "{", "[]", "\"text\"", "{\"type\":\"leadline.lead.scored\"}"] {
            #expect(throws: ResultReader.NotAResult.self) { try reader.read(Array(body.utf8)) }
        }
    }

    private struct ReadAsSomethingElse: Error {}
}
