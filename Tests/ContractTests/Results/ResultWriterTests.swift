import Foundation
import LeadModel
import Testing

@testable import Contract

@Suite("Writing results")
struct ResultWriterTests {
    private let writer = ResultWriter(organization: "acme", entity: .lead)
    private let id: Exact = "00Q5e00000AbcDE"

    private func scoring(_ record: Record) throws -> ResultMessage {
        try #require(writer.scoring(of: record, id: id, scorecard: ResultFixtures.scorecard))
    }

    private func notice(_ record: Record) throws -> ResultMessage {
        try #require(writer.notice(of: record, id: id, scorecard: ResultFixtures.scorecard))
    }

    private func data(_ message: ResultMessage) throws -> NSDictionary {
        try #require(try ContractFiles.json(message.body)["data"] as? NSDictionary)
    }

    /// The contract's example of a result is what the writer writes.
    private func expect(
        _ message: ResultMessage, is example: String, key: String, location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(
            try ContractFiles.json(message.body) == ContractFiles.json("examples/results/\(example).json"),
            sourceLocation: location)
        #expect(message.routingKey == key, sourceLocation: location)
        #expect(message.type == "leadline.lead.\(example)", sourceLocation: location)
    }

    @Test("an id names the kind, the record, whatever its id contains, and the revision")
    func ids() {
        for record in ["L1", "a/b:c", ":", "/", "lead/1:2", "Zo\u{eb}"].map({ Exact($0) }) {
            for kind in RecordKind.allCases {
                let id = ResultID(kind, record, 1_795_168_800_125)
                #expect(id.description == "\(kind.rawValue)/\(record.text):1795168800125")
                #expect(ResultID(id.description) == id)
            }
        }
        for text in ["", "L1:5", "lead:1/2", "deal/L1:5", "lead/L1", "lead/L1:", "lead/L1:-5"] {
            #expect(ResultID(text) == nil, "\(text)")
        }
    }

    @Test("a scoring tells score, grade, trend and the reasons that add up to it")
    func scored() throws {
        let record = ResultFixtures.scored()
        let message = try scoring(record)
        try expect(message, is: "scored", key: "acme.lead.B.C.improving")
        #expect(message.id == "lead/00Q5e00000AbcDE:1795168800125")
        let data = try data(message)
        let scoring = try #require(record.scoring)
        struct Body: Decodable {
            var data: Data
            struct Data: Decodable { var probability: Double }
        }
        let body = try JSONDecoder().decode(Body.self, from: Data(message.body))
        #expect(body.data.probability == scoring.probability)
        let reasons = try #require(data["reasons"] as? [NSDictionary])
        let sum = reasons.reduce(ResultFixtures.scorecard.intercept) { $0 + ($1["contribution"] as? Double ?? .nan) }
        #expect(abs(logistic(sum) - scoring.probability) < 1e-12)
        #expect(reasons.map { $0["attribute"] as? String } == ["account.industry", "leadSource", "employees"])
    }

    @Test("a closing tells its outcome and the grade that it closed with")
    func closed() throws {
        let record = ResultFixtures.after(
            .closed, ResultFixtures.event(.updated, ResultFixtures.later, [(.status, .text("qualified"))]),
            changes: [.status, .closedAt])
        try expect(notice(record), is: "closed", key: "acme.lead.B.same.closed")
        #expect(try data(notice(record))["outcome"] as? String == "qualified")
    }

    @Test("a deletion keeps its score and nothing of what the record held")
    func deleted() throws {
        var record = ResultFixtures.after(
            .deleted, ResultFixtures.event(.deleted, ResultFixtures.later),
            changes: [.status, .owner, .name, .stage, .process, .related, .createdAt])
        try expect(notice(record), is: "deleted", key: "acme.lead.B.same.deleted")
        record.merge([ResultFixtures.event(.updated, "2026-11-20T10:01:30Z", [(.name, .text("waits"))])])
        #expect(record.isGone)
        #expect(try data(notice(record))["name"] is NSNull)
    }

    @Test("an erasure carries nothing of the person but the id")
    func erased() throws {
        let record = ResultFixtures.after(
            .erased, ResultFixtures.event(.erased, ResultFixtures.later), changes: [.status, .owner])
        try expect(notice(record), is: "erased", key: "acme.lead.B.same.erased")
        let data = try data(notice(record))
        #expect(data.allKeys.filter { !(data[$0] is NSNull) } as? [String] == ["revision"])
    }

