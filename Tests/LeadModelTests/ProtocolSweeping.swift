import LeadModel

/// A partition that a lane holds, as in `Fleet/LeasedPartition.swift`.
final class ProtocolHolding {
    let kind: RecordKind
    let token: Int
    let sweep: Decision.Sweep?
    let republishes: Bool
    let filling: Set<ProtocolWorld.Filling>
    /// How much of the walk's records was looked at; nothing: the work set is full.
    var cursor: Int?
    var suspects: [Exact]
    var ready: [Exact] = []
    var page: (entity: ProtocolWorld.Key, position: ProtocolWorld.Telling)?
    var hasMore = true
    var isFenced = false

    init(_ kind: RecordKind, _ state: ProtocolWorld.Sweep, suspects: [Exact]) {
        (self.kind, token, filling, self.suspects) = (kind, state.token, state.filling, suspects)
        republishes = kind == .lead && state.republishes
        sweep = kind == .lead ? .init(number: UInt64(state.started), scores: state.scores) : nil
        cursor = filling.isEmpty ? nil : 0
    }

    /// Whether a batch finds nothing in it.
    var isEmpty: Bool { ready.isEmpty && suspects.isEmpty && page == nil }
}

/// The start of a sweep, in the order in which it is read what would be started.
struct ProtocolStart {
    var due: Int
    var publications: Int
    var asks: [(number: Int, ask: ProtocolWorld.SweepRequest)]?
    var version: Int??
    var epoch: Int?
}

// A lane's part in the sweep, beside its messages.

extension ProtocolLane {
    /// Between two turns.
    func rest() {
        batch = Batch()
        if start != nil { return goOnStarting() }
        if world.random.chance(0.05) {
            view = world.registry
            return
        }
        if world.random.chance(0.2) {
            start = ProtocolStart(due: world.due, publications: world.registry.publications)
            return
        }
        if let holding {
            if holding.isFenced {
                self.holding = nil
                return
            }
            if holding.cursor != nil { return fill(holding) }
            if holding.hasMore, holding.isEmpty { return fetch(holding) }
            if holding.isEmpty { return release(holding) }
        } else if world.random.chance(0.5) {
            return take(world.random.pick([.lead, .lead, .account, .contact]))
        }
        gather()
    }

    private func gather() {
        var works: [Work] = []
        let isAlone = holding.map { !$0.suspects.isEmpty } ?? false
        if !isAlone {
            let most = world.random.pick([1, 1, 2, 4])
            for place in world.queue.indices.shuffled(using: &world.random) where world.queue[place].lane == nil {
                guard works.count < most else { break }
                let message = world.queue[place]
                world.queue[place].lane = number
                batch.tags.append(message.tag)
                works.append(
                    Work(
                        key: Key(kind: message.event.recordKind, id: message.event.recordID), events: [message.event],
                        isRepeat: message.isRedelivered))
            }
        }
        if let holding { works += held(holding, isAlone: isAlone) }
        guard !works.isEmpty || !batch.told.isEmpty else { return }
        open = Work.joined(works)
        step = open.isEmpty ? .settleTold : .load
    }

    private func held(_ holding: ProtocolHolding, isAlone: Bool) -> [Work] {
        if let (entity, position) = holding.page {
            holding.page = nil
            let all = (world.referrers[entity] ?? []).sorted()
            let page = all.filter { key in position.last.map { $0 < key } ?? true }.prefix(2)
            let isOfMany = all.count > world.few
            if isOfMany { world.toldMany += 1 }
            batch.told.append(
                Told(entity: entity, position: position, last: page.count < 2 ? nil : page.last, holding: holding))
            return page.map {
                Work(key: $0, isRepeat: !isOfMany, isFanOut: world.keeps(.touch), isLargeFanOut: isOfMany)
            }
        }
        let ids: [Exact]
        if isAlone {
            ids = [holding.suspects.removeLast()]
        } else {
            ids = Array(holding.ready.suffix(world.random.pick([1, 2])))
            holding.ready.removeLast(ids.count)
        }
        (batch.swept, batch.holding) = (ids, holding)
        return ids.map { Work(key: Key(kind: .lead, id: $0), holding: holding) }
    }

    // MARK: Steps of a holder, by its token

    private func isHolder(_ holding: ProtocolHolding) -> Bool {
        if world.sweeps[holding.kind]?.token == holding.token || !world.keeps(.fence) { return true }
        holding.isFenced = true
        return false
    }

