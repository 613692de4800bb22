import Fleet
import Foundation
import LeadModel
import Redis
import Registry
import TestKit
import Testing

/// On a real Redis with a given clock: records are stored as a lane does, and due entries are removed.
@Suite("Removing what has expired", .onOwnThreads)
struct ExpiryTests {
    private let organization = TestServers.org()
    private let redis: RedisConnection
    private let store: RecordStore
    private let start = Moment(rfc3339: "2026-03-10T12:00:00Z")!
    private var settings = OrganizationSettings()

    init() throws {
        redis = try RedisConnection(RedisAddress(TestServers.redisURL))
        store = RecordStore(redis)
        settings.partitions = 1
        for kind in RecordKind.allCases { try redis.call("HSET", partition(kind).sweep, "token", 7) }
    }

    private func partition(_ kind: RecordKind) -> Partition {
        Partition(organization: organization, kind: kind, number: 0)
    }

    private func place(_ id: Exact, _ kind: RecordKind) -> RecordStore.Place {
        .init(partition: partition(kind), id: id)
    }

    private func days(_ count: Int) -> Moment { start.adding(days: count) }

    private func record(_ id: Exact, _ kind: RecordKind = .lead) throws -> Record {
        try store.load([place(id, kind)]).records[0]
    }

    /// Merges an event into the stored record and commits it at the event's time.
    private func happen(
        _ verb: Verb, _ id: Exact, _ kind: RecordKind = .lead, at time: Moment, patch: Bool = false,
        _ fields: [(Field, Value?)] = []
    ) throws {
        let base = try record(id, kind)
        for related in RecordKind.related {
            let named = fields.last { $0.0 == related.referenceField }
            guard case .text(let entity)? = named?.1 else { continue }
            try redis.call("ZADD", partition(related).referrers(Exact(entity)), 0, "\(kind.rawValue)/\(id.text)")
        }
        var merged = base
        merged.merge([
            RecordEvent(
                kind: kind, verb: verb, recordID: id, source: "test", id: time.text, time: time, isPatch: patch,
                fields: fields.map { FieldValue($0.0, $0.1) })
        ])
        merged.revision = max(base.revision + 1, UInt64(time.milliseconds))
        merged.valuesRevision = merged.revision
        var change = RecordStore.Change(
            place: place(id, kind), expected: base.revision, record: merged, isScored: false, counts: false)
        change.expiring = Expiry.of(id, record: merged, base: base, now: time, retention: settings.retention)
        #expect(try store.commit([change], now: time) == [.stored])
    }

    /// Removes everything that is due, in steps.
    private func sweep(_ kind: RecordKind = .lead, at now: Moment, token: Int64 = 7, limit: Int = 100) throws {
        var steps = 0
        while try expire(kind, at: now, token: token, limit: limit) {
            steps += 1
            try #require(steps < 1000, "it never ends")
        }
    }

    private func expire(_ kind: RecordKind, at now: Moment, token: Int64 = 7, limit: Int = 100) throws -> Bool {
        try DueEntries.expire(
            partition(kind), token: token, settings: settings, now: now, limit: limit, store: store, redis: redis)
    }

    private func count(_ command: StaticString, _ key: String) throws -> Int64? { try redis.call(command, key).int }

    @Test("tombstones and closed records are removed when due, not before, and then their ids can be used again")
    func times() throws {
        let text = String(repeating: "x", count: 500)
        for number in 0..<250 {
            let closed: [(Field, Value?)] = [(.status, .text("won")), (.name, .text(text))]
            try happen(.imported, Exact("closed-\(number)"), at: start, closed)
            try happen(.deleted, Exact("deleted-\(number)"), at: start)
            try happen(.erased, Exact("erased-\(number)"), at: start)
        }
        try happen(.created, "open", at: start)
        let partition = partition(.lead)
        var left: [Int: Int64] = [:]
        for day in [0, 29, 31, 395, 397, 729, 731] {
            try sweep(at: days(day))
            left[day] = try count("HLEN", partition.records)
        }
        #expect(left == [0: 751, 29: 751, 31: 501, 395: 501, 397: 251, 729: 251, 731: 1])
        #expect(try !record("open").isEmpty)
        #expect(try count("EXISTS", partition.schedule) == 0)
        let bytes = try redis.call("MEMORY", "USAGE", partition.records, "SAMPLES", 0).int ?? .max
        #expect(bytes < 20_000, "of some 200,000 that closed records alone took")
    }