    @Test("the first scoring under a version tells what the former one would have read; any other tells of none")
    func former() throws {
        var record = ResultFixtures.scored()
        #expect(try data(scoring(record))["former"] is NSNull)
        record.scoring?.former = .init(model: .init(name: "default", version: 2), evidence: .init(bins: [1, 0]))
        #expect(
            try ContractFiles.json(scoring(record).body) == ContractFiles.json("examples/results/scored-former.json"))
    }

    @Test("a result names the members that were cut or dropped, and lists twenty of each at most")
    func adjusted() throws {
        var record = ResultFixtures.scored()
        func adjust(_ fields: [FieldValue], at time: String) {
            record.merge([
                RecordEvent(
                    kind: .lead, verb: .updated, recordID: id, source: "crm", id: time,
                    time: Moment(rfc3339: time) ?? now, sequence: "1", isPatch: true, fields: fields)
            ])
        }
        adjust(
            [
                FieldValue(.name, record.value(.name), .cut), FieldValue(.attribute("message"), .text("x"), .cut),
                FieldValue(.attribute("tags"), nil, .dropped),
                FieldValue(.dropped, DroppedMembers(["geo.point"]).value),
            ], at: "2026-11-20T09:30:00.250Z")
        #expect(
            try ContractFiles.json(scoring(record).body) == ContractFiles.json("examples/results/scored-adjusted.json"))
        adjust(
            [FieldValue(.dropped, DroppedMembers((100..<150).map { Exact("m\($0)") }).value)],
            at: "2026-11-20T09:40:00Z")
        let adjusted = try #require(try data(scoring(record))["adjusted"] as? NSDictionary)
        #expect(adjusted["dropped"] as? [String] == (100..<120).map { "m\($0)" })
        #expect(adjusted["others"] as? Int == 31)
        // What is set again as it should be is no longer named.
        adjust(
            [
                FieldValue(.name, .text("short")), FieldValue(.attribute("message"), nil),
                FieldValue(.attribute("tags"), .flag(true)),
            ],
            at: "2026-11-20T09:50:00Z")
        #expect(record.adjustments?.cut == [] && record.adjustments?.dropped.contains("tags") == false)
    }

    @Test("an erased contact is told with those that named it, in one order")
    func contactErased() throws {
        var erased = ContactErased(
            organization: "acme", id: "0035e00000PqrST", revision: 1_795_168_860_125, leads: ["00Q5e00000AbcDE"],
            opportunities: ["0065e00000UvwXZ", "0065e00000UvwXY"])
        let message = erased.message()
        #expect(
            try ContractFiles.json(message.body) == ContractFiles.json("examples/results/contact-erased.json"))
        #expect(message.routingKey == "acme.contact.none.none.erased" && message.type == "leadline.contact.erased")
        #expect(message.id == "contact/0035e00000PqrST:1795168860125")
        erased.opportunities.reverse()
        #expect(erased.message() == message)
        (erased.leads, erased.opportunities) = ([], [])
        let data = try #require(try ContractFiles.json(erased.message().body)["data"] as? NSDictionary)
        #expect((data["leads"] as? [String])?.isEmpty == true)
    }

    @Test("what is no longer scored keeps its grade for its key alone")
    func unscored() throws {
        let record = ResultFixtures.after(.unscored, nil)
        try expect(notice(record), is: "unscored", key: "acme.lead.B.same.unscored")
    }

    @Test("a record that no model scores is told of as changed, under none and none")
    func changed() throws {
        var record = ResultFixtures.open()
        record.revision = 1_795_168_800_125
        record.notice = Notice(revision: record.revision, kind: .changed, grade: nil)
        record.notice?.changes = [.status, .owner, .name, .stage, .process, .related, .createdAt]
        try expect(notice(record), is: "changed", key: "acme.lead.none.none.changed")
    }

    @Test("a grade that other ranges moved is told with both grades in the key; the score and its reasons stay")
    func regraded() throws {
        let record = ResultFixtures.after(.changed, nil, grade: .a, left: .b)
        let message = try notice(record)
        #expect(message.routingKey == "acme.lead.A.B.changed")
        #expect(try ContractFiles.json(message.body) == ContractFiles.json("examples/results/changed-grade.json"))
        let data = try data(message)
        #expect(data["grade"] as? String == "A" && data["score"] as? Int == record.scoring?.score)
        #expect(try self.data(scoring(record))["grade"] as? String == "B", "what was scored then stays as it was said")
        let unscored = try notice(ResultFixtures.after(.unscored, nil, grade: .a, left: .b))
        #expect(unscored.routingKey == "acme.lead.A.B.unscored")
    }

    @Test("the key says which grade was left: none before, same, or the former one")
    func keys() throws {
        let first = ResultFixtures.scored(previousScore: nil, previousGrade: nil)
        #expect(try scoring(first).routingKey == "acme.lead.B.none.unknown")
        let again = ResultFixtures.scored(previousScore: first.scoring?.score, previousGrade: .b)
        #expect(try scoring(again).routingKey == "acme.lead.B.same.steady")
        #expect(try notice(ResultFixtures.after(.changed, nil, left: .a)).routingKey == "acme.lead.B.A.changed")
    }

    @Test("the body says what the key says: the grade that was left, and what the result changed")
    func transitions() throws {
        func said(_ message: ResultMessage) throws -> (from: String?, changed: [String]?) {
            let data = try data(message)
            return (data["from"] as? String, data["changed"] as? [String])
        }
        let grades: [Grade?] = Grade.allCases + [nil]
        for from in grades {
            let scored = ResultFixtures.scored(previousScore: from.map { _ in 44 }, previousGrade: from)
            #expect(try said(scoring(scored)).from == from?.rawValue)
            #expect(try said(scoring(scored)).changed == (from == .b ? ["score"] : ["score", "grade"]))
            let key = try scoring(scored).routingKey.split(separator: ".").map(String.init)
            #expect(key[3] == (from == .b ? "same" : from?.rawValue ?? "none"))
            guard let from else { continue }
            let left = from == .b ? nil : from
            let moved = try notice(ResultFixtures.after(.changed, nil, left: left, changes: [.name, .stage]))
            #expect(try said(moved).from == from.rawValue)
            #expect(try said(moved).changed == (left == nil ? [] : ["grade"]) + ["name", "stage"])
            #expect(moved.routingKey == "acme.lead.B.\(left?.rawValue ?? "same").changed")
        }
        let deleted = ResultFixtures.after(
            .deleted, ResultFixtures.event(.deleted, ResultFixtures.later), changes: .status)
        #expect(try said(notice(deleted)) == ("B", ["status"]))
    }

    @Test("a repeat has the id and the key of its commit, whatever came later")
    func repeats() throws {
        var record = ResultFixtures.after(.changed, nil)
        let first = try notice(record)
        record.revision += 1
        record.scoring?.revision = record.revision
        record.scoring?.grade = .d
        let again = try notice(record)
        #expect(first.id == again.id && first.routingKey == again.routingKey)
        for member in ["from", "changed"] {
            #expect(try data(first)[member] as? NSObject == data(again)[member] as? NSObject)
        }
    }

    @Test("without the scorecard that its evidence is of, no reasons are told")
    func noScorecard() throws {
        let record = ResultFixtures.after(.changed, nil)
        let without = try #require(writer.notice(of: record, id: id, scorecard: nil))
        #expect(try data(without)["reasons"] is NSNull)
        var other = record
        other.scoring?.evidence.bins.append(0)
        #expect(try data(notice(other))["reasons"] is NSNull)
    }

    @Test("each result tells whether few training records stand behind its score, by the scorecard at hand")
    func lowEvidence() throws {
        let record = ResultFixtures.scored()
        #expect(try data(scoring(record))["lowEvidence"] as? Bool == false)
        var few = ResultFixtures.scorecard
        few.training.negatives = 99
        let marked = try #require(writer.scoring(of: record, id: id, scorecard: few))
        #expect(try data(marked)["lowEvidence"] as? Bool == true)
        let without = try #require(writer.scoring(of: record, id: id, scorecard: nil))
        #expect(try data(without)["lowEvidence"] is NSNull)
    }

    @Test("a share that varies with a pair is written as it is each time, and reads back as the same double")
    func pairs() throws {
        var card = ResultFixtures.scorecard
        card.pairs = [
            .init(
                first: 0, second: 2, firstGroups: [0, 0, 1, 1, 1], secondGroups: [0, 1, 1, 1],
                points: [[0.1, 1 / 3], [0.7, -0.1]], records: [[9, 9], [9, 9]])
        ]
        struct Body: Decodable {
            var data: Data
            struct Data: Decodable { var reasons: [Reason] }
            struct Reason: Decodable, Equatable {
                var attribute, label, phrase, insight: String
                var contribution: Double
            }
        }
        for employees in [250.0, 5, 250] {
            var record = ResultFixtures.open()
            record.merge([
                ResultFixtures.event(.updated, ResultFixtures.later, [(.attribute("employees"), .number(employees))])
            ])
            record.scoring = ResultFixtures.scored().scoring
            let evidence = card.evidence(of: record, at: ResultFixtures.writtenAt)
            record.scoring?.evidence = evidence
            let message = try #require(writer.scoring(of: record, id: id, scorecard: card))
            let written = try JSONDecoder().decode(Body.self, from: Data(message.body)).data.reasons
            let reasons = card.topReasons(evidence).map {
                Body.Reason(
                    attribute: $0.attribute, label: $0.label, phrase: $0.phrase, insight: $0.insight,
                    contribution: $0.contribution)
            }
            #expect(written == reasons && written.contains { $0.attribute == "leadSource" })
        }
    }

    @Test("a record without a scoring or a notice has nothing to tell")
    func nothing() {
        #expect(writer.scoring(of: Record(), id: id, scorecard: ResultFixtures.scorecard) == nil)
        #expect(writer.notice(of: Record(), id: id, scorecard: nil) == nil)
    }

    @Test("usage totals are written as their example")
    func usage() throws {
        let totals = UsageTotals(
            organization: "acme", entity: .lead, month: Month(index: 2026 * 12 + 10), records: 812, scorings: 2044,
            limit: 10_000)
        #expect(totals.routingKey == "acme.lead")
        #expect(try ContractFiles.json(totals.body()) == ContractFiles.json("examples/usage/totals.json"))
        var unlimited = totals
        unlimited.limit = nil
        #expect(try ContractFiles.json(unlimited.body())["limit"] is NSNull)
    }
}
