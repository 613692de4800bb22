import LeadModel
import TestKit
import Testing

/// A partition with one record and its schedule, over random histories of some months: events late and in time, in any
/// order, a clock that jumps, and sweeps that remove what is due.
@Suite("Expiry over random histories")
struct ExpiryHistoryTests {
    private static let hour: Int64 = 3_600_000
    private static let day = 24 * hour
    private static let start = Moment(rfc3339: "2026-01-01T00:00:00Z")!.milliseconds

    struct World {
        var record = Record()
        var schedule: [ScheduleMember: Int64] = [:]
        let retention = Retention(window: 20, deletedDays: 5, erasedDays: 40, marksDays: 7)
        /// For each null tombstone, by its stamp: the time of the commit that made it.
        var marked: [Stamp: Int64] = [:]
        /// The last commit with a null tombstone whose event arrived late.
        var lastLate = Int64.min
        /// The commit that made the record erased, deleted (with this stamp) or closed.
        var end: (what: String, at: Int64)?
        var dropped = 0, removed = 0, kept = 0

        mutating func commit(_ event: RecordEvent, at now: Int64) {
            let base = record
            record.merge([event])
            apply(from: base, now: now)
        }

        mutating func apply(from base: Record, now: Int64) {
            for cell in record.cells.entries where cell.value.value == nil && base.cells[cell.key] != cell.value {
                marked[cell.value.stamp] = now
                if cell.value.stamp.time.milliseconds < now - hour { lastLate = max(lastLate, now) }
            }
            let what =
                record.isErased
                ? "erased"
                : record.isGone ? "deleted by \(record.deleted!)" : record.outcome == nil ? nil : "closed"
            if what != end?.what { end = what.map { ($0, now) } }
            for change in Expiry.of(
                "L", record: record, base: base, now: Moment(milliseconds: now), retention: retention)
            {
                guard let member = ScheduleMember(change.member) else { fatalError("no entry: \(change.member)") }
                switch change.kind {
                case .set: schedule[member] = change.due.milliseconds
                case .onlyIfAbsent: schedule[member] = schedule[member] ?? change.due.milliseconds
                case .remove: schedule[member] = nil
                }
            }
        }

        /// Removes what is due.
        mutating func sweep(at now: Int64, _ seed: UInt64) {
            for (member, due) in schedule where due <= now {
                switch member {
                case .nullTombstones:
                    let base = record
                    let next = NullTombstones.drop(
                        from: &record, due: Moment(milliseconds: due), now: Moment(milliseconds: now),
                        retention: retention)?.milliseconds
                    schedule[member] = next
                    for cell in base.cells.entries where record.cells[cell.key] == nil {
                        dropped += 1
                        let age = now - marked[cell.value.stamp]!
                        #expect(age > 7 * day, "seed \(seed): a mark went before its time")
                    }
                    kept += record.cells.entries.count { $0.value.value == nil }
                    #expect((next ?? .max) > now, "seed \(seed): the rest would be due at once")
                case .record:
                    let length: Int64 = record.isErased ? 40 : record.isGone ? 5 : 20
                    #expect(now - end!.at >= length * day, "seed \(seed): a record went before its time")
                    record = Expiry.remainder(of: record) ?? Record()
                    (schedule[member], end) = (nil, nil)
                    removed += 1
                    // As the real expiry does.
                    if !record.cells.entries.contains(where: { $0.value.value == nil }) {
                        schedule[.nullTombstones("L")] = nil
                    }
                default: break
                }
            }
            for cell in record.cells.entries where cell.value.value == nil {
                let last = max(marked[cell.value.stamp]!, lastLate)
                #expect(now - last <= 7 * day + 2 * hour, "seed \(seed): a mark's time is past")
            }
            if let end {
                let length: Int64 = end.what == "erased" ? 40 : end.what == "closed" ? 20 : 5
                #expect(now - end.at < length * day, "seed \(seed): a record's time is past")
            }
        }

        private var hour: Int64 { ExpiryHistoryTests.hour }
        private var day: Int64 { ExpiryHistoryTests.day }
    }

