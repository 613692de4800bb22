import Foundation
import LeadModel
import Redis
import TestKit
import Testing

@testable import Registry

@Suite("Stored records", .onOwnThreads)
struct RecordStoreTests {
    private let partition = Partition(organization: TestServers.org(), kind: .lead, number: 0)

    private func connect() throws -> RedisConnection { try RedisConnection(RedisAddress(TestServers.redisURL)) }

    private func place(_ id: String) -> RecordStore.Place { .init(partition: partition, id: Exact(id)) }

    /// A whole record with attributes of these names.
    private func record(_ names: [String], revision: UInt64 = 1) -> Record {
        var record = Record()
        record.merge([
            RecordEvent(
                kind: .lead, verb: .created, recordID: "L", source: "test", id: "1", time: .init(milliseconds: 5),
                fields: names.map { FieldValue(.attribute(AttributeName(Exact($0))), .text($0)) })
        ])
        (record.revision, record.valuesRevision) = (revision, revision)
        return record
    }

    private func change(_ id: String, _ record: Record, expected: UInt64 = 0) -> RecordStore.Change {
        .init(place: place(id), expected: expected, record: record, isScored: true, counts: true)
    }

    @Test("large records are stored and read in pipelines of about 8 MiB, all as they were")
    func large() throws {
        let redis = try connect()
        defer { redis.close() }
        let store = RecordStore(redis)
        let text = String(repeating: "x", count: 8000)
        let records = (0..<80).map { number in
            var record = record((0..<30).map { "n\($0)" }, revision: UInt64(number + 1))
            for index in record.cells.entries.indices {
                let entry = record.cells.entries[index]
                if entry.key.attributeName != nil {
                    record.cells[entry.key] = .init(stamp: entry.value.stamp, value: .text(text))
                }
            }
            return record
        }
        let places = records.indices.map { place("L\($0)") }
        _ = try store.load(places)
        let answers = try store.commit(records.indices.map { change("L\($0)", records[$0]) }, now: .present)
        #expect(answers.allSatisfy { $0 == .stored })
        for _ in 0..<2 { #expect(try store.load(places).records == records) }
        let stored = StoredRecords(redis, organization: partition.organization, kind: .lead, partitions: 1)
        var read: [Exact: Record] = [:]
        try stored.read { read[$0] = $1 }
        #expect(records.indices.allSatisfy { read[Exact("L\($0)")] == records[$0] })
    }

    @Test("a pipeline shrinks after large records, and grows only after it was full of small ones")
    func pipelines() {
        var size = PipelineSize(records: 32...256)
        for _ in 0..<9 { size.note(bytes: 100, of: 31) }
        #expect(size.records == 32)
        for (bytes, count, expected) in [
            (100, 32, 64), (3 << 20, 64, 64), (100, 64, 128), (100, 128, 256), (100, 256, 256),
        ] {
            size.note(bytes: bytes, of: count)
            #expect(size.records == expected)
        }
        for expected in [128, 64, 32, 32] {
            size.note(bytes: 9 << 20, of: 1)
            #expect(size.records == expected)
        }
    }

    @Test("every kind of record is read back as it was stored")
    func roundTrip() throws {
        var names = NameTable(incarnation: "test")
        var random = SystemRandomNumberGenerator()
        let whats = Trend.allCases.map { Transition.What.scored($0) } + Notice.Kind.allCases.map { .notice($0) }
        let transitions = whats.flatMap { what in
            [Grade.a, .d, nil].map { Transition(grade: $0, from: $0 == .a ? .b : nil, what: what) }
        }
        for number in 0..<500 {
            var record = record(
                ["a", "web.\(number % 7)", "\u{e9}"], revision: UInt64.random(in: 1...1 << 50, using: &random))
            record.valuesRevision = record.revision - UInt64(number % 2)
            record.cells[.stage] = .init(
                stamp: .init(time: .init(microseconds: -5), sequence: "s", order: 9), value: nil)
            let values: [Value] = [
                .number(-0.5), .number(1e300), .number(-9_223_372_036_854_775_808), .flag(true), .flag(false),
                .list(["x", ""]), .text(String(repeating: "t", count: number)),
            ]
            record.cells[.attribute("v")] = .init(
                stamp: .init(time: .init(milliseconds: 9), order: .max), value: values[number % values.count])
            if number % 3 == 0 {
                record.deleted = .init(time: .init(milliseconds: 3), order: 1)
                record.sweepMark = UInt64(number)
            }
            if number % 2 == 0 {
                var scoring = Scoring(
                    revision: record.revision, model: .init(name: "m", version: 300),
                    evidence: .init(bins: [0, 127, 128, 65_535]), probability: 0.1 + 0.2, grade: .c, previousScore: 100,
                    previousGrade: .a, trigger: number % 8 < 4 ? .sweep : .realtime,
                    at: .init(microseconds: 1_795_000_000_000_001))
                scoring.trend = Trend.allCases[number / 2 % 4]
                scoring.changes = ShownChanges(rawValue: UInt8(truncatingIfNeeded: number &* 37))
                if number % 4 == 0 {
                    (scoring.accountRevision, scoring.contactRevision) = (0, 7)
                    scoring.former = .init(model: .init(name: "m", version: 299), evidence: .init(bins: [1]))
                }
                record.scoring = scoring
                record.notice = Notice(revision: record.revision, kind: .changed, grade: .b, left: .d)
                record.notice?.changes = ShownChanges(rawValue: UInt8(truncatingIfNeeded: number &* 59))
                record.monthCounted = Month("2026-11")
            }
            record.superseded = transitions.shuffled(using: &random).prefix(number % 9).map(\.self)
            let bytes = RecordBlob.encode(record, names: &names)
            #expect(try RecordBlob.decode(bytes, names: names) == record)
            #expect(throws: RecordBlob.Damaged.self) { try RecordBlob.decode(bytes.dropLast(), names: names) }
            #expect(throws: RecordBlob.Damaged.self) {
                try RecordBlob.decode(bytes, names: NameTable(incarnation: "other"))
            }
        }
    }

