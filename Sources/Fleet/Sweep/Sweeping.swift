import LeadModel
import Registry

// A lane's part in the sweep: it takes one partition at a time, and works it off beside its messages.

extension Lane {
    /// How many records of a sweep a batch has, and how many of them may be under way at once.
    ///
    /// A result waits in the broker for all that was sent before it, and everybody for the processor. So while somebody
    /// waits for results, a lane sends little ahead of theirs, and rests between: that costs a sweep some of its rate.
    private struct Pace {
        var portion: Int
        var underWay: Int
        /// After a turn with a sweep's records there is none for so many times as long.
        var rest: Int

        static let full = Pace(portion: 256, underWay: 1280, rest: 0)
        static let besideMessages = Pace(portion: 32, underWay: 32, rest: 3)
        /// A batch with messages that somebody waits for slows a sweep down for so long.
        static let calm = Duration.seconds(10)
    }

    /// The lease is renewed after so long; it lasts ten seconds.
    private static let renewal = Duration.seconds(3)

    private var sweeps: SweepStore { SweepStore(redis) }

    private var pace: Pace {
        guard let urgent, ContinuousClock.now - urgent < Pace.calm else { return .full }
        return .besideMessages
    }

    /// Records of sweeps in batches that are not settled.
    var sweptInHand: Int { held.reduce(0) { $0 + $1.inHand } }

    private var hasRoom: Bool { sweptInHand < pace.underWay && .now >= sweepRestsUntil }

    /// Notes how long a turn took that had some of a sweep's records.
    func restSweep(after turn: Duration) {
        guard isSweptTurn else { return }
        (isSweptTurn, sweepRestsUntil) = (false, .now + turn * pace.rest)
    }

    /// Whether a batch can take something of a sweep.
    var hasSweptWork: Bool { holding?.hasWork == true && hasRoom }

    /// Whether there is nothing to do for a sweep before something that is under way comes back.
    var isSweepResting: Bool {
        guard !leaving.contains(where: \.isDone) else { return false }
        guard let holding else { return shared.stop.isSet || shared.board.isEmpty }
        if shared.stop.isSet, !holding.hasWork { return !holding.isIdle && !holding.isFenced }
        return holding.isResting || holding.hasWork && !hasRoom
    }

    /// Takes a partition that has work, keeps it, fills its work set, and gives it back when all is done.
    func tendSweep() throws {
        try renewLeases()
        if let held = holding, held.isTaken || shared.stop.isSet && held.isIdle {
            leaving.append(held)
            holding = nil
        }
        try giveBack()
        if holding == nil { try takePartition() }
        guard let holding, !shared.stop.isSet else { return }
        if holding.cursor != nil {
            try whileRedisIsThere {
                // Looked up for each try: once Redis was away it is the beginning.
                guard let cursor = holding.cursor else { return }
                switch try sweeps.fill(holding.lease, from: cursor) {
                case .more(let next): holding.cursor = next
                case .done: holding.cursor = nil
                case .fenced: holding.isFenced = true
                }
            }
        } else if holding.hasMore {
            if !holding.hasWork, !holding.hasSuspects { try fetch(for: holding) }
        } else if holding.isExpiring {
            try expire(holding)
        }
    }

    /// Takes in hand what the next batches are to work off.
    private func fetch(for holding: LeasedPartition) throws {
        try whileRedisIsThere {
            if holding.partition.kind.entity == nil {
                guard !holding.isFanOutInFlight else { return }
                holding.page = try FanOuts(redis).next(in: holding.partition)
                holding.hasMore = holding.page != nil
            } else if let ids = try sweeps.next(holding.lease, atMost: Pace.full.portion) {
                holding.ready = ids
                holding.hasMore = ids.count == Pace.full.portion
            } else {
                holding.isFenced = true
            }
        }
    }

    private func takePartition() throws {
        while holding == nil, !shared.stop.isSet, let partition = shared.board.take() {
            try whileRedisIsThere {
                guard let lease = try sweeps.take(partition), try view.organization(partition.organization) != nil
                else { return }
                // A sweep may have begun under a registry that this lane has not seen yet.
                try refreshRegistry()
                guard try canScore(lease) else { return try sweeps.release(lease) }
                holding = LeasedPartition(lease)
            }
        }
    }

    /// Whether this lane can do what the sweep is for: not where it cannot read the version that is published.
    private func canScore(_ lease: SweepStore.Lease) throws -> Bool {
        guard lease.scores, let entity = lease.partition.kind.entity,
            let organization = try view.organization(lease.partition.organization)
        else { return true }
        return organization.isUpToDate(entity)
    }

    private var held: [LeasedPartition] { leaving + [holding].compactMap(\.self) }

    private func renewLeases() throws {
        for held in held where !held.isFenced && ContinuousClock.now - held.renewed > Self.renewal {
            try whileRedisIsThere { if try !sweeps.renew(held.lease) { held.isFenced = true } }
            held.renewed = .now
        }
    }