    private func take(_ kind: RecordKind) {
        var state = world.sweeps[kind] ?? .init()
        let hasWork =
            kind == .lead
            ? !world.work.isEmpty || !world.hand.isEmpty || !state.filling.isEmpty
            : world.fanOuts.keys.contains { $0.kind == kind }
        // A lease can lapse while its holder lives.
        guard hasWork, state.lane == nil || world.random.chance(0.1) else { return }
        state.token += 1
        state.lane = number
        let suspects = kind == .lead ? world.hand.sorted() : []
        world.abandoned += suspects.count
        holding = ProtocolHolding(kind, state, suspects: suspects)
        if !world.keeps(.fill) { state.filling = [] }
        world.sweeps[kind] = state
        view = world.registry
    }

    private func release(_ holding: ProtocolHolding) {
        if isHolder(holding) { world.sweeps[holding.kind]?.lane = nil }
        self.holding = nil
    }

    /// Two halves, so that records can change in between.
    private func fill(_ holding: ProtocolHolding) {
        guard isHolder(holding), let half = holding.cursor else { return }
        for (key, record) in world.records where key.kind == .lead && Int(key.id.text.dropFirst())! % 2 == half {
            let isShown = record.scoring != nil || record.notice != nil
            if holding.filling.contains(.open) && record.isOpen || holding.filling.contains(.shown) && isShown {
                world.work.insert(key.id)
            }
        }
        holding.cursor = half == 0 ? 1 : nil
        if half == 1 { world.sweeps[.lead]?.filling = [] }
    }

    private func fetch(_ holding: ProtocolHolding) {
        guard isHolder(holding) else { return }
        guard holding.kind == .lead else {
            let standing = world.fanOuts.filter { $0.key.kind == holding.kind }.sorted { $0.key < $1.key }
            holding.page = standing.isEmpty ? nil : world.random.pick(standing.map { ($0.key, $0.value) })
            holding.hasMore = holding.page != nil
            return
        }
        let ids = world.work.sorted().shuffled(using: &world.random).prefix(2)
        world.work.subtract(ids)
        if world.keeps(.hand) { world.hand.formUnion(ids) }
        holding.ready = Array(ids)
        holding.hasMore = ids.count == 2
    }

    func settleTold() {
        step = .settleSwept
        for told in batch.told {
            if let holding = told.holding, holding.isFenced || !isHolder(holding) { continue }
            guard world.fanOuts[told.entity] == told.position || !world.keeps(.anew) else { continue }
            world.fanOuts[told.entity] = told.last.map {
                .init(revision: told.position.revision, last: $0)
            }
        }
    }

    func settleSwept() {
        step = .settleTags
        guard let holding = batch.holding, !batch.swept.isEmpty, !holding.isFenced, isHolder(holding) else { return }
        world.hand.subtract(batch.swept)
    }

    // MARK: Starts

    /// Any number of lanes may be at it at once.
    private func goOnStarting() {
        guard var plan = start else { return }
        defer { start = plan.epoch == nil || plan.asks == nil ? plan : nil }
        if plan.asks == nil, world.keeps(.asksFirst) || plan.epoch != nil {
            plan.asks = world.openRequests(due: plan.due) + [(plan.due, .run)]
        } else if plan.version == nil {
            plan.version = .some(world.registry.version)
        } else {
            plan.epoch = world.registry.epoch
        }
        guard let asks = plan.asks, let version = plan.version, let epoch = plan.epoch else { return }
        let number = asks.map(\.number).max() ?? 0
        world.start(number, epoch: epoch, signature: world.signature(version, plan.publications), asks: asks)
        world.asks.removeAll { $0.number <= world.sweeps[.lead]?.started ?? 0 }
    }
}

extension ProtocolWorld {
    /// The start's script.
    func start(_ number: Int, epoch: Int, signature: Signature?, asks: [(number: Int, ask: SweepRequest)]) {
        var state = sweeps[.lead] ?? Sweep()
        if keeps(.once) {
            guard state.started < number, epoch >= state.epoch else { return }
            guard work.isEmpty, hand.isEmpty, state.filling.isEmpty else { return }
        }
        let new = asks.filter { $0.number > state.started && $0.number <= number }.map(\.ask)
        guard keeps(.once) || !new.isEmpty else { return }
        state.scores = new.contains(.run) && signature != nil
        state.republishes = new.contains(.republish)
        var walks = new.contains(.grades) || new.contains(.unscored)
        if state.scores {
            walks = walks || signature != state.walked
            work = dirty
            if keeps(.rename) { dirty = [] } else { clearsDirty = true }
            state.walked = signature
        } else if new.contains(.unscored), keeps(.forget) {
            state.walked = nil
        }
        state.filling = Set((walks ? [.open] : []) + (state.republishes ? [.shown] : []))
        (state.started, state.epoch, state.lane) = (number, epoch, nil)
        state.token += 1
        sweeps[.lead] = state
    }
}
