import LeadModel

@testable import Fleet
@testable import Registry

/// The start of a sweep, in the order in which it is read what would be started.
struct ProtocolStart {
    var due: Int
    var publications: Int
    var requests: [(number: Int, request: ProtocolWorld.SweepRequest)]?
    var version: Int??
    var epoch: Int?
}

// A lane's part in the sweep, along with its messages: it executes the actions of its leased partitions.

extension ProtocolLane {
    /// Between two turns.
    func rest() {
        (batch, tags) = (Batch(), [])
        if start != nil { return goOnStarting() }
        if world.random.chance(0.05) {
            view = world.registry
            return
        }
        if world.random.chance(0.2) {
            start = ProtocolStart(due: world.due, publications: world.registry.publications)
            return
        }
        if let (lease, isReleased) = leased.removeDone() {
            if isReleased, isHolder(lease) { world.sweeps[lease.partition.kind]?.lane = nil }
            return
        }
        if leased.canTakeAnother, world.random.chance(0.5) {
            return take(world.random.pick([.lead, .lead, .account, .contact]))
        }
        if let (lease, action) = leased.handle(.turnEnded), execute(action, lease) { return }
        gather()
    }

    /// - Returns: whether there was something to do.
    private func execute(_ action: LeasedPartition.Action, _ lease: SweepStore.Lease) -> Bool {
        guard isHolder(lease) else { return true }
        switch action {
        case .fill(let cursor): leased.handle(.filled(next: fill(lease, from: cursor)), of: lease)
        case .fetch:
            let ids = world.work.sorted().shuffled(using: &world.random).prefix(2)
            world.work.subtract(ids)
            if world.keeps(.hand) { world.inFlight.formUnion(ids) }
            leased.handle(.fetched(Array(ids), hasMore: ids.count == 2), of: lease)
        case .fetchPage: leased.handle(.fetchedPage(page(lease.partition.kind)), of: lease)
        case .expire: leased.handle(.expired(hasMore: false), of: lease)
        case .wait, .work, .fanOut, .isolate, .release, .drop: return false
        }
        return true
    }

    private func gather() {
        if leased.hasAbandoned {
            if case (let lease, .isolate(let id))? = leased.handle(.isolationBegan) { add([id], lease) }
        } else {
            gatherMessages()
            if case (let lease, let action)? = leased.handle(.batchBegan(room: world.random.pick([1, 2]))) {
                switch action {
                case .work(let ids): add(ids, lease)
                case .fanOut(let page): add(page, lease)
                default: break
                }
            }
        }
        guard !batch.work.isEmpty || !batch.fanOuts.isEmpty else { return }
        open = batch.work
        step = open.isEmpty ? .settlePages : .load
    }

    private func gatherMessages() {
        let most = world.random.pick([1, 1, 2, 4])
        for place in world.queue.indices.shuffled(using: &world.random) where world.queue[place].lane == nil {
            guard tags.count < most else { return }
            let message = world.queue[place]
            world.queue[place].lane = number
            tags.append(message.tag)
            var work = ProtocolWorld.work(Key(kind: message.event.recordKind, id: message.event.recordID))
            work.events = [.init(event: message.event, origin: Origin(delivery: 0, element: nil))]
            work.isRepeat = message.isRedelivered
            batch.add(work)
        }
    }

    private func add(_ ids: [Exact], _ lease: SweepStore.Lease) {
        batch.swept = .init(lease: lease, ids: ids)
        for id in ids {
            var work = ProtocolWorld.work(Key(kind: .lead, id: id))
            work.lease = lease
            batch.add(work)
        }
    }

    private func add(_ page: FanOuts.Page, _ lease: SweepStore.Lease) {
        if page.isLarge { world.toldMany += 1 }
        batch.fanOuts.append(FanOutPage(entity: page.entity, position: page.position, last: page.last, lease: lease))
        for (kind, id) in page.records {
            var work = ProtocolWorld.work(Key(kind: kind, id: id), isRepeat: !page.isLarge)
            (work.isFanOut, work.isLargeFanOut) = (world.keeps(.touch), page.isLarge)
            batch.add(work)
        }
    }

    // MARK: Steps under a lease, by its token

    private func isHolder(_ lease: SweepStore.Lease) -> Bool {
        if world.sweeps[lease.partition.kind]?.token == lease.token || !world.keeps(.fence) { return true }
        leased.handle(.fenced, of: lease)
        return false
    }

    private func take(_ kind: RecordKind) {
        var state = world.sweeps[kind] ?? .init()
        let hasFanOuts = world.fanOuts.keys.contains { $0.kind == kind }
        let hasWork =
            kind == .lead
            ? !world.work.isEmpty || !world.inFlight.isEmpty || !state.filling.isEmpty : hasFanOuts
        // A lease can lapse while its holder lives.
        guard hasWork, state.lane == nil || world.random.chance(0.1) else { return }
        state.token += 1
        state.lane = number
        let abandoned = kind == .lead ? world.inFlight.sorted() : []
        world.abandoned += abandoned.count
        leased.add(
            SweepStore.Lease(
                partition: ProtocolWorld.partition(kind), token: state.token, sweep: Int64(state.started),
                scores: state.scores, targets: kind == .lead && state.republishes ? [nil] : [],
                filling: state.filling.count == 2 ? .both : state.filling.first, isExpiring: false,
                hasFanOuts: hasFanOuts, abandoned: abandoned), at: .now)
        if !world.keeps(.fill) { state.filling = [] }
        world.sweeps[kind] = state
        view = world.registry
    }

