import Contract
import Foundation
import Intake
import LeadModel
import Testing

@Suite("Events of an import")
final class ImportPlanTests {
    /// Plans read their files again, so these stay until the test ends.
    private var kept: [FixtureFile] = []
    private let now = Moment(rfc3339: "2026-11-21T12:00:00Z") ?? Moment(microseconds: 0)

    private func plan(
        _ file: FixtureFile, asOf: String? = "2026-11-01T00:00:00Z", _ flags: (inout ColumnRoles) -> Void = { _ in }
    ) throws -> ImportPlan {
        kept.append(file)
        let opened = try file.open {
            $0.id = "id"
            flags(&$0)
        }
        return try ImportPlan(
            file: opened, organization: "acme", asOf: asOf.flatMap { Moment(rfc3339: $0) }, now: now)
    }

    private func batches(_ plan: ImportPlan) throws -> [ImportBatches.Batch] {
        let batches = try plan.batches()
        var all: [ImportBatches.Batch] = []
        while let batch = try batches.next() { all.append(batch) }
        return all
    }

    private func events(_ plan: ImportPlan) throws -> [NSDictionary] {
        try batches(plan).flatMap { batch in
            try #require(try JSONSerialization.jsonObject(with: Data(batch.json)) as? [NSDictionary])
        }
    }

    private func failure(_ file: FixtureFile, _ flags: (inout ColumnRoles) -> Void = { _ in }) throws -> IntakeError {
        let plan = try plan(file, flags)
        return try #require(throws: IntakeError.self) { try batches(plan) }
    }

    @Test("of rows with one id an import publishes the one that changed last, else the last one")
    func repeated() throws {
        let rows =
            "1,a,2026-06-03\n2,b,2026-06-01\n1,c,2026-06-01\n2,d,2026-06-01\n3,e,2026-06-02\n3,f,\n3,g,2026-06-04\n"
        func names(_ flags: @escaping (inout ColumnRoles) -> Void) throws -> [String] {
            let file = try FixtureFile("id,name,changed\n" + rows)
            kept.append(file)
            let opened = try file.open {
                ($0.id, $0.name) = ("id", "name")
                flags(&$0)
            }
            let survey = try FileSurvey(opened, for: .importing)
            let plan = try ImportPlan(
                file: opened.without(survey.superseded), organization: "acme", asOf: now, now: now)
            return try events(plan).compactMap { ($0["data"] as? NSDictionary)?["name"] as? String }
        }
        #expect(try names { $0.modified = "changed" } == ["a", "d", "f"])
        #expect(try names { $0.exclude = ["changed"] } == ["c", "d", "g"])
    }

    @Test("an event is a CloudEvent of the contract, and has all values of the row")
    func event() throws {
        let text =
            "id,result,made,done,who,title,industry,web.visits,phase,since,way\n"
            + "7,Won,2026-01-02,2026-02-03,ann,Deal,Car \"x\",4,2 - Offer,2026-01-20,Renewal\n"
        let plan = try plan(try FixtureFile(text)) {
            ($0.entity, $0.outcome, $0.positive) = (.opportunity, "result", "won")
            ($0.created, $0.closed, $0.owner, $0.name) = ("made", "done", "who", "title")
            ($0.stage, $0.stageSince, $0.process) = ("phase", "since", "way")
        }
        let event = try #require(try events(plan).first)
        #expect(event["specversion"] as? String == "1.0")
        #expect(event["source"] as? String == "leadline/import")
        #expect(event["type"] as? String == "leadline.opportunity.imported")
        #expect(event["subject"] as? String == "7")
        #expect(event["time"] as? String == "2026-11-01T00:00:00.000Z")
        #expect(event["organization"] as? String == "acme")
        #expect((event["id"] as? String)?.count == 16)
        let data: NSDictionary = [
            "status": "won", "createdAt": "2026-01-02T00:00:00.000Z", "closedAt": "2026-02-03T00:00:00.000Z",
            "owner": "ann", "name": "Deal", "process": "Renewal", "stage": "2 - Offer",
            "stageSince": "2026-01-20T00:00:00.000Z", "attributes": ["industry": "Car \"x\"", "web.visits": "4"],
        ]
        #expect(event["data"] as? NSDictionary == data)
    }

