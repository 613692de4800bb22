import LeadModel

@testable import Fleet
@testable import Registry

/// One lane's turns over the world in memory, in the real lane's steps. After each step others may overtake it, or it
/// dies.
///
/// What is pure in a lane is the lane's own code: the leases (`LeasedPartitions`), how work is joined (`Batch`,
/// `Work`), and what is published of it (`Scored.results`).
final class ProtocolLane {
    typealias World = ProtocolWorld
    typealias Key = ProtocolWorld.Key

    struct Turn {
        var work: Work
        var base: Record
        var entities = RelatedEntities()
        var decision: Decision
        var record = Record()
        var change: World.Change?

        var key: Key { Key(kind: work.kind, id: work.id) }
    }

    enum Step {
        case idle, load, index, entities, commit, fanOut, lookAgain, publish, settlePages, settleSwept, settleTags
    }

    let world: World
    let number: Int
    /// The registry as it knows it; it may have changed since.
    var view: World.Registry
    var leased = LeasedPartitions()
    var start: ProtocolStart?
    var step = Step.idle
    var batch = Batch()
    /// The messages of the batch.
    var tags: [Int] = []
    var open: [Work] = []
    private var turns: [Turn] = []
    private var reference = Moment(milliseconds: 0)
    private var stored: [Turn] = []
    private(set) var outcomes: [World.Sent] = []

    init(_ world: World, number: Int) {
        (self.world, self.number) = (world, number)
        view = world.registry
    }

    var isIdle: Bool { step == .idle && leased.isEmpty && start == nil }

    func advance() {
        switch step {
        case .idle: rest()
        case .load: load()
        case .index: index()
        case .entities: readEntities()
        case .commit: commit()
        case .fanOut: fanOut()
        case .lookAgain: lookAgain()
        case .publish: publish()
        case .settlePages: settlePages()
        case .settleSwept: settleSwept()
        case .settleTags: settleTags()
        }
    }

    // MARK: The turn

    private func load() {
        reference = world.now
        turns = open.map { work in
            let base = world.record(Key(kind: work.kind, id: work.id))
            return Turn(
                work: work, base: base, decision: Decision(about: MergedRecord(base: base, events: []), of: .account))
        }
        step = world.keeps(.index) ? .index : .entities
    }

    private func index() {
        for turn in turns where turn.work.kind == .lead {
            for (kind, id) in references(of: turn) where turn.base.reference(to: kind) != id {
                world.referrers[Key(kind: kind, id: id), default: []].insert(turn.key)
            }
        }
        step = world.keeps(.index) ? .entities : .commit
    }

    private func references(of turn: Turn) -> [(kind: RecordKind, id: Exact)] {
        var record = turn.base
        record.merge(turn.work.events.map(\.event))
        return RecordKind.related.compactMap { kind in record.reference(to: kind).map { (kind, $0) } }
    }

    private func readEntities() {
        for place in turns.indices where turns[place].work.kind == .lead {
            for (kind, id) in references(of: turns[place]) {
                turns[place].entities[kind] = world.record(Key(kind: kind, id: id))
            }
        }
        for place in turns.indices { decide(&turns[place]) }
        step = world.keeps(.index) ? .commit : .index
    }

    /// Merges and scores.
    private func decide(_ turn: inout Turn) {
        let base = world.without(turn.base)
        var work = turn.work
        if !world.keeps(.retell) { work.isLargeFanOut = false }
        work.noteEarlierWork(on: base, turn.entities)
        turn.work.isRepeat = work.isRepeat
        let decision = decision(turn, base)
        turn.decision = decision
        guard decision.changesState else {
            (turn.record, turn.change) = (turn.base, nil)
            return
        }
        let version = view.version ?? 0
        turn.record = decision.committed(now: reference) { revision in
            let evidence = World.evidence(of: decision.record.joined(with: turn.entities), version: version)
            let probability = World.probability(evidence)
            var scoring = Scoring(
                revision: revision, model: ModelVersion(name: "m", version: version), evidence: evidence,
                probability: probability, grade: view.ranges.grade(of: score(probability: probability)),
                previousScore: base.scoring?.score, previousGrade: base.grade,
                trigger: turn.work.lease == nil ? .realtime : .sweep, at: reference)
            scoring.accountRevision = turn.entities.revision(.account)
            scoring.contactRevision = turn.entities.revision(.contact)
            return scoring
        }
        if !world.keeps(.mark) { turn.record.sweepMark = 0 }
        if !world.keeps(.floor), !turn.record.isErased {
            let kept = turn.base.cells.entries.filter { turn.record.cells[$0.key] == nil }
            for cell in kept { turn.record.cells[cell.key] = cell.value }
        }
        turn.change = World.Change(
            key: turn.key, expected: turn.base.revision, record: turn.record, isScored: decision.isDue,
            counts: decision.countsRecord(now: reference), fansOut: decision.fansOut, epoch: view.epoch,
            token: turn.work.lease?.token)
    }