    /// Two halves, so that records can change in between.
    private func fill(_ lease: SweepStore.Lease, from cursor: String) -> String? {
        for (key, record) in world.records where key.kind == .lead && "\(Int(key.id.text.dropFirst())! % 2)" == cursor {
            let isShown = record.scoring != nil || record.notice != nil
            if lease.filling != .shown && record.isOpen || lease.filling != .open && isShown {
                world.work.insert(key.id)
            }
        }
        if cursor == "0" { return "1" }
        world.sweeps[.lead]?.filling = []
        return nil
    }

    private func page(_ kind: RecordKind) -> FanOuts.Page? {
        let pending = world.fanOuts.filter { $0.key.kind == kind }.sorted { $0.key < $1.key }
        guard !pending.isEmpty else { return nil }
        let (entity, position) = world.random.pick(pending.map { ($0.key, $0.value) })
        let all = (world.referrers[entity] ?? []).sorted()
        let rest = all.filter { position.last.isEmpty || Array($0.member.utf8).lexicographicallyFollows(position.last) }
        let page = rest.prefix(2)
        return FanOuts.Page(
            entity: .init(partition: ProtocolWorld.partition(kind), id: entity.id), position: position,
            records: page.map { ($0.kind, $0.id) },
            last: page.count < 2 ? nil : page.last.map { Array($0.member.utf8) },
            isLarge: all.count > world.few)
    }

    func settlePages() {
        step = .settleSwept
        for page in batch.fanOuts {
            defer { if let lease = page.lease { leased.handle(.settled(1), of: lease) } }
            if let lease = page.lease, !leased.isLeased(lease) || !isHolder(lease) { continue }
            let entity = Key(kind: page.entity.partition.kind, id: page.entity.id)
            guard world.fanOuts[entity] == page.position || !world.keeps(.anew) else { continue }
            world.fanOuts[entity] = page.last.map {
                FanOuts.Position(bytes: page.position.bytes.prefix(8) + $0)
            }
        }
    }

    func settleSwept() {
        step = .settleTags
        guard let swept = batch.swept else { return }
        if leased.isLeased(swept.lease), isHolder(swept.lease) { world.inFlight.subtract(swept.ids) }
        leased.handle(.settled(swept.ids.count), of: swept.lease)
    }

    // MARK: Starts

    /// Any number of lanes may be at it at once.
    private func goOnStarting() {
        guard var plan = start else { return }
        defer { start = plan.epoch == nil || plan.requests == nil ? plan : nil }
        if plan.requests == nil, world.keeps(.asksFirst) || plan.epoch != nil {
            plan.requests = world.openRequests(due: plan.due) + [(plan.due, .run)]
        } else if plan.version == nil {
            plan.version = .some(world.registry.version)
        } else {
            plan.epoch = world.registry.epoch
        }
        guard let requests = plan.requests, let version = plan.version, let epoch = plan.epoch else { return }
        let number = requests.map(\.number).max() ?? 0
        world.start(
            number, epoch: epoch, signature: world.signature(version, plan.publications), requests: requests)
        world.requests.removeAll { $0.number <= world.sweeps[.lead]?.started ?? 0 }
    }
}

extension ProtocolWorld {
    /// The start's script.
    func start(_ number: Int, epoch: Int, signature: Signature?, requests: [(number: Int, request: SweepRequest)]) {
        var state = sweeps[.lead] ?? Sweep()
        if keeps(.once) {
            guard state.started < number, epoch >= state.epoch else { return }
            guard work.isEmpty, inFlight.isEmpty, state.filling.isEmpty else { return }
        }
        let new = requests.filter { $0.number > state.started && $0.number <= number }.map(\.request)
        guard keeps(.once) || !new.isEmpty else { return }
        state.scores = new.contains(.run) && signature != nil
        state.republishes = new.contains(.republish)
        var isFull = new.contains(.grades) || new.contains(.unscored)
        if state.scores {
            isFull = isFull || signature != state.signature
            work = dirty
            if keeps(.rename) { dirty = [] } else { clearsDirty = true }
            state.signature = signature
        } else if new.contains(.unscored), keeps(.forget) {
            state.signature = nil
        }
        state.filling = Set((isFull ? [.open] : []) + (state.republishes ? [.shown] : []))
        (state.started, state.epoch, state.lane) = (number, epoch, nil)
        state.token += 1
        sweeps[.lead] = state
    }
}

extension [UInt8] {
    fileprivate func lexicographicallyFollows(_ other: [UInt8]) -> Bool { other.lexicographicallyPrecedes(self) }
}