    @Test(
        "a stored scoring keeps its trend when the dead band changes; in the former format the trend follows from a band of two points"
    )
    func keptTrend() throws {
        var names = NameTable(incarnation: "test")
        var record = record([])
        func scoring(previousScore: Int, deadBand: Int) -> Scoring {
            Scoring(
                revision: 1, model: .init(name: "m", version: 1), evidence: .init(bins: []), probability: 0.45,
                grade: .c, previousScore: previousScore, previousGrade: .b, trigger: .sweep, at: .init(milliseconds: 1),
                deadBand: deadBand)
        }
        record.scoring = scoring(previousScore: 65, deadBand: 30)
        let bytes = RecordBlob.encode(record, names: &names)
        #expect(try RecordBlob.decode(bytes, names: names).scoring?.trend == .steady)

        // As it was written before trends were kept: the trigger's byte alone, 1 for a sweep.
        record.scoring = scoring(previousScore: 65, deadBand: 2)
        var old = RecordBlob.encode(record, names: &names)
        let trigger = try #require(old.indices.first { old[$0] == 5 && bytes[$0] == 7 })
        old[trigger] = 1
        let read = try RecordBlob.decode(old, names: names)
        #expect(read == record && read.scoring?.trend == .declining && read.scoring?.trigger == .sweep)
    }

    @Test("a commit against a revision that is no longer current changes nothing")
    func conflict() throws {
        let store = RecordStore(try connect())
        let now = try store.load([place("L")]).now
        #expect(try store.commit([change("L", record(["a"]))], now: now) == [.stored])
        #expect(try store.commit([change("L", record(["b"], revision: 2))], now: now) == [.overtaken])
        #expect(try store.load([place("L")]).records == [record(["a"])])
        #expect(try store.commit([change("L", record(["b"], revision: 2), expected: 1)], now: now) == [.stored])
        let usage = try connect().call("HGET", partition.usage, "\(now.month.text):scorings")
        #expect(usage.int == 2)
    }

    @Test("more records than one script call can take, each with new names, are all stored")
    func many() throws {
        let store = RecordStore(try connect())
        let ids = (0..<1300).map { "M\($0)" }
        let now = try store.load([place("M0")]).now
        let done = try store.commit(
            ids.enumerated().map { change($1, record(["n\($0 % 900)"])) }, now: now)
        #expect(done.allSatisfy { $0 == .stored } && done.count == 1300)
        let other = RecordStore(try connect())
        let records = try other.load(ids.map(place)).records
        #expect(records == (0..<1300).map { record(["n\($0 % 900)"]) })
    }

    @Test("two lanes that add names to a partition at the same time never confuse them")
    func names() throws {
        let (one, two) = (RecordStore(try connect()), RecordStore(try connect()))
        let now = try one.load([place("A")]).now
        _ = try two.load([place("B")])
        #expect(try one.commit([change("A", record(["x", "y"]))], now: now) == [.stored])
        #expect(try two.commit([change("B", record(["y", "z"]))], now: now) == [.overtaken], "its names came too late")
        _ = try two.load([place("B")])
        #expect(try two.commit([change("B", record(["y", "z"]))], now: now) == [.stored])
        #expect(try one.load([place("A"), place("B")]).records == [record(["x", "y"]), record(["y", "z"])])
    }

    @Test("a dictionary that lost names takes no commit, from a lane that knows the names or from another one")
    func lostNames() throws {
        let redis = try connect()
        let store = RecordStore(redis)
        let now = try store.load([place("A")]).now
        #expect(try store.commit([change("A", record(["x", "y"]))], now: now) == [.stored])
        try redis.call("RPOP", partition.names)
        for lane in [store, RecordStore(redis)] {
            _ = try lane.loadReadable([place("A"), place("B")])
            guard case .damaged? = try lane.commit([change("B", record(["z"]))], now: now).first else {
                Issue.record("a new name got the id of a lost one")
                continue
            }
        }
        #expect(try RecordStore(redis).loadReadable([place("A")]).damaged.count == 1)
    }

    @Test("nothing is written with a dictionary that was flushed")
    func flushed() throws {
        let redis = try connect()
        let store = RecordStore(redis)
        let now = try store.load([place("A")]).now
        #expect(try store.commit([change("A", record(["x"]))], now: now) == [.stored])
        try redis.call("DEL", partition.names, partition.records, partition.sweep)
        #expect(try store.commit([change("B", record(["x"]))], now: now) == [.overtaken])
        _ = try store.load([place("B")])
        #expect(try store.commit([change("B", record(["w"]))], now: now) == [.stored])
        #expect(try RecordStore(try connect()).load([place("B")]).records == [record(["w"])])
    }
}
