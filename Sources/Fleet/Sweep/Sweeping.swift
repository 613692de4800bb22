import LeadModel
import Registry

// A lane's part in the sweep. It takes records from one leased partition at a time, along with its messages. Batches of
// the partitions before it are settled meanwhile.

extension Lane {
    private var sweeps: SweepStore { SweepStore(redis) }

    /// Whether a batch can take records of a sweep, or a page of a fan-out.
    var hasSweptWork: Bool { leased.hasWork && pace.hasRoom(inFlight: leased.inFlight, at: .now) }

    /// Whether the sweep is only waiting for in-flight confirms or for its pace, or has nothing to do.
    var isSweepWaiting: Bool {
        guard leased.isWaiting, !hasSweptWork else { return false }
        return !leased.canTakeAnother || shared.stop.isSet || shared.board.isEmpty
    }

    /// What a lane does for sweeps between two turns: it renews leases, releases the partitions that are done, leases
    /// another one, and does one step for it.
    func tendSweep() throws {
        if shared.stop.isSet { leased.handleForAll(.stopped) }
        for lease in leased.leasesToRenew(at: .now) {
            try whileRedisIsThere { try ifHeld(lease) { try sweeps.renew(lease) } }
            leased.noteRenewal(of: lease, at: .now)
        }
        while let (lease, isReleased) = leased.removeDone() {
            if isReleased { try whileRedisIsThere { try ifHeld(lease) { try sweeps.release(lease) } } }
            shared.board.look()
        }
        try leaseAnother()
        try stepSweep()
    }

    /// Does one step of a leased partition. The partition is dropped if another lane has its lease, or if its keys can't be
    /// used.
    private func ifHeld(_ lease: SweepStore.Lease, _ step: () throws -> Bool) throws {
        let isHeld = try withKeys(of: lease.partition, step, orElse: {}) ?? false
        if !isHeld { leased.handle(.fenced, of: lease) }
    }

    /// Renews the leases while the lane waits for something, if Redis is there.
    func keepLeases() {
        for lease in leased.leasesToRenew(at: .now) where redis.isOpen {
            if let isOurs = try? sweeps.renew(lease), !isOurs { leased.handle(.fenced, of: lease) }
            leased.noteRenewal(of: lease, at: .now)
        }
    }

    private func leaseAnother() throws {
        while leased.canTakeAnother, !shared.stop.isSet, let partition = shared.board.take() {
            try whileRedisIsThere {
                let taken = try withKeys(of: partition, { try sweeps.take(partition) }, orElse: {})
                guard let lease = taken ?? nil, try view.organization(partition.organization) != nil else { return }
                // A sweep may have begun under a registry that this lane has not seen yet.
                try refreshRegistry()
                guard try canScore(lease) else {
                    try sweeps.release(lease)
                    return
                }
                leased.add(lease, at: .now)
            }
        }
    }

    /// Whether this lane can score the sweep's records: it must be able to read the published version.
    private func canScore(_ lease: SweepStore.Lease) throws -> Bool {
        guard let organization = try view.organization(lease.partition.organization) else { return true }
        if organization.damage != nil { return false }
        guard lease.scores, let entity = lease.partition.kind.entity else { return true }
        return organization.models(entity).isUpToDate
    }

    // MARK: Steps between turns

    private func stepSweep() throws {
        try whileRedisIsThere {
            // A retry asks for the action again: after an outage of Redis, a scan starts over.
            guard let (lease, action) = leased.handle(.turnEnded) else { return }
            let event = try withKeys(
                of: lease.partition, { try execute(action, lease) }, orElse: { leased.handle(.fenced, of: lease) })
            if let event = event ?? nil { leased.handle(event, of: lease) }
        }
    }

    /// - Returns: the outcome, as the next event; nil if there was nothing to do.
    private func execute(_ action: LeasedPartition.Action, _ lease: SweepStore.Lease) throws -> LeasedPartition.Event? {
        switch action {
        case .fill(let cursor):
            switch try sweeps.fill(lease, from: cursor) {
            case .more(let next): return .filled(next: next)
            case .done: return .filled(next: nil)
            case .fenced: return .fenced
            }
        case .fetch:
            guard let ids = try sweeps.next(lease, atMost: SweepPace.fetched) else { return .fenced }
            return .fetched(ids, hasMore: ids.count == SweepPace.fetched)
        case .fetchPage:
            var page = try FanOuts(redis).next(in: lease.partition, now: now)
            if let entity = page?.entity { page?.erasedContact = try erasure(of: entity) }
            return .fetchedPage(page)
        case .expire: return try expire(lease)
        case .wait, .work, .fanOut, .isolate, .release, .drop: return nil
        }
    }

