import LeadModel
import Testing

/// The turn's protocol over a store in memory: lanes that overtake each other at every step, answers that get lost, lanes
/// that die. The real turn is tried on the real servers; here thousands of histories pass in a second.
@Suite("The turn's protocol")
struct ProtocolTests {
    struct Message: Equatable {
        var event: RecordEvent
        var tag: Int
        var isRedelivered = false
    }

    struct World {
        var records: [Exact: Record] = [:]
        var queue: [Message] = []
        var published: Set<String> = []
        var scored: [String] = []
        var realtimeScorings: [Exact: Int] = [:]
        var counted: [Exact: [Month]] = [:]
        var clock: Int64 = 1
        var hasModel = true
        var conflicts = 0, repeats = 0, lostAnswers = 0, crashesAfterCommit = 0

        var now: Moment { Moment(milliseconds: clock) }
    }

    /// One lane's turn for one message, in steps that others may come between.
    struct Lane {
        enum Step {
            case recall
            case commit(base: Record)
            case publish([String])
            case settle, done
        }

        var message: Message
        var isRepeat: Bool
        var step = Step.recall

        mutating func advance(_ world: inout World, _ random: inout SeededGenerator) {
            let id = message.event.recordID
            switch step {
            case .recall: step = .commit(base: world.records[id] ?? Record())
            case .commit(let base):
                let decision = Decision(
                    base: base, events: [message.event],
                    in: .init(published: world.hasModel ? ModelVersion(name: "m", version: 1) : nil))
                guard decision.changesState else {
                    step = .publish(isRepeat ? stored(base, id) : [])
                    return
                }
                guard (world.records[id]?.revision ?? 0) == base.revision else {
                    world.conflicts += 1
                    step = .recall
                    return
                }
                let now = world.now
                let record = decision.committed(now: now) { revision in
                    Scoring(
                        revision: revision, model: ModelVersion(name: "m", version: 1), evidence: Evidence(bins: []),
                        probability: 0.5, grade: .b, previousScore: nil, previousGrade: nil, trigger: .realtime, at: now
                    )
                }
                world.records[id] = record
                if decision.isDue {
                    world.scored.append("\(id):\(record.revision)")
                    world.realtimeScorings[id, default: 0] += 1
                    if decision.countsRecord(now: now) { world.counted[id, default: []].append(now.month) }
                }
                if random.chance(0.05) {
                    (isRepeat, step) = (true, .recall)
                    world.lostAnswers += 1
                    return
                }
                let news = decision.isDue || decision.notice != nil ? ["\(id):\(record.revision)"] : []
                step = .publish(isRepeat ? stored(record, id) : news)
            case .publish(let results):
                world.published.formUnion(results)
                if isRepeat { world.repeats += 1 }
                step = .settle
            case .settle:
                world.queue.removeAll { $0.tag == message.tag }
                step = .done
            case .done: break
            }
        }

        private func stored(_ record: Record, _ id: Exact) -> [String] {
            [record.scoring?.revision, record.notice?.revision].compactMap(\.self).map { "\(id):\($0)" }
        }

        var isBetweenCommitAndPublish: Bool { if case .publish(let results) = step { !results.isEmpty } else { false } }
    }

    @Test("whatever overtakes, gets lost or dies: nothing is lost, scored twice or left unpublished")
    func histories() {
        var totals = World()
        for seed in 0..<3000 as Range<UInt64> { run(seed: seed, totals: &totals) }
        #expect(totals.conflicts > 100)
        #expect(totals.lostAnswers > 100)
        #expect(totals.repeats > 100)
        #expect(totals.crashesAfterCommit > 100)
    }

    private func run(seed: UInt64, totals: inout World) {
        var random = SeededGenerator(seed: seed)
        var world = World()
        let ids: [Exact] = Array(["L0", "L1", "L2"].prefix(Int.random(in: 1...3, using: &random)))
        let events = ids.flatMap {
            randomEvents(count: Int.random(in: 1...6, using: &random), record: $0, using: &random)
        }
        var feed = (events + events.filter { _ in random.chance(0.2) }).shuffled(using: &random)
        var lanes: [Lane] = []
        var crashes = 0
        while !feed.isEmpty || !world.queue.isEmpty {
            if let event = feed.last, random.chance(0.4) {
                feed.removeLast()
                world.queue.append(Message(event: event, tag: feed.count))
            }
            let held = Set(lanes.map(\.message.tag))
            if lanes.count < 3, let message = world.queue.first(where: { !held.contains($0.tag) }) {
                lanes.append(Lane(message: message, isRepeat: message.isRedelivered))
            }
            guard let index = lanes.indices.randomElement(using: &random) else { continue }
            if random.chance(0.1) { world.clock += random.pick([0, 1, 1, 40 * 86_400_000]) }
            if crashes < 20, random.chance(0.05) {
                if lanes[index].isBetweenCommitAndPublish { world.crashesAfterCommit += 1 }
                let tag = lanes.remove(at: index).message.tag
                for place in world.queue.indices where world.queue[place].tag == tag {
                    world.queue[place].isRedelivered = true
                }
                crashes += 1
                continue
            }
            lanes[index].advance(&world, &random)
            if case .done = lanes[index].step { lanes.remove(at: index) }
        }
        for id in ids {
            var inOrder = Record()
            inOrder.merge(events.filter { $0.recordID == id }.sorted { $0.stamp < $1.stamp })
            let record = world.records[id] ?? Record()
            #expect(record.cells == inOrder.cells && record.floors == inOrder.floors, "seed \(seed)")
            #expect(record.isOpen == inOrder.isOpen && record.isGone == inOrder.isGone, "seed \(seed)")
            #expect(record.scoring.map { world.published.contains("\(id):\($0.revision)") } ?? true, "seed \(seed)")
            #expect(record.notice.map { world.published.contains("\(id):\($0.revision)") } ?? true, "seed \(seed)")
            #expect(world.realtimeScorings[id, default: 0] <= 1, "seed \(seed)")
            let months = world.counted[id, default: []]
            #expect(Set(months).count == months.count, "seed \(seed)")
        }
        #expect(Set(world.scored).count == world.scored.count)
        totals.conflicts += world.conflicts
        totals.lostAnswers += world.lostAnswers
        totals.repeats += world.repeats
        totals.crashesAfterCommit += world.crashesAfterCommit
    }
}
