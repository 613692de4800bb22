import LeadModel

/// One lane's turns, in the steps of the real one (`Fleet/Turn.swift`): after each, others may overtake it, or it dies.
final class ProtocolLane {
    typealias World = ProtocolWorld
    typealias Key = ProtocolWorld.Key

    /// All that a batch brings for one record.
    struct Work {
        var key: Key
        var events: [RecordEvent] = []
        var isRepeat = false
        var isFanOut = false
        var isLargeFanOut = false
        var holding: ProtocolHolding?

        mutating func join(_ more: Work) {
            events += more.events
            isRepeat = isRepeat || more.isRepeat
            isLargeFanOut = isLargeFanOut && more.isLargeFanOut
            isFanOut = isFanOut || more.isFanOut
            holding = holding ?? more.holding
        }

        static func joined(_ works: [Work]) -> [Work] {
            var joined: [Work] = []
            for work in works {
                if let place = joined.firstIndex(where: { $0.key == work.key }) {
                    joined[place].join(work)
                } else {
                    joined.append(work)
                }
            }
            return joined
        }
    }

    struct Turn {
        var work: Work
        var base: Record
        var entities = RelatedEntities()
        var decision: Decision?
        var record = Record()
        var change: World.Change?
    }

    struct Told {
        var entity: Key
        var position: World.Telling
        var last: Key?
        var holding: ProtocolHolding?
    }

    struct Batch {
        var tags: [Int] = []
        var swept: [Exact] = []
        var holding: ProtocolHolding?
        var told: [Told] = []
    }

    enum Step {
        case idle, load, name, entities, commit, tell, lookAgain, publish, settleTold, settleSwept, settleTags
    }

    let world: World
    let number: Int
    /// The registry as it knows it; it may have moved on.
    var view: World.Registry
    var holding: ProtocolHolding?
    var start: ProtocolStart?
    var step = Step.idle
    var batch = Batch()
    var open: [Work] = []
    private var turns: [Turn] = []
    private var reference = Moment(milliseconds: 0)
    private var standing: [Turn] = []
    private(set) var outcomes: [World.Result] = []

    init(_ world: World, number: Int) {
        (self.world, self.number) = (world, number)
        view = world.registry
    }

    var isIdle: Bool { step == .idle && holding == nil && start == nil }

    func advance() {
        switch step {
        case .idle: rest()
        case .load: load()
        case .name: name()
        case .entities: readEntities()
        case .commit: commit()
        case .tell: tell()
        case .lookAgain: lookAgain()
        case .publish: publish()
        case .settleTold: settleTold()
        case .settleSwept: settleSwept()
        case .settleTags: settleTags()
        }
    }

    // MARK: The turn

    private func load() {
        reference = world.now
        turns = open.map { Turn(work: $0, base: world.record($0.key)) }
        step = world.keeps(.index) ? .name : .entities
    }

    private func name() {
        for turn in turns where turn.work.key.kind == .lead {
            for (kind, id) in references(of: turn) where turn.base.reference(to: kind) != id {
                world.referrers[Key(kind: kind, id: id), default: []].insert(turn.work.key)
            }
        }
        step = world.keeps(.index) ? .entities : .commit
    }

    private func references(of turn: Turn) -> [(kind: RecordKind, id: Exact)] {
        var record = turn.base
        record.merge(turn.work.events)
        return RecordKind.related.compactMap { kind in record.reference(to: kind).map { (kind, $0) } }
    }

    private func readEntities() {
        for place in turns.indices where turns[place].work.key.kind == .lead {
            for (kind, id) in references(of: turns[place]) {
                turns[place].entities[kind] = world.record(Key(kind: kind, id: id))
            }
        }
        for place in turns.indices { decide(&turns[place]) }
        step = world.keeps(.index) ? .commit : .name
    }