    private static func event(_ number: Int, at time: Int64, _ random: inout SeededGenerator) -> RecordEvent {
        let roll = Double.random(in: 0..<1, using: &random)
        let verb: Verb = roll < 0.12 ? .imported : roll < 0.96 ? .updated : roll < 0.998 ? .deleted : .erased
        let fields: [Field] = [.status, .attribute("a"), .attribute("web.b"), .attribute("web.c"), .account]
        let chosen = fields.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
        return RecordEvent(
            kind: .lead, verb: verb, recordID: "L", source: "test", id: "\(number)", time: Moment(milliseconds: time),
            isPatch: verb == .updated && random.chance(0.9),
            fields: chosen.map { field in
                FieldValue(
                    field,
                    field == .status
                        ? random.pick([.text("open"), .text("qualified")]) : random.pick([.text("x"), nil]))
            })
    }

    @Test("nothing is removed before it is due, and everything is removed by the first sweep after")
    func histories() {
        var (dropped, removed, kept) = (0, 0, 0)
        for seed in 0..<2000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var world = World()
            var now = Self.start
            for number in 0..<80 {
                now += Int64.random(in: 0...random.pick([1, 20, 72]) * Self.hour, using: &random)
                // At most an hour before the event's time, mostly within an hour after it, sometimes days late.
                let lateness =
                    random.chance(0.85)
                    ? Int64.random(in: -Self.hour...Self.hour, using: &random)
                    : Int64.random(in: 0...60 * Self.day, using: &random)
                if random.chance(0.7) { world.commit(Self.event(number, at: now - lateness, &random), at: now) }
                if random.chance(0.5) { world.sweep(at: now, seed) }
            }
            (dropped, removed, kept) = (dropped + world.dropped, removed + world.removed, kept + world.kept)
        }
        #expect(dropped > 500)
        #expect(removed > 500)
        #expect(kept > 100)
    }

    @Test("if the clock is set back and forth, everything is still removed in the end")
    func clockSteps() {
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var world = World()
            var now = Self.start
            for number in 0..<40 {
                now +=
                    random.chance(0.1)
                    ? Int64.random(in: -10 * Self.day...10 * Self.day, using: &random)
                    : Int64.random(in: 0...Self.day, using: &random)
                world.commit(Self.event(number, at: now, &random), at: now)
            }
            world.commit(
                RecordEvent(
                    kind: .lead, verb: .deleted, recordID: "L", source: "test", id: "last",
                    time: Moment(milliseconds: now + 30 * Self.day)), at: now)
            var sweeps = 0
            while !world.schedule.filter({ !$0.key.text.hasPrefix("n:") }).isEmpty, sweeps < 200 {
                sweeps += 1
                now += Self.day
                for (member, due) in world.schedule where due <= now {
                    if case .nullTombstones = member {
                        world.schedule[member] =
                            NullTombstones.drop(
                                from: &world.record, due: Moment(milliseconds: due), now: Moment(milliseconds: now),
                                retention: world.retention)?.milliseconds
                    } else if case .record = member {
                        world.record = Expiry.remainder(of: world.record) ?? Record()
                        world.schedule[member] = nil
                    }
                }
            }
            #expect(sweeps < 200, "seed \(seed)")
            #expect(world.record.cells.entries.allSatisfy { $0.value.value != nil }, "seed \(seed)")
        }
    }

    @Test("an event that arrives while tombstones exist leads to the same state as in order")
    func sameEnd() {
        var swept = 0
        for seed in 0..<2000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            // Each event is at most four days late, so it arrives before any tombstone that affects it is removed.
            var events: [(event: RecordEvent, comes: Int64)] = []
            var time = Self.start
            for number in 0..<40 {
                time += Int64.random(in: 0...2 * Self.day, using: &random)
                let event = Self.event(number, at: time, &random)
                let lateness = random.chance(0.15) ? Int64.random(in: 0...4 * Self.day, using: &random) : 0
                events.append((event, time + lateness))
            }
            var world = World()
            for (event, comes) in events.sorted(by: { $0.comes < $1.comes }) {
                world.sweep(at: comes, seed)
                world.commit(event, at: comes)
            }
            var inOrder = Record()
            inOrder.merge(events.map(\.event))
            // What expired in the meantime would have expired in the other history too.
            func visible(_ record: Record) -> [Exact: Value] { record.isGone ? [:] : record.attributes }
            if world.removed == 0 {
                swept += world.dropped
                #expect(visible(world.record) == visible(inOrder), "seed \(seed)")
                #expect(world.record.isOpen == inOrder.isOpen, "seed \(seed)")
                #expect(world.record.floors == inOrder.floors, "seed \(seed)")
            }
        }
        #expect(swept > 200)
    }
}
