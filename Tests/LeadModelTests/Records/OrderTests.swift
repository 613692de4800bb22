import LeadModel
import TestKit
import Testing

@Suite("Events of one time")
struct OrderTests {
    private func event(
        _ verb: Verb, _ value: Value? = nil, id: String = "1", sequence: Exact? = nil, patch: Bool = false,
        field: Field = .name, at time: Int64 = 5
    ) -> RecordEvent {
        RecordEvent(
            kind: .lead, verb: verb, recordID: "L1", source: "test", id: id, time: Moment(milliseconds: time),
            sequence: sequence, isPatch: patch, fields: value.map { [FieldValue(field, $0)] } ?? [])
    }

    private func merged(_ events: RecordEvent...) -> Record {
        var record = Record()
        record.merge(events)
        return record
    }

    @Test(
        "a creation is older than an update, a snapshot than a patch, and a deletion is the newest, whatever the hash",
        arguments: [Verb.created, .imported])
    func ranks(creation: Verb) {
        for number in 0..<50 {
            let created = event(creation, .text("created"), id: "c\(number)")
            let snapshot = event(.updated, .text("snapshot"), id: "s\(number)")
            let patch = event(.updated, .text("patch"), id: "p\(number)", patch: true)
            let deleted = event(.deleted, id: "d\(number)")
            for (older, newer) in [(created, snapshot), (snapshot, patch), (created, patch)] {
                #expect(merged(older, newer) == merged(newer, older))
                #expect(merged(newer, older).value(.name) == newer.fields.first { $0.field == .name }?.value)
            }
            for other in [created, snapshot, patch] {
                #expect(merged(deleted, created, other).isGone && merged(created, other, deleted).isGone)
            }
        }
    }

    @Test("a sequence decides before that: what a source numbers has the order of the numbers")
    func sequence() {
        let created = event(.created, .text("created"), sequence: "2")
        let patch = event(.updated, .text("patch"), sequence: "1", patch: true)
        #expect(merged(created, patch).text(.name) == "created" && merged(patch, created).text(.name) == "created")
        #expect(merged(event(.created, .text("none")), patch).text(.name) == "patch")
    }

    /// How many ties merging the second event into the first one finds, in both orders.
    private func ties(_ one: RecordEvent, _ other: RecordEvent) -> Int? {
        func count(_ first: RecordEvent, _ second: RecordEvent) -> Int {
            var record = Record()
            record.merge([first])
            return record.merge([second])
        }
        let counts = (count(one, other), count(other, one))
        return counts.0 == counts.1 ? counts.0 : nil
    }

    @Test("it is a tie if only the hash decides between two values, or between a value and none in a snapshot")
    func ties() {
        let one = event(.updated, .text("x"), id: "1")
        #expect(ties(one, event(.updated, .text("y"), id: "2")) == 1)
        #expect(ties(one, event(.updated, id: "2")) == 1)
        #expect(ties(one, event(.updated, .text("x"), id: "2", field: .owner)) == 1)
        let patch = event(.updated, .text("x"), id: "1", patch: true)
        #expect(ties(patch, event(.updated, .text("y"), id: "2", patch: true)) == 1)
        #expect(ties(event(.created, .text("x"), id: "1"), event(.imported, .text("y"), id: "2")) == 1)
    }

    @Test("it is no tie if the values are the same, or if time, sequence or kind decides, or if an event comes twice")
    func noTies() {
        let one = event(.updated, .text("x"), id: "1")
        #expect(ties(one, one) == 0)
        #expect(ties(one, event(.updated, .text("x"), id: "2")) == 0)
        #expect(ties(one, event(.updated, .text("y"), id: "2", at: 6)) == 0)
        #expect(ties(one, event(.updated, .text("y"), id: "2", sequence: "1")) == 0)
        #expect(ties(one, event(.updated, .text("y"), id: "2", patch: true)) == 0)
        #expect(ties(one, event(.created, .text("y"), id: "2")) == 0)
        let patch = event(.updated, .text("x"), id: "1", patch: true)
        #expect(ties(patch, event(.updated, .text("y"), id: "2", patch: true, field: .owner)) == 0)
        var record = merged(one, event(.updated, .text("newer"), id: "3", patch: true, at: 7))
        #expect(record.merge([event(.updated, .text("x"), id: "2")]) == 0, "a newer value has taken the place of both")
    }
}
