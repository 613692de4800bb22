import Testing

@testable import LeadModel

@Suite("Which parts of a record expire, and when")
struct ExpiryTests {
    private static let day: Int64 = 86_400_000
    private let start = Moment(rfc3339: "2026-03-10T12:00:00Z")!
    private let retention = Retention()

    private func event(
        _ verb: Verb, _ moment: Moment, patch: Bool = false, _ fields: [(Field, Value?)] = []
    ) -> RecordEvent {
        RecordEvent(
            kind: .lead, verb: verb, recordID: "L", source: "test", id: moment.text, time: moment, isPatch: patch,
            fields: fields.map { FieldValue($0.0, $0.1) })
    }

    private func days(_ count: Int64) -> Moment { Moment(milliseconds: start.milliseconds + count * Self.day) }

    /// The schedule after commits of these events, each at its own time.
    private func changes(_ events: [RecordEvent], retention: Retention = Retention()) -> [[ScheduleChange]] {
        var record = Record()
        return events.map { event in
            let base = record
            record.merge([event])
            return Expiry.of("L", record: record, base: base, now: event.stamp.time, retention: retention)
        }
    }

    private func due(_ days: Int64, after moment: Moment) -> Moment {
        Moment(milliseconds: moment.milliseconds + days * Self.day)
    }

    @Test("a deleted record's tombstone is kept for 30 days, an erased one's for 396, a closed record for the window")
    func removal() {
        #expect(
            changes([event(.created, start), event(.deleted, days(1))])
                == [[], [ScheduleChange(.set, .record("L"), due: due(30, after: days(1)))]])
        #expect(
            changes([event(.created, start), event(.erased, days(1))])
                == [[], [ScheduleChange(.set, .record("L"), due: due(396, after: days(1)))]])
        let closing = event(.updated, days(1), patch: true, [(.status, .text("qualified"))])
        #expect(
            changes([event(.created, start), closing], retention: Retention(window: 100))
                == [[], [ScheduleChange(.set, .record("L"), due: due(100, after: days(1)))]])
    }

    @Test("later events for a deleted, erased or closed record don't postpone its expiry")
    func laterCommits() {
        let patch = event(.updated, days(2), patch: true, [(.attribute("web.a"), .number(1))])
        let member = ScheduleMember.record("L")
        #expect(
            changes([event(.deleted, days(1)), patch])[1] == [
                ScheduleChange(.onlyIfAbsent, member, due: due(30, after: days(2)))
            ])
        let closed = event(.imported, days(1), [(.status, .text("qualified"))])
        #expect(changes([closed, patch])[1] == [ScheduleChange(.onlyIfAbsent, member, due: due(730, after: days(2)))])
        #expect(
            changes([event(.deleted, days(1)), event(.deleted, days(2))])[1]
                == [ScheduleChange(.set, member, due: due(30, after: days(2)))],
            "a newer deletion is a tombstone of its own"
        )
    }

    @Test("a record that is reopened or comes back no longer expires")
    func reopened() {
        let closed = event(.imported, days(1), [(.status, .text("qualified"))])
        let opened = event(.updated, days(2), patch: true, [(.status, .text("open"))])
        // Its former end has become a null tombstone, which expires as any other.
        #expect(
            changes([closed, opened])[1].filter { $0.member != ScheduleMember.nullTombstones("L").text }
                == [ScheduleChange(.remove, .record("L"))])
        #expect(
            changes([event(.deleted, days(1)), event(.imported, days(2))])[1] == [ScheduleChange(.remove, .record("L"))]
        )
    }

    @Test("a tombstone is kept at least until the end of the month in which the record was counted")
    func counted() {
        var base = Record()
        base.merge([event(.created, start)])
        base.monthCounted = start.month
        var record = base
        record.merge([event(.deleted, start.adding(seconds: 1))])
        let changes = Expiry.of(
            "L", record: record, base: base, now: start, retention: Retention(deletedDays: 1))
        #expect(changes == [ScheduleChange(.set, .record("L"), due: Moment(rfc3339: "2026-04-01T00:00:00Z")!)])
    }

    @Test("the index entry of an entity that is no longer referenced is due at the next sweep")
    func index() {
        let named = event(.created, start, [(.account, .text("A:\u{301}")), (.contact, .text("C"))])
        let other = event(
            .updated, days(1), patch: true, [(.account, .text("B")), (.contact, .text("C"))])
        #expect(
            changes([named, other])[1]
                == [ScheduleChange(.set, .referrer(kind: .account, related: "A:\u{301}", by: "L"), due: days(1))])
        let erased = changes([named, event(.erased, days(1))])[1]
        #expect(erased.contains(ScheduleChange(.set, .referrer(kind: .contact, related: "C", by: "L"), due: days(1))))
    }

    @Test("a day's counters are kept for 400 days after it")
    func dayCounters() {
        let due = due(400, after: Moment(rfc3339: "2026-03-11T00:00:00Z")!)
        #expect(Expiry.dayCounters(now: start) == ScheduleChange(.onlyIfAbsent, .day("2026-03-10"), due: due))
    }

    @Test("a deleted record leaves only its later patches, erased and closed ones leave nothing; an open one stays")
    func remainder() {
        var deleted = Record()
        let patch = event(.updated, days(2), patch: true, [(.attribute("web.a"), .number(1))])
        deleted.merge([event(.created, start, [(.name, .text("x"))]), event(.deleted, days(1)), patch])
        var waiting = Record()
        waiting.merge([patch])
        #expect(Expiry.remainder(of: deleted) == waiting)
        for last in [event(.deleted, days(3)), event(.erased, days(3))] {
            var gone = deleted
            gone.merge([last])
            #expect(Expiry.remainder(of: gone) == nil)
        }
        var record = Record()
        record.merge([event(.created, start)])
        #expect(Expiry.remainder(of: record) == record)
        record.merge([event(.updated, days(1), patch: true, [(.status, .text("qualified"))])])
        #expect(Expiry.remainder(of: record) == nil)
        #expect(Expiry.remainder(of: Record()) == nil)
    }

    @Test(
        "a schedule entry is read as it was written, whatever characters its id contains",
        arguments: [
            .record("a:b"), .nullTombstones("\u{301}e"), .record(""), .day("2026-11-21"),
            .referrer(kind: .account, related: "x:y", by: "\u{301}n:"), .referrer(kind: .contact, related: "", by: "1"),
        ] as [ScheduleMember])
    func members(_ member: ScheduleMember) {
        #expect(ScheduleMember(member.text) == member)
    }

    @Test(
        "a text that is no schedule entry is not read",
        arguments: ["", "r", "x:1", "n:lead", "n:deal:A\nL", "n:account:A"])
    func notMembers(_ text: String) { #expect(ScheduleMember(text) == nil) }
}
