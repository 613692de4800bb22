import LeadModel
import TestKit
import Testing

@Suite("Reopening")
struct ReopenedTests {
    private func event(
        _ verb: Verb, at time: Int64, patch: Bool = false, _ fields: [(field: Field, value: Value?)] = []
    ) -> RecordEvent {
        RecordEvent(
            kind: .lead, verb: verb, recordID: "L1", source: "test", id: "\(verb) \(time)",
            time: Moment(milliseconds: time), isPatch: patch, fields: fields.map { FieldValue($0.field, $0.value) })
    }

    /// The same record in every order of the events.
    private func merged(_ events: RecordEvent...) -> Record {
        var random = SeededGenerator(seed: 5)
        var record = Record()
        record.merge(events)
        for _ in 0..<30 {
            var other = Record()
            for event in events.shuffled(using: &random) { other.merge([event]) }
            #expect(other == record)
        }
        return record
    }

    private let created = RecordEvent(
        kind: .lead, verb: .created, recordID: "L1", source: "test", id: "0", time: Moment(milliseconds: 1))

    @Test("an open record has no closedAt, and one that is closed again has its new end", arguments: [true, false])
    func closedAgain(bySnapshot: Bool) {
        let closed = event(
            .updated, at: 10, patch: true, [(.status, .text("disqualified")), (.closedAt, .number(9))])
        let opened = event(.updated, at: 20, patch: !bySnapshot, bySnapshot ? [] : [(.status, .text("open"))])
        let again = event(.updated, at: 30, patch: true, [(.status, .text("qualified"))])
        #expect(merged(created, closed).closedAt == Moment(milliseconds: 9))
        #expect(merged(created, closed, opened).closedAt == nil)
        #expect(merged(created, closed, opened, again).closedAt == Moment(milliseconds: 30))
        let dated = event(.updated, at: 40, patch: true, [(.closedAt, .number(28))])
        #expect(merged(created, closed, opened, again, dated).closedAt == Moment(milliseconds: 28))
        let repeated = event(.updated, at: 15, patch: true, [(.status, .text("qualified"))])
        #expect(merged(created, closed, repeated).closedAt == Moment(milliseconds: 9), "it was not open in between")
    }

    @Test("removing the status opens a record too")
    func removed() {
        let closed = event(.updated, at: 10, patch: true, [(.status, .text("qualified")), (.closedAt, .number(9))])
        let opened = event(.updated, at: 20, patch: true, [(.status, nil)])
        let again = event(.updated, at: 30, patch: true, [(.status, .text("qualified"))])
        #expect(merged(created, closed, opened).isOpen && merged(created, closed, opened).closedAt == nil)
        #expect(merged(created, closed, opened, again).closedAt == Moment(milliseconds: 30))
    }

    @Test("a date of the end that comes with an open record, as an expected one does, is not its end")
    func expected() {
        let snapshot = event(
            .updated, at: 10, [(.closedAt, .number(99)), (.createdAt, .number(5)), (.owner, .text("o"))])
        let patch = event(.updated, at: 15, patch: true, [(.status, .text("open")), (.closedAt, .number(98))])
        let closed = event(.updated, at: 20, patch: true, [(.status, .text("qualified"))])
        for record in [merged(created, snapshot, closed), merged(created, snapshot, patch, closed)] {
            #expect(record.closedAt == Moment(milliseconds: 20))
            #expect(record.createdAt == Moment(milliseconds: 5) && record.text(.owner) == "o")
        }
    }

    @Test("a snapshot without createdAt keeps it; another one or null changes it, and a deletion forgets it")
    func createdAt() {
        let given = event(.imported, at: 10, [(.createdAt, .number(7))])
        let plain = event(.updated, at: 20, [(.name, .text("n"))])
        #expect(merged(given, plain).createdAt == Moment(milliseconds: 7))
        #expect(merged(given, event(.updated, at: 20, [(.createdAt, .number(8))])).createdAt == Moment(milliseconds: 8))
        #expect(merged(given, event(.updated, at: 20, [(.createdAt, nil)])).createdAt == nil)
        #expect(merged(created, given, event(.updated, at: 20, [(.createdAt, nil)])).createdAt == created.stamp.time)
        #expect(merged(given, event(.deleted, at: 15), plain).createdAt == nil)
    }

    /// Whether a record is scored at once after an event, with daily updates.
    private func isDue(_ base: Record, _ event: RecordEvent, published: Bool = true) -> Bool {
        let version = published ? ModelVersion(name: "m", version: 1) : nil
        return Decision(about: MergedRecord(base: base, events: [event]), in: .init(published: version)).isDue
    }

    @Test("history that is open for the first time is scored at once; a record that was scored before waits")
    func due() {
        let opened = event(.updated, at: 20, patch: true, [(.status, .text("open"))])
        var history = merged(event(.imported, at: 10, [(.status, .text("qualified"))]))
        history.revision = 1
        #expect(isDue(history, opened) && isDue(history, event(.updated, at: 20)))
        #expect(!isDue(history, event(.updated, at: 20, patch: true, [(.stage, .text("s"))])))
        #expect(!isDue(history, opened, published: false))
        var scored = history
        scored.monthCounted = Moment(milliseconds: 5).month
        #expect(!isDue(scored, opened))
        // Open since it came, while no model was published: the next sweep scores it.
        var early = merged(created)
        (early.revision, early.isPending) = (1, true)
        #expect(!isDue(early, event(.updated, at: 20, patch: true, [(.stage, .text("s"))])))
    }
}