    /// Renews the leases while the lane waits for something, if Redis is there.
    func keepLeases() {
        for held in held where !held.isFenced && ContinuousClock.now - held.renewed > Self.renewal && redis.isOpen {
            if let isHeld = try? sweeps.renew(held.lease), !isHeld { held.isFenced = true }
            held.renewed = .now
        }
    }

    /// Gives back what is done with: others can take it at once.
    private func giveBack() throws {
        while let place = leaving.firstIndex(where: \.isDone) {
            let done = leaving.remove(at: place)
            if !done.isFenced { try whileRedisIsThere { try sweeps.release(done.lease) } }
            shared.board.look()
        }
    }

    /// Works off some of what expires.
    private func expire(_ holding: LeasedPartition) throws {
        try whileRedisIsThere {
            guard let organization = try view.organization(holding.partition.organization) else {
                holding.isExpiring = false
                return
            }
            let now = try RedisClock(redis).now().adding(seconds: options.clockOffset)
            do {
                holding.isExpiring = try DueEntries.expire(
                    holding.partition, token: holding.lease.token, settings: organization.settings, now: now,
                    store: store, redis: redis)
            } catch let error as RecordBlob.Damaged {
                shared.log.error("\(holding.partition.organization): what expires is left for the next sweep: \(error)")
                holding.isExpiring = false
            }
            if !holding.isExpiring, try !sweeps.endExpiry(holding.lease) { holding.isFenced = true }
        }
    }

    /// Adds to a batch what of the held partition there is room for: a share where there are messages.
    func addHeld(to batch: inout Batch) {
        guard let holding, hasSweptWork else { return }
        if let page = holding.page {
            holding.page = nil
            return add(page, of: holding, to: &batch)
        }
        let room = batch.parcels.isEmpty ? pace.portion : min(pace.portion, max(1, options.batch / Portions.share))
        let ids = Array(holding.ready.suffix(room))
        holding.ready.removeLast(ids.count)
        add(ids, of: holding, to: &batch)
    }

    private func add(_ ids: [Exact], of holding: LeasedPartition, to batch: inout Batch) {
        guard !ids.isEmpty else { return }
        holding.inHand += ids.count
        batch.swept = .init(holding: holding, ids: ids)
        isSweptTurn = true
        for id in ids {
            batch.add(
                Work(
                    organization: holding.partition.organization, kind: holding.partition.kind, id: id,
                    holding: holding))
        }
    }

    /// One of those that a former holder had in hand when it fell silent, alone.
    func gatherAbandoned() throws -> Batch {
        var batch = Batch()
        guard let holding, let id = holding.suspects.popLast() else { return batch }
        let work = Work(organization: holding.partition.organization, kind: holding.partition.kind, id: id)
        let tries = FNV1a.hash("\(holding.partition.work) \(id.text)")
        batch.tries = [tries]
        if try countAttempt(of: tries) {
            add([id], of: holding, to: &batch)
        } else {
            holding.inHand += 1
            batch.swept = .init(holding: holding, ids: [id])
            try whileRedisIsThere {
                if try !sweeps.putOff(holding.lease, id) { holding.isFenced = true }
            }
            shared.log.error(
                """
                \(work.organization): a \(work.kind.rawValue) of partition \(holding.partition.number) was alone in hand \
                when a worker died, \(Self.mostCrashes) times: this sweep leaves it out; the next, or its next event, tries again
                """)
        }
        return batch
    }

    /// A page of those that are to be told of a change that concerns many, or that whoever stored it did not live to tell.
    private func add(_ page: FanOuts.Page, of holding: LeasedPartition, to batch: inout Batch) {
        holding.inHand += 1
        batch.told.append(
            FanOutPage(entity: page.entity, position: page.position, last: page.last, holding: holding))
        for (kind, id) in page.records {
            batch.add(
                Work(
                    organization: holding.partition.organization, kind: kind, id: id, isRepeat: !page.isOfMany,
                    isFanOut: true, isLargeFanOut: page.isOfMany))
        }
    }

    /// Tells the sweep and the fanOuts that a batch is done.
    func settleHeld(_ flight: InFlightBatch) throws {
        let told = flight.told.filter { $0.holding?.isFenced != true }.map {
            FanOuts.Told(
                entity: $0.entity, position: $0.position, last: $0.last, token: $0.holding?.lease.token)
        }
        if !told.isEmpty { try whileRedisIsThere { try FanOuts(redis).settle(told) } }
        for page in flight.told { page.holding?.inHand -= 1 }
        guard let swept = flight.swept else { return }
        swept.holding.inHand -= swept.ids.count
        guard !swept.holding.isFenced else { return }
        try whileRedisIsThere {
            if try !sweeps.settle(swept.holding.lease, swept.ids) { swept.holding.isFenced = true }
        }
    }
}
