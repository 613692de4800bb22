import LeadModel
import Registry
import TestKit
import Testing

@Suite("Damaged bytes of records")
struct DamagedBlobTests {
    private var names = NameTable(incarnation: "test")

    /// A record with everything that a blob can hold.
    private func whole() -> Record {
        var record = Record()
        record.merge([
            RecordEvent(
                kind: .lead, verb: .created, recordID: "L", source: "test", id: "1", time: .init(milliseconds: 5),
                sequence: "s",
                fields: [
                    FieldValue(.name, .text("Ada")), FieldValue(.createdAt, .number(1_795_000_000_000)),
                    FieldValue(.attribute(AttributeName("web.a")), .list(["x", "y"])),
                    FieldValue(.attribute(AttributeName("b")), .number(0.5)),
                    FieldValue(.attribute(AttributeName("c")), .flag(true)), FieldValue(.owner, nil),
                ])
        ])
        (record.revision, record.valuesRevision) = (1_795_000_000_009, 1_795_000_000_001)
        var scoring = Scoring(
            revision: record.revision, model: .init(name: "m", version: 3), evidence: .init(bins: [0, 127, 300]),
            probability: 0.3, grade: .c, previousScore: 70, previousGrade: .a, trigger: .sweep,
            at: .init(milliseconds: 1_795_000_000_000))
        scoring.former = .init(model: .init(name: "m", version: 2), evidence: .init(bins: [1]))
        record.scoring = scoring
        record.notice = Notice(revision: record.revision, kind: .changed, grade: .b, left: .d)
        record.monthCounted = Month("2026-11")
        record.deleted = .init(time: .init(milliseconds: 3), order: 1)
        record.sweepMark = 7
        return record
    }

    /// What a lane computes with every record that it reads. None of it may trap.
    private func use(_ record: Record, _ id: Exact = "L") {
        let now = Moment(milliseconds: 1_795_000_000_000)
        let merged = MergedRecord(base: record, events: [])
        for published in [nil, ModelVersion(name: "m", version: 3)] {
            var circumstances = Decision.Circumstances(published: published)
            circumstances.now = now
            circumstances.windowStart = now.adding(days: -730)
            circumstances.sweep = .init(number: 9, scores: true)
            let decision = Decision(about: merged, in: circumstances)
            let committed = decision.committed(now: now) { revision in
                Scoring(
                    revision: revision, model: .init(name: "m", version: 3), evidence: .init(bins: []),
                    probability: 0.5,
                    grade: .a, previousScore: record.scoring?.score, previousGrade: record.grade, trigger: .sweep,
                    at: now)
            }
            _ = Expiry.of(id, record: committed, base: record, now: now, retention: OrganizationSettings().retention)
            var names = names
            _ = RecordBlob.encode(committed, names: &names)
        }
        var dropped = record
        _ = NullTombstones.drop(from: &dropped, due: now, now: now, retention: OrganizationSettings().retention)
        _ = (record.createdAt?.text, record.closedAt?.text, record.newestEvent?.text, record.scoring?.at.text)
        _ = Expiry.remainder(of: record)
    }

    @Test("a blob that was cut off at any byte is an error")
    mutating func cutOff() {
        let bytes = RecordBlob.encode(whole(), names: &names)
        for length in 0..<bytes.count {
            #expect(throws: RecordBlob.Damaged.self) {
                try RecordBlob.decode(Array(bytes.prefix(length)), names: names)
            }
        }
    }

    @Test("flipped bits and random bytes give an error, or a record that a lane can work with")
    mutating func changed() {
        let bytes = RecordBlob.encode(whole(), names: &names)
        var read = 0
        for bit in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            if let record = try? RecordBlob.decode(flipped, names: names) {
                read += 1
                use(record)
            }
        }
        var random = SeededGenerator(seed: 15)
        for _ in 0..<15_000 {
            var spoiled = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<spoiled.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0:
                    spoiled[place] =
                        [0, 0x7F, 0x80, 0xFF, .random(in: 0...255, using: &random)][
                            Int.random(in: 0..<5, using: &random)]
                case 1: spoiled.remove(at: place)
                default: spoiled.insert(.random(in: 0...255, using: &random), at: place)
                }
            }
            if let record = try? RecordBlob.decode(spoiled, names: names) {
                read += 1
                use(record)
            }
        }
        for _ in 0..<10_000 {
            let noise =
                [2]
                + (0..<Int.random(in: 0..<120, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            if let record = try? RecordBlob.decode(noise, names: names) { use(record) }
        }
        #expect(read > 0, "some changes can't be noticed")
    }

    @Test("numbers that the arithmetic of times and revisions can't hold are an error")
    mutating func outOfRange() {
        func isDamaged(_ change: (inout Record) -> Void) -> Bool {
            var record = whole()
            change(&record)
            var names = names
            let bytes = RecordBlob.encode(record, names: &names)
            return (try? RecordBlob.decode(bytes, names: names)) == nil
        }
        #expect(!isDamaged { _ in })
        #expect(isDamaged { $0.revision = .max })
        #expect(isDamaged { ($0.revision, $0.valuesRevision, $0.scoring, $0.notice) = (0, 0, nil, nil) })
        #expect(isDamaged { $0.scoring?.probability = .nan })
        #expect(isDamaged { $0.scoring?.probability = 1.5 })
        #expect(isDamaged { $0.cells[.createdAt]?.value = .number(1e300) })
        #expect(isDamaged { $0.cells[.attribute("b")]?.value = .number(.infinity) })
        #expect(isDamaged { $0.monthCounted = Month(index: 1 << 29) })
    }
}