    /// Merges and scores, as `Fleet/Steps.swift` does.
    private func decide(_ turn: inout Turn) {
        if let sweep = turn.work.holding?.sweep, turn.base.sweepMark == sweep.number { turn.work.isRepeat = true }
        if turn.work.isLargeFanOut, world.keeps(.retell), turn.base.wasScoredAtOnce(by: turn.entities) {
            turn.work.isRepeat = true
        }
        var base = turn.base
        if !world.keeps(.month) { base.monthCounted = nil }
        if !world.keeps(.seen) { base.creationSeen = false }
        let decision = decision(turn, base)
        turn.decision = decision
        guard decision.changesState else {
            turn.record = turn.base
            turn.change = nil
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
                trigger: turn.work.holding == nil ? .realtime : .sweep, at: reference)
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
            key: turn.work.key, expected: turn.base.revision, record: turn.record, isScored: decision.isDue,
            counts: decision.countsRecord(now: reference), fansOut: decision.fansOut, epoch: view.epoch,
            token: turn.work.holding?.token)
    }

    private func decision(_ turn: Turn, _ base: Record) -> Decision {
        let work = turn.work
        let merged = MergedRecord(base: base, events: work.events)
        guard work.key.kind == .lead else { return Decision(about: merged, of: work.key.kind) }
        var circumstances = Decision.Circumstances(
            published: view.version.map { ModelVersion(name: "m", version: $0) })
        circumstances.scoresUpdates = world.scoresUpdates
        circumstances.ranges = view.ranges
        circumstances.entities = turn.entities
        (circumstances.isFanOut, circumstances.isLargeFanOut) = (work.isFanOut, work.isLargeFanOut)
        circumstances.sweep = work.holding?.sweep
        return Decision(about: merged, in: circumstances)
    }

    private func commit() {
        (open, standing) = ([], turns.filter { $0.change == nil })
        struct Call: Hashable {
            var kind: RecordKind
            var token, epoch: Int?
        }
        let calls = Dictionary(grouping: turns.filter { $0.change != nil }) { turn in
            Call(
                kind: turn.work.key.kind, token: turn.change?.token,
                epoch: turn.change?.isScored == true ? turn.change?.epoch : nil)
        }
        let sorted = calls.values.sorted { $0[0].work.key < $1[0].work.key }
        var stored: [Turn] = []
        for call in sorted {
            for (turn, what) in zip(call, world.commit(call.compactMap(\.change))) {
                switch what {
                case .stored: stored.append(turn)
                case .overtaken: open.append(turn.work)
                case .oldRegistry:
                    view = world.registry
                    open.append(turn.work)
                case .fenced:
                    turn.work.holding?.isFenced = true
                    var rest = turn.work
                    rest.holding = nil
                    if !rest.events.isEmpty || rest.isFanOut { open.append(rest) }
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
        standing += stored
        for turn in standing { outcomes += news(turn) }
        step = .tell
    }

    /// What is to be published: a record's news; of a repeat, and where it is asked for, all that stands.
    private func news(_ turn: Turn) -> [World.Result] {
        func result(_ revision: UInt64?) -> [World.Result] {
            revision.map { [World.Result(key: turn.work.key, revision: $0)] } ?? []
        }
        let isRepeat = turn.work.isRepeat && world.keeps(.repeat)
        if isRepeat || turn.work.holding?.republishes == true {
            return result(turn.record.scoring?.revision)
                + (world.keeps(.notice) ? result(turn.record.notice?.revision) : [])
        }
        guard let decision = turn.decision, turn.change != nil else { return [] }
        return decision.isDue || decision.notice != nil ? result(turn.record.revision) : []
    }

    /// Those that name an entity that changed, if they are few; else the telling stands.
    private func tell() {
        for turn in standing where turn.work.key.kind != .lead && (turn.decision?.fansOut == true || turn.work.isRepeat)
        {
            let few = (world.referrers[turn.work.key] ?? []).sorted()
            guard few.count <= world.few, world.keeps(.touch) else { continue }
            let position = World.Telling(revision: turn.record.valuesRevision, last: nil)
            batch.told.append(Told(entity: turn.work.key, position: position))
            open += few.map { Work(key: $0, isRepeat: turn.work.isRepeat, isFanOut: true) }
        }
        step = .lookAgain
    }

    private func lookAgain() {
        for turn in standing where world.keeps(.again) && (turn.decision?.isDue == true || turn.work.isRepeat) {
            for kind in RecordKind.related {
                guard let read = turn.record.scoring?.revision(of: kind), let id = turn.record.reference(to: kind),
                    world.record(Key(kind: kind, id: id)).valuesRevision != read
                else { continue }
                open.append(Work(key: turn.work.key, isFanOut: true))
            }
        }
        open = Work.joined(open)
        standing = []
        step = open.isEmpty ? (world.keeps(.settle) ? .publish : .settleTold) : .load
    }

    private func publish() {
        if let next = outcomes.first {
            outcomes.removeFirst()
            world.published.append(next)
        }
        if outcomes.isEmpty { step = world.keeps(.settle) ? .settleTold : .idle }
    }

    private func settleTags() {
        world.queue.removeAll { batch.tags.contains($0.tag) }
        batch = Batch()
        step = world.keeps(.settle) ? .idle : .publish
    }
}