    @Test("after a tombstone expired, a late patch waits for a snapshot, and a snapshot creates the record again")
    func lateEvents() throws {
        try happen(.created, "L", at: start, [(.name, .text("former"))])
        try happen(.deleted, "L", at: days(1))
        try happen(.updated, "L", at: days(2), patch: true, [(.attribute("web.early"), .number(1))])
        try sweep(at: days(32))
        var record = try record("L")
        #expect(record.deleted == nil && !record.isWhole && !record.isGone)
        #expect(record.attributes == ["web.early": .number(1)], "what waited for its return still waits")
        try happen(.updated, "L", at: days(33), patch: true, [(.attribute("web.late"), .number(2))])
        try happen(.imported, "L", at: days(34), [(.name, .text("anew"))])
        record = try self.record("L")
        #expect(record.isOpen && record.text(.name) == "anew")
        #expect(record.attributes == ["web.early": .number(1), "web.late": .number(2)])
        try sweep(at: days(3000))
        #expect(try self.record("L") == record, "an open record stays")
    }

    @Test("an erased record accepts no event as long as its tombstone exists")
    func erased() throws {
        try happen(.erased, "L", at: start)
        try sweep(at: days(395))
        try happen(.imported, "L", at: days(395), [(.name, .text("late"))])
        let record = try record("L")
        #expect(record.isErased && record.cells.isEmpty)
        try sweep(at: days(397))
        #expect(try count("EXISTS", partition(.lead).records) == 0, "what came late did not put it off")
    }

    @Test("a null tombstone keeps older values away for 30 days and is then removed")
    func marks() throws {
        let field = Field.attribute("web.a")
        try happen(.created, "L", at: start)
        try happen(.updated, "L", at: days(2), patch: true, [(field, nil)])
        try sweep(at: days(31))
        #expect(try record("L").cells[field] != nil)
        let before = try record("L")
        try sweep(at: days(33))
        let after = try record("L")
        #expect(after.cells[field] == nil && after.isOpen && after.revision > before.revision)
        #expect(after.valuesRevision == before.valuesRevision, "nothing that counts for scoring changed")
        #expect(try count("EXISTS", partition(.lead).schedule) == 0)
        #expect(try redis.call("SISMEMBER", partition(.lead).dirty, "L").int == (after.isPending ? 1 : 0))
    }

    @Test("a record that has only null tombstones is removed with them")
    func nothingLeft() throws {
        try happen(.updated, "L", at: start, patch: true, [(.attribute("web.a"), nil)])
        try sweep(at: days(31))
        #expect(try count("EXISTS", partition(.lead).records) == 0)
        #expect(try count("EXISTS", partition(.lead).schedule) == 0)
    }

    @Test("the next sweep removes a lead from the index of an account that it no longer references")
    func index() throws {
        let referrers = partition(.account).referrers("A")
        for id in ["moved", "erased", "back"] as [Exact] {
            try happen(.created, id, at: start, [(.account, .text("A"))])
        }
        try happen(.updated, "moved", at: days(1), patch: true, [(.account, .text("B"))])
        try happen(.erased, "erased", at: days(1))
        try happen(.updated, "back", at: days(1), patch: true, [(.account, nil)])
        try happen(.updated, "back", at: days(2), patch: true, [(.account, .text("A"))])
        let revision = try record("moved").revision
        try sweep(at: days(2))
        #expect(try redis.call("ZRANGE", referrers, 0, -1).array?.compactMap(\.text) == ["lead/back"])
        #expect(try redis.call("ZRANGE", partition(.account).referrers("B"), 0, -1).array?.count == 1)
        #expect(try record("moved").revision > revision, "a lane that had loaded it before is overtaken")
    }

    @Test("a lane that loaded a record before its index entry was removed can't commit a new reference to the entity")
    func overtakenLane() throws {
        try happen(.created, "L", at: start, [(.account, .text("A"))])
        try happen(.updated, "L", at: days(1), patch: true, [(.account, nil)])
        let loaded = try record("L")
        try redis.call("ZADD", partition(.account).referrers("A"), 0, "lead/L")
        try sweep(at: days(2))
        var record = loaded
        record.cells[.account] = .init(stamp: .init(time: days(2), order: 1), value: .text("A"))
        record.revision += 1
        let change = RecordStore.Change(
            place: place("L", .lead), expected: loaded.revision, record: record, isScored: false, counts: false)
        #expect(try store.commit([change], now: days(2)) == [.overtaken])
    }