    /// Removes some of what has expired.
    private func expire(_ lease: SweepStore.Lease) throws -> LeasedPartition.Event {
        let name = lease.partition.organization
        guard let organization = try view.organization(name) else { return .expired(hasMore: false) }
        let now = try RedisClock(redis).now().adding(seconds: options.clockOffset)
        let hasMore = try DueEntries.expire(
            lease.partition, token: lease.token, settings: organization.settings, now: now, store: store, redis: redis,
            damaged: setAside)
        if !hasMore, try !sweeps.endExpiry(lease) { return .fenced }
        return .expired(hasMore: hasMore)
    }

    // MARK: Batches

    /// Fills a batch's remaining room with records, or a page of a fan-out, from the leased partition.
    func addSwept(to batch: inout Batch) {
        guard hasSweptWork else { return }
        let room = pace.room(hasMessages: !batch.deliveries.isEmpty, batch: options.batch, at: .now)
        guard let (lease, action) = leased.handle(.batchBegan(room: room)) else { return }
        switch action {
        case .work(let ids): add(ids, of: lease, to: &batch)
        case .fanOut(let page): add(page, of: lease, to: &batch)
        case .wait, .fill, .fetch, .fetchPage, .expire, .isolate, .release, .drop: break
        }
    }

    private func add(_ ids: [Exact], of lease: SweepStore.Lease, to batch: inout Batch) {
        batch.swept = .init(lease: lease, ids: ids)
        pace.noteSweepTurn()
        for id in ids {
            batch.add(
                Work(
                    organization: lease.partition.organization, kind: lease.partition.kind, id: id, lease: lease))
        }
    }

    /// Adds a page of the referrers of an account or contact: of a large fan-out, or of one whose lane died before it
    /// was done.
    private func add(_ page: FanOuts.Page, of lease: SweepStore.Lease, to batch: inout Batch) {
        batch.fanOuts.append(
            FanOutPage(entity: page.entity, position: page.position, last: page.last, lease: lease))
        for (kind, id) in page.records {
            batch.add(
                Work(
                    organization: lease.partition.organization, kind: kind, id: id, isRepeat: !page.isLarge,
                    isFanOut: true, isLargeFanOut: page.isLarge, erasedContact: page.erasedContact))
        }
    }

    /// Takes one of the records that were in flight when their former lane died. It is worked in isolation.
    func gatherAbandoned() throws -> Batch {
        var batch = Batch()
        guard case (let lease, .isolate(let id))? = leased.handle(.isolationBegan) else { return batch }
        let partition = lease.partition
        let crashCount = FNV1a.hash("\(partition.work) \(id.text)")
        batch.crashCounts = [crashCount]
        if try raiseCrashCount(crashCount) {
            add([id], of: lease, to: &batch)
        } else {
            batch.swept = .init(lease: lease, ids: [id])
            try whileRedisIsThere { try ifHeld(lease) { try sweeps.putOff(lease, id) } }
            shared.log.error(
                """
                \(partition.organization): a worker died \(Self.mostCrashes) times while it worked one \
                \(partition.kind.rawValue) of partition \(partition.number) in isolation: this sweep leaves it out; the \
                next sweep, or its next event, tries again
                """)
        }
        return batch
    }

    /// Settles a batch's fan-outs and swept records in Redis.
    func settleLeased(_ flight: InFlightBatch) throws {
        let pages = flight.fanOuts.filter { page in page.lease.map { leased.isLeased($0) } ?? true }.map {
            FanOuts.Progress(entity: $0.entity, position: $0.position, last: $0.last, token: $0.lease?.token)
        }
        if !pages.isEmpty { try whileRedisIsThere { try FanOuts(redis).settle(pages) } }
        for lease in flight.fanOuts.compactMap(\.lease) { leased.handle(.settled(1), of: lease) }
        guard let swept = flight.swept else { return }
        if leased.isLeased(swept.lease) {
            try whileRedisIsThere { try ifHeld(swept.lease) { try sweeps.settle(swept.lease, swept.ids) } }
        }
        leased.handle(.settled(swept.ids.count), of: swept.lease)
    }
}