    @Test("the same file gives the same bytes, and an event's id changes only with its content")
    func sameBytes() throws {
        let file = try FixtureFile("id,a,changed\n1,x,2026-01-01\n2,y,2026-01-01\n")
        let newer = try FixtureFile("id,a,changed\n2,z,2026-01-02\n1,x,2026-01-01\n")
        func plan(_ file: FixtureFile) throws -> ImportPlan {
            try self.plan(file, asOf: nil) { $0.modified = "changed" }
        }
        #expect(try batches(plan(file)).map(\.json) == batches(plan(file)).map(\.json))
        let (first, second) = (try events(plan(file)), try events(plan(newer)))
        #expect(first[0] == second[1])
        #expect(first[1]["id"] as? String != second[0]["id"] as? String)
        #expect(second[0]["time"] as? String == "2026-01-02T00:00:00.000Z")
    }

    @Test("events without a time of their own have the file's, and a newer file's events are newer")
    func fileTime() throws {
        let file = try FixtureFile("id,a\n1,x\n")
        func touched(_ seconds: Double) throws -> String? {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: file.path)
            return try events(plan(file, asOf: nil))[0]["time"] as? String
        }
        #expect(try touched(1_767_225_600) == "2026-01-01T00:00:00.000Z")
        #expect(try touched(1_767_225_601.5) == "2026-01-01T00:00:01.500Z")
    }

    @Test("an id is the FNV-1a of the rest of the event")
    func knownID() throws {
        let event = try #require(try events(plan(try FixtureFile("id,a\n1,x\n"))).first)
        let rest =
            #""source":"leadline/import","type":"leadline.lead.imported","subject":"1","#
            + #""time":"2026-11-01T00:00:00.000Z","organization":"acme","#
            + #""data":{"status":"open","attributes":{"a":"x"}}"#
        let digits = String(FNV1a.hash(rest), radix: 16)
        #expect(event["id"] as? String == String(repeating: "0", count: 16 - digits.count) + digits)
    }

    @Test("an open record has no closing date, whatever the file says")
    func openRecord() throws {
        let file = try FixtureFile("id,result,done\n1,,2026-01-01\n")
        let event = try #require(
            try events(plan(file) { ($0.outcome, $0.positive, $0.closed) = ("result", "1", "done") }).first)
        #expect(event["data"] as? NSDictionary == ["status": "open", "attributes": NSDictionary()])
    }

    @Test("a prefix gets a null if all its columns are empty, and only then")
    func emptyPrefix() throws {
        let file = try FixtureFile(
            "id,plain,account.size,web.visits,web.last,mail.opened\n1,,,,,\n2,,,3,,\n3,x,9,,,1\n")
        let attributes = try events(plan(file)).map { ($0["data"] as? NSDictionary)?["attributes"] as? NSDictionary }
        #expect(
            attributes == [
                ["web.visits": NSNull(), "mail.opened": NSNull()], ["web.visits": "3", "mail.opened": NSNull()],
                ["plain": "x", "account.size": "9", "mail.opened": "1", "web.visits": NSNull()],
            ])
    }

    @Test("whatever a text holds, the event is JSON that gives it back")
    func escaping() throws {
        let odd = (0..<32).map { String(UnicodeScalar(UInt8($0))) }.joined() + "\"\\/é\u{2028}😀\u{7F}"
        let lines = try JSONSerialization.data(withJSONObject: [
            "id": "1", "a": odd, "b": [odd, "x"], "n": 2.5, "f": true,
        ])
        let event = try #require(
            try events(plan(try FixtureFile(lines, name: "leads.jsonl"))).first?["data"] as? NSDictionary)
        let expected: NSDictionary = ["a": odd, "b": [odd, "x"], "n": 2.5, "f": true]
        #expect(event["attributes"] as? NSDictionary == expected)
    }

    @Test("a batch holds 100 events or 256 KiB, and every record is in one of them")
    func batching() throws {
        let small = try FixtureFile("id,a\n" + (0..<250).map { "\($0),x\n" }.joined())
        let some = try batches(plan(small))
        #expect(some.map(\.events) == [100, 100, 50])
        #expect(some.map(\.lines) == [2...101, 102...201, 202...251])
        let text = String(repeating: "x", count: 8000)
        let large = try FixtureFile("id,a\n" + (0..<100).map { "\($0),\(text)\n" }.joined())
        let many = try batches(plan(large))
        #expect(many.allSatisfy { $0.json.count <= 256 << 10 })
        #expect(try events(plan(large)).map { $0["subject"] as? String } == (0..<100).map { "\($0)" })
        #expect(many.count == 4)
        let wide =
            "id," + (0..<50).map { "c\($0)" }.joined(separator: ",") + "\n1,"
            + Array(repeating: text, count: 50)
            .joined(separator: ",") + "\n2" + String(repeating: ",", count: 50) + "\n"
        #expect(try batches(plan(try FixtureFile(wide))).map(\.events) == [1, 1])
    }

    @Test("an import without a column of ids, or of a record without an id, is an error")
    func noID() throws {
        let file = try FixtureFile("id,a\n1,x\n ,y\n")
        #expect(throws: IntakeError.self) {
            try ImportPlan(file: try file.open(), organization: "acme", now: now)
        }
        let error = try failure(file)
        #expect((error.line, error.column) == (3, "id"))
    }

    @Test("a record that the contract does not allow is an error that names line and column, not the value")
    func limits() throws {
        for (header, row, column) in [
            ("a", String(repeating: "s", count: 201) + ",x", "id"),
            (String(repeating: "n", count: 129), "1,x", String(repeating: "n", count: 129)),
            ("\"a\nb\"", "1,x", "a\nb"), ("a", "1\u{7F},x", "id"),
        ] {
            let file = try FixtureFile("id,\(header)\n\(row)\n")
            let error = try failure(file)
            #expect(error.column == column)
            #expect(error.kind == .data)
            #expect(!error.description.contains("ssss"))
        }
        let names = (0..<501).map { "c\($0)" }
        let wide = "id," + names.joined(separator: ",") + "\n1" + String(repeating: ",x", count: 501) + "\n"
        #expect(try failure(try FixtureFile(wide)).line == 2)
        #expect(try batches(plan(try FixtureFile(wide)) { $0.exclude = ["c7"] }).count == 1)
    }

    @Test("what is too long is published, so that a worker cuts it and says so; a note names its columns and lines")
    func tooLong() throws {
        // Longer than an event: no one text of a file costs its record.
        let long = String(repeating: "sé", count: 500_000)
        let list = Array(repeating: "\"x\"", count: 150).joined(separator: ",")
        let lines = #"{"id":1,"a":"\#(long)","n":"\#(long)"}"# + "\n" + #"{"id":2,"a":[\#(list)],"n":"short"}"# + "\n"
        let file = try FixtureFile(lines, name: "a.jsonl")
        let roles: (inout ColumnRoles) -> Void = { $0.name = "n" }
        let body = try #require(try batches(plan(file, roles)).first).json
        let reading = EventReader().read(body: body, contentType: nil, routingKey: "acme.lead.imported", now: now)
        guard case .elements(let elements) = reading.content else { return #expect(Bool(false)) }
        let adjusted = elements.map { element -> [String]? in
            guard case .adjusted(let event, _) = element else { return nil }
            var record = Record()
            record.merge([event])
            if case .text(let text)? = record.attributes["a"] {
                #expect(text.utf8.count == 8191 && long.hasPrefix(text))
            }
            return record.adjustments?.cut
        }
        #expect(adjusted == [["a", "name"], ["a"]])
        let survey = try FileSurvey(
            try file.open {
                $0.id = "id"
                roles(&$0)
            }, for: .importing)
        #expect(survey.notes.count == 2)
        #expect(
            survey.notes[0].hasPrefix(
                "a: longer than 8,192 bytes, or a list of more than 100, in lines 1, 2: the beginning"))
        #expect(
            survey.notes[1].hasPrefix(
                "n: longer than 8,192 bytes, or a list of more than 100, in line 1: the beginning"))
    }

    @Test("a time more than an hour ahead is an error, in the file or given for all of it")
    func ahead() throws {
        let file = try FixtureFile("id,changed\n1,2026-11-21 12:59\n2,2026-11-21 13:01\n")
        let error = try failure(file) { $0.modified = "changed" }
        #expect((error.line, error.column) == (3, "changed"))
        #expect(throws: IntakeError.self) { try plan(file, asOf: "2026-11-21T13:01:00Z") }
    }
}