    @Test("an index entry that is missing although its record references the entity is restored")
    func putBack() throws {
        try happen(.created, "L", at: start, [(.account, .text("A"))])
        // The state left by a lane that died after it removed the entry.
        try redis.call("ZREM", partition(.account).referrers("A"), "lead/L")
        try redis.call("ZADD", partition(.lead).schedule, start.milliseconds, "n:account:A\nL")
        try sweep(at: days(1))
        #expect(try count("ZCARD", partition(.account).referrers("A")) == 1)
        #expect(try count("EXISTS", partition(.lead).schedule) == 0)
    }

    @Test("an expired record's index entries are removed, and so is the index of an erased contact's referrers")
    func indexOfThoseGone() throws {
        try happen(.imported, "L", at: start, [(.status, .text("won")), (.account, .text("A"))])
        try happen(.created, "M", at: start, [(.contact, .text("C"))])
        try happen(.erased, "C", .contact, at: start)
        try happen(.deleted, "A", .account, at: start)
        try sweep(at: days(731))
        #expect(try count("EXISTS", partition(.account).referrers("A")) == 0)
        #expect(try count("EXISTS", partition(.lead).schedule) == 0)
        try sweep(.account, at: days(731))
        try sweep(.contact, at: days(731))
        #expect(try count("EXISTS", partition(.contact).referrers("C")) == 0)
        #expect(try count("EXISTS", partition(.contact).records) == 0)
        #expect(try count("EXISTS", partition(.account).records) == 0)
    }

    @Test("an index entry of a record that doesn't exist is removed without a trace")
    func orphan() throws {
        try redis.call("ZADD", partition(.account).referrers("A"), 0, "lead/L")
        try redis.call("ZADD", partition(.lead).schedule, start.milliseconds, "n:account:A\nL")
        try sweep(at: days(1))
        #expect(try count("EXISTS", partition(.account).referrers("A")) == 0)
        #expect(try count("EXISTS", partition(.lead).records) == 0)
        #expect(try count("EXISTS", partition(.lead).schedule) == 0)
    }

    @Test("a day's counters are removed, a month's are kept")
    func counters() throws {
        let usage = partition(.lead).usage
        try redis.call("HSET", usage, "2026-03-10:records", 1, "2026-03-10:scorings", 2, "2026-03:records", 3)
        let due = Expiry.dayCounters(now: start)
        try redis.call("ZADD", partition(.lead).schedule, due.due.milliseconds, due.member)
        try sweep(at: days(399))
        #expect(try count("HLEN", usage) == 3)
        try sweep(at: days(402))
        #expect(try redis.call("HKEYS", usage).array?.compactMap(\.text) == ["2026-03:records"])
    }

    @Test("a lane that has lost its lease changes nothing")
    func fenced() throws {
        try happen(.deleted, "D", at: start)
        try happen(.created, "M", at: start)
        try happen(.updated, "M", at: days(1), patch: true, [(.attribute("web.a"), nil)])
        try happen(.created, "N", at: start, [(.account, .text("A"))])
        try happen(.updated, "N", at: days(1), patch: true, [(.account, .text("B"))])
        try redis.call("ZADD", partition(.lead).schedule, 1, "no entry at all")
        func state() throws -> [Reply] {
            let keys = partition(.lead)
            return [
                try redis.call("HGET", keys.records, "D"), try redis.call("HGET", keys.records, "M"),
                try redis.call("HGET", keys.records, "N"),
                try redis.call("ZRANGE", keys.schedule, 0, -1, "WITHSCORES"),
                try redis.call("ZRANGE", partition(.account).referrers("A"), 0, -1),
            ]
        }
        let before = try state()
        #expect(try !expire(.lead, at: days(90), token: 6))
        #expect(try state() == before)
        try sweep(at: days(90))
        #expect(try count("ZCARD", partition(.lead).schedule) == 0)
    }

    @Test("in small steps, everything due is removed, whatever comes first")
    func steps() throws {
        for number in 0..<40 {
            let nulls: [(Field, Value?)] = [(.attribute("web.a"), nil), (.account, nil)]
            try happen(.created, Exact("M\(number)"), at: start, [(.account, .text("A"))])
            try happen(.updated, Exact("M\(number)"), at: days(1), patch: true, nulls)
            try happen(.deleted, Exact("D\(number)"), at: days(2))
        }
        try sweep(at: days(60), limit: 7)
        #expect(try count("ZCARD", partition(.lead).schedule) == 0)
        #expect(try count("HLEN", partition(.lead).records) == 40)
        #expect(try count("EXISTS", partition(.account).referrers("A")) == 0)
    }
}