    private func decision(_ turn: Turn, _ base: Record) -> Decision {
        let (work, merged) = (turn.work, MergedRecord(base: base, events: turn.work.events.map(\.event)))
        guard work.kind == .lead else { return Decision(about: merged, of: work.kind) }
        var circumstances = Decision.Circumstances(
            published: view.version.map { ModelVersion(name: "m", version: $0) })
        circumstances.scoresUpdates = world.scoresUpdates
        circumstances.ranges = view.ranges
        circumstances.entities = turn.entities
        (circumstances.isFanOut, circumstances.isLargeFanOut) = (work.isFanOut, work.isLargeFanOut)
        circumstances.sweep = work.lease?.decisionSweep
        return Decision(about: merged, in: circumstances)
    }

    private func commit() {
        (open, stored) = ([], turns.filter { $0.change == nil })
        struct Call: Hashable {
            var kind: RecordKind
            var token: Int64?
            var epoch: Int?
        }
        let calls = Dictionary(grouping: turns.filter { $0.change != nil }) { turn in
            Call(
                kind: turn.work.kind, token: turn.change?.token,
                epoch: turn.change?.isScored == true ? turn.change?.epoch : nil)
        }
        for call in calls.values.sorted(by: { $0[0].key < $1[0].key }) {
            for (turn, committed) in zip(call, world.commit(call.compactMap(\.change))) {
                switch committed {
                case .stored: stored.append(turn)
                case .overtaken: open.append(turn.work)
                case .oldRegistry:
                    view = world.registry
                    open.append(turn.work)
                case .fenced:
                    if let lease = turn.work.lease { leased.handle(.fenced, of: lease) }
                    if let rest = turn.work.withoutSweep { open.append(rest) }
                }
            }
            if world.random.chance(0.05) {
                world.lostAnswers += 1
                open = turns.map { turn in
                    var work = turn.work
                    if world.keeps(.answer) { work.isRepeat = work.isRepeat || turn.change != nil }
                    return work
                }
                step = .load
                return
            }
        }
        for turn in stored { outcomes += results(of: turn) }
        step = .fanOut
    }

    private func results(of turn: Turn) -> [World.Sent] {
        var work = turn.work
        if !world.keeps(.repeat) { work.isRepeat = false }
        let publishesAll = work.isRepeat || work.lease?.targets.isEmpty == false
        let place = RecordStore.Place(partition: World.partition(work.kind), id: work.id)
        let scored = Scored(work: work, place: place, record: turn.record, decision: turn.decision, change: nil)
        return scored.results.compactMap { result in
            let revision =
                switch result.content {
                case .scoring: result.record.scoring?.revision
                case .notice: publishesAll && !world.keeps(.notice) ? nil : result.record.notice?.revision
                }
            guard result.superseded == nil || world.keeps(.superseded), let revision else { return nil }
            let own =
                result.content == .scoring
                ? result.record.scoring.map { Transition($0) } : result.record.notice.map { Transition($0) }
            return World.Sent(
                result: .init(key: turn.key, revision: revision), words: result.superseded ?? own?.words ?? "")
        }
    }

    /// To those that refer to an entity that changed, if they are few; otherwise the fan-out stays pending.
    private func fanOut() {
        for turn in stored where turn.work.kind != .lead && (turn.decision.fansOut || turn.work.isRepeat) {
            let few = (world.referrers[turn.key] ?? []).sorted()
            guard few.count <= world.few, world.keeps(.touch) else { continue }
            batch.fanOuts.append(
                FanOutPage(
                    entity: .init(partition: World.partition(turn.work.kind), id: turn.work.id),
                    position: FanOuts.Position(revision: turn.record.valuesRevision), last: nil, lease: nil))
            open += few.map { World.work($0, isRepeat: turn.work.isRepeat, isFanOut: true) }
        }
        step = .lookAgain
    }

    private func lookAgain() {
        for turn in stored where world.keeps(.again) && (turn.decision.isDue || turn.work.isRepeat) {
            for kind in RecordKind.related {
                guard let read = turn.record.scoring?.revision(of: kind), let id = turn.record.reference(to: kind),
                    world.record(Key(kind: kind, id: id)).valuesRevision != read
                else { continue }
                open.append(World.work(turn.key, isFanOut: true))
            }
        }
        open = Work.joined(open)
        stored = []
        step = open.isEmpty ? (world.keeps(.settle) ? .publish : .settlePages) : .load
    }

    private func publish() {
        if let next = outcomes.first {
            outcomes.removeFirst()
            world.send(next, isRefused: next.result.key.kind == .lead && world.consumers.chance(0.2))
        }
        if outcomes.isEmpty { step = world.keeps(.settle) ? .settlePages : .idle }
    }

    private func settleTags() {
        world.queue.removeAll { tags.contains($0.tag) }
        (batch, tags) = (Batch(), [])
        step = world.keeps(.settle) ? .idle : .publish
    }
}
