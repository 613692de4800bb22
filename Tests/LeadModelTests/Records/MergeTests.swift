import LeadModel
import TestKit
import Testing

@Suite("Merging")
struct MergeTests {
    @Test("thousands of shuffled sequences with repetitions end with the same record as the ordered sequence")
    func anyOrder() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<5000 {
            let events = randomEvents(count: Int.random(in: 1...12, using: &random), using: &random)
            var feed = events + events.filter { _ in random.chance(0.3) }
            feed.shuffle(using: &random)

            var inOrder = Record()
            inOrder.merge(events.sorted { $0.stamp < $1.stamp })
            var shuffled = Record()
            while !feed.isEmpty {
                let turn = feed.prefix(Int.random(in: 1...3, using: &random))
                shuffled.merge(turn)
                feed.removeFirst(turn.count)
            }
            #expect(shuffled == inOrder)
            let fields = shuffled.cells.entries.map(\.key)
            #expect(zip(fields, fields.dropFirst()).allSatisfy { $0 < $1 }, "each field stands once, and they rise")
            #expect(PlainRecord(shuffled) == PlainRecord(events))
        }
    }

    private func event(
        _ verb: Verb, at time: Int64, patch: Bool = false, _ fields: [(field: Field, value: Value?)] = []
    ) -> RecordEvent {
        RecordEvent(
            kind: .lead, verb: verb, recordID: "L1", source: "test", id: "\(verb) \(time)",
            time: Moment(milliseconds: time), isPatch: patch, fields: fields.map { FieldValue($0.field, $0.value) })
    }

    @Test("an update that arrives late doesn't undo a newer one")
    func lateUpdate() {
        var record = Record()
        record.merge([event(.created, at: 1, [(.name, .text("old"))])])
        record.merge([event(.updated, at: 3, patch: true, [(.name, .text("new"))])])
        record.merge([event(.updated, at: 2, patch: true, [(.name, .text("late")), (.stage, .text("s"))])])
        #expect(record.text(.name) == "new")
        #expect(record.text(.stage) == "s")
    }

    @Test("a snapshot removes fields that it doesn't name, except under other connectors' prefixes")
    func floors() {
        var record = Record()
        record.merge([event(.created, at: 1, [(.attribute("a"), .number(1)), (.attribute("account.b"), .number(2))])])
        record.merge([event(.updated, at: 2, patch: true, [(.attribute("web.visits"), .number(3))])])
        record.merge([event(.updated, at: 3, [])])
        #expect(record.attributes == ["web.visits": .number(3)])
        record.merge([event(.updated, at: 4, [(.attribute("web.minutes"), .number(4))])])
        #expect(record.attributes == ["web.minutes": .number(4)])
    }

    @Test("patches wait until a snapshot completes the record")
    func whole() {
        var record = Record()
        record.merge([event(.updated, at: 2, patch: true, [(.stage, .text("s"))])])
        #expect(!record.isOpen)
        record.merge([event(.created, at: 1)])
        #expect(record.isOpen)
        #expect(record.text(.stage) == "s")
    }

    @Test("a deleted record comes back only by a later snapshot, an erased one never")
    func goneForGood() {
        var record = Record()
        record.merge([event(.created, at: 1), event(.deleted, at: 3)])
        record.merge([event(.updated, at: 2)])
        record.merge([event(.updated, at: 4, patch: true, [(.stage, .text("s"))])])
        #expect(record.isGone)
        record.merge([event(.updated, at: 5)])
        #expect(record.isOpen)
        record.merge([event(.erased, at: 1)])
        record.merge([event(.created, at: 9, [(.name, .text("n"))])])
        #expect(record.isErased && record.cells.isEmpty && record.floors.isEmpty)
    }

    @Test("a record's creation date is the given one, else the time of its created event, also after later snapshots")
    func creation() {
        var record = Record()
        record.merge([event(.created, at: 7)])
        record.merge([event(.updated, at: 8)])
        #expect(record.createdAt == Moment(milliseconds: 7))
        record.merge([event(.updated, at: 9, patch: true, [(.createdAt, .number(5))])])
        #expect(record.createdAt == Moment(milliseconds: 5))
    }

    @Test("looking up a field gives the value that was set, after any insertions and removals")
    func table() {
        var random = SeededGenerator(seed: 2)
        let fields = Field.core + ["", "a", "b", "web.a", "e\u{301}", "\u{e9}"].map { .attribute($0) }
        var table = SortedTable<Field, Int>()
        var plain: [Field: Int] = [:]
        for number in 0..<2000 {
            let field = random.pick(fields)
            let value = random.chance(0.4) ? nil : number
            (table[field], plain[field]) = (value, value)
            #expect(fields.allSatisfy { table[$0] == plain[$0] } && table.count == plain.count)
            #expect(zip(table.entries, table.entries.dropFirst()).allSatisfy { $0.key < $1.key })
        }
    }

    @Test("an event doesn't depend on the order of its fields")
    func fieldOrder() {
        var random = SeededGenerator(seed: 3)
        let said =
            (0..<40).map { FieldValue(.attribute(.init(Exact("web.\($0)"))), .number(Double($0))) } + [
                FieldValue(.name, .text("n")), FieldValue(.status, nil),
            ]
        func event(_ fields: [FieldValue]) -> RecordEvent {
            RecordEvent(
                kind: .lead, verb: .created, recordID: "L", source: "test", id: "1", time: Moment(milliseconds: 1),
                fields: fields)
        }
        for _ in 0..<50 { #expect(event(said.shuffled(using: &random)) == event(said)) }
        #expect(zip(event(said).fields, event(said).fields.dropFirst()).allSatisfy { $0.field < $1.field })
    }

    @Test("names that differ in their bytes are two names, although Swift compares the strings as equal")
    func bytes() {
        let (composed, decomposed): (Exact, Exact) = ("\u{e9}", "e\u{301}")
        #expect(composed.text == decomposed.text && composed != decomposed)
        var record = Record()
        record.merge([
            event(
                .created, at: 1,
                [(.attribute(.init(composed)), .number(1)), (.attribute(.init(decomposed)), .number(2))])
        ])
        #expect(record.attributes.count == 2)
    }
}
