import LeadModel
import TestKit
import Testing

/// Events of leads, accounts and contacts in any order, with repetitions: the same records are stored in the
/// end, and a sweep at the same time gives the same scores. Each turn uses the real merge, join and decision.
@Suite("Any order of events")
struct PermutationTests {
    private static let version = ModelVersion(name: "m", version: 1)
    private static let card = Scorecard(
        entity: .lead, intercept: -0.3,
        attributes: ["a", "account.b", "contact.c", "web.d"].map { name in
            Scorecard.Attribute(
                name: name, reading: .category(.init(bins: ["x": 0, "y": 1], rare: [])),
                bins: zip(["x", "y", "missing", "rare", "unseen"], [0.9, -0.7, 0.1, 0, 0.2]).map {
                    .init(label: $0, points: $1, records: 50, positives: 20)
                })
        },
        missing: [], training: .init(asOf: nil, positives: 50, negatives: 50, seed: 1),
        quality: .init(bags: 8, auc: 0.8, logLoss: 0.5, accuracy: 0.7))

    private struct Key: Hashable {
        var kind: RecordKind
        var id: Exact
    }

    private struct World {
        var records: [Key: Record] = [:]
        var clock: Int64 = 100

        func entities(of record: Record) -> RelatedEntities {
            var entities = RelatedEntities()
            for kind in RecordKind.related {
                entities[kind] = record.reference(to: kind).map { records[Key(kind: kind, id: $0)] ?? Record() }
            }
            return entities
        }

        mutating func turn(_ event: RecordEvent) {
            let key = Key(kind: event.recordKind, id: event.recordID)
            guard key.kind.entity == nil else { return turn(key, [event]) }
            let decision = Decision(
                about: MergedRecord(base: records[key] ?? Record(), events: [event]), of: key.kind)
            guard decision.changesState else { return }
            commit(decision, key, RelatedEntities(), at: clock)
            guard decision.fansOut else { return }
            for other in Array(records.keys) where records[other]?.reference(to: key.kind) == key.id {
                turn(other, [], isFanOut: true)
            }
        }

        mutating func turn(_ key: Key, _ events: [RecordEvent], isFanOut: Bool = false, sweep: UInt64? = nil) {
            let merged = MergedRecord(base: records[key] ?? Record(), events: events)
            var circumstances = Decision.Circumstances(published: version)
            circumstances.entities = entities(of: merged.record)
            circumstances.isFanOut = isFanOut
            circumstances.sweep = sweep.map { .init(number: $0, scores: true) }
            let decision = Decision(about: merged, in: circumstances)
            guard decision.changesState else { return }
            commit(decision, key, circumstances.entities, at: sweep.map { Int64($0) } ?? clock)
        }

        private mutating func commit(_ decision: Decision, _ key: Key, _ entities: RelatedEntities, at time: Int64) {
            clock += 1
            let now = Moment(milliseconds: time)
            records[key] = decision.committed(now: now) { revision in
                let evidence = card.evidence(of: decision.record.joined(with: entities), at: now)
                let probability = card.probability(evidence)
                var scoring = Scoring(
                    revision: revision, model: version, evidence: evidence, probability: probability,
                    grade: GradeRanges.standard.grade(of: score(probability: probability)), previousScore: nil,
                    previousGrade: nil, trigger: .realtime, at: now)
                for kind in RecordKind.related { scoring.set(entities.revision(kind), of: kind) }
                return scoring
            }
        }

        /// Scores all open leads in their current state.
        mutating func sweep() {
            for key in Array(records.keys) where key.kind.entity != nil { turn(key, [], sweep: 1_000_000) }
        }
    }

    /// The state that must be the same. When and how often it was stored or scored may differ.
    private struct End: Equatable {
        var cells: SortedTable<Field, Record.Cell>
        var floors: SortedTable<Exact, Stamp>
        var deleted: Stamp?
        var isErased, isOpen, creationSeen, isPending: Bool
        var probability: Double?
        var evidence: Evidence?

        init(_ record: Record, isScored: Bool) {
            (cells, floors, deleted) = (record.cells, record.floors, record.deleted)
            (isErased, isOpen, isPending) = (record.isErased, record.isOpen, record.isPending)
            creationSeen = record.creationSeen
            // A closed lead keeps its last score, which depends on the events that had arrived when it closed.
            if isScored, record.isOpen {
                (probability, evidence) = (record.scoring?.probability, record.scoring?.evidence)
            }
        }
    }

    private func events(_ random: inout SeededGenerator) -> [RecordEvent] {
        (0..<Int.random(in: 3...14, using: &random)).map { number in
            let kind: RecordKind = random.pick([.lead, .lead, .lead, .opportunity, .account, .contact])
            let verb: Verb = random.pick([
                .created, .created, .imported, .updated, .updated, .updated, .updated, .updated, .deleted, .erased,
            ])
            var fields: [FieldValue] = []
            func value() -> Value? { random.pick([.text("x"), .text("y"), nil]) }
            let names: [AttributeName] =
                kind == .account ? ["b", "other"] : kind == .contact ? ["c", "other"] : ["a", "account.b", "web.d"]
            for name in names where random.chance(0.5) { fields.append(FieldValue(.attribute(name), value())) }
            if kind.entity != nil {
                if random.chance(0.5) {
                    fields.append(FieldValue(.account, random.pick([.text("A1"), .text("A2"), nil])))
                }
                if random.chance(0.4) { fields.append(FieldValue(.contact, random.pick([.text("C1"), nil]))) }
                let closed: Value = .text(kind == .lead ? "qualified" : "won")
                if random.chance(0.25) {
                    fields.append(FieldValue(.status, random.pick([closed, .text("open"), nil])))
                }
                for field in [Field.createdAt, .closedAt] where random.chance(0.2) {
                    fields.append(FieldValue(field, random.pick([.number(1), .number(2), nil])))
                }
            }
            let id: Exact =
                kind == .account ? random.pick(["A1", "A2"]) : kind == .contact ? "C1" : random.pick(["L1", "L2"])
            return RecordEvent(
                kind: kind, verb: verb, recordID: id, source: "test", id: "\(number)",
                time: Moment(milliseconds: Int64.random(in: 1...9, using: &random)),
                sequence: random.pick([nil, nil, nil, "1", "2"]),
                isPatch: verb == .updated && random.chance(0.7), fields: fields)
        }
    }

    @Test("two orders of the same events, some of them repeated, end with the same records and scores")
    func permutations() {
        var (scored, joined) = (0, 0)
        for seed in 0..<5000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let events = events(&random)
            let worlds = (0..<2).map { _ in
                var world = World()
                for event in (events + events.filter { _ in random.chance(0.3) }).shuffled(using: &random) {
                    world.turn(event)
                }
                world.sweep()
                return world
            }
            #expect(Set(worlds[0].records.keys) == Set(worlds[1].records.keys), "seed \(seed)")
            for (key, record) in worlds[0].records {
                let other = worlds[1].records[key] ?? Record()
                let isScored = key.kind.entity != nil
                #expect(End(record, isScored: isScored) == End(other, isScored: isScored), "seed \(seed): \(key)")
                if isScored, record.isOpen {
                    let now = Self.card.evidence(
                        of: record.joined(with: worlds[0].entities(of: record)), at: Moment(milliseconds: 1_000_000))
                    #expect(record.scoring?.evidence == now, "seed \(seed): \(key) is not scored as it is now")
                    scored += 1
                    if record.reference(to: .account) != nil { joined += 1 }
                }
            }
        }
        #expect(scored > 1000 && joined > 300)
    }
}
