import LeadModel
import Registry

// A lane's part in the sweep: it holds one partition at a time, and works it off beside its messages.

extension Lane {
    /// Records of a sweep in a batch that has no messages.
    private static let portion = 128
    /// The lease is renewed after so long; it lasts ten seconds.
    private static let renewal = Duration.seconds(3)

    private var sweeps: SweepStore { SweepStore(redis) }

    /// Takes a partition that has work, keeps it, fills its work set, and gives it back when all is done.
    func tendSweep() throws {
        guard let holding else { return try takePartition() }
        try renewLease()
        if holding.isDone || shared.stop.isSet && holding.isIdle { return try letGo() }
        guard !shared.stop.isSet else { return }
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
    private func fetch(for holding: Holding) throws {
        try whileRedisIsThere {
            if holding.partition.kind.entity == nil {
                guard !holding.isTellingUnderWay else { return }
                holding.page = try Tellings(redis).next(in: holding.partition)
                holding.hasMore = holding.page != nil
            } else if let ids = try sweeps.next(holding.lease, atMost: Self.portion) {
                holding.ready = ids
                holding.hasMore = ids.count == Self.portion
            } else {
                holding.isFenced = true
            }
        }
    }

    private func takePartition() throws {
        guard !shared.stop.isSet, let partition = shared.board.take() else { return }
        try whileRedisIsThere {
            guard let lease = try sweeps.take(partition), try view.organization(partition.organization) != nil else {
                return
            }
            // A sweep may have begun under a registry that this lane has not seen yet.
            try refreshRegistry()
            guard try canScore(lease) else { return try sweeps.release(lease) }
            self.holding = Holding(lease)
        }
    }

    /// Whether this lane can do what the sweep is for: not where it cannot read the version that is published.
    private func canScore(_ lease: SweepStore.Lease) throws -> Bool {
        guard lease.scores, let entity = lease.partition.kind.entity,
            let organization = try view.organization(lease.partition.organization)
        else { return true }
        return organization.isUpToDate(entity)
    }

    func renewLease() throws {
        guard let holding, !holding.isFenced, ContinuousClock.now - holding.renewed > Self.renewal else { return }
        try whileRedisIsThere { if try !sweeps.renew(holding.lease) { holding.isFenced = true } }
        holding.renewed = .now
    }

    /// Renews the lease while the lane waits for something, if Redis is there.
    func keepLease() {
        guard let holding, !holding.isFenced, redis.isOpen, ContinuousClock.now - holding.renewed > Self.renewal
        else { return }
        if let isHeld = try? sweeps.renew(holding.lease), !isHeld { holding.isFenced = true }
        holding.renewed = .now
    }

    private func letGo() throws {
        guard let holding else { return }
        self.holding = nil
        if !holding.isFenced { try whileRedisIsThere { try sweeps.release(holding.lease) } }
        shared.board.look()
    }

    /// Works off some of what expires.
    private func expire(_ holding: Holding) throws {
        try whileRedisIsThere {
            guard let organization = try view.organization(holding.partition.organization) else {
                holding.isExpiring = false
                return
            }
            let now = try Registry(redis, author: "").now().adding(seconds: options.clockOffset)
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
        guard let holding, holding.hasWork else { return }
        if let page = holding.page {
            holding.page = nil
            return add(page, of: holding, to: &batch)
        }
        let room = batch.parcels.isEmpty ? Self.portion : max(1, options.batch / Portions.share)
        let ids = Array(holding.ready.suffix(room))
        holding.ready.removeLast(ids.count)
        add(ids, of: holding, to: &batch)
    }

    private func add(_ ids: [Exact], of holding: Holding, to batch: inout Batch) {
        guard !ids.isEmpty else { return }
        holding.inHand += ids.count
        batch.swept = .init(holding: holding, ids: ids)
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
        if try raiseTries(of: tries) {
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
                when a worker died, \(Self.mostTries) times: this sweep leaves it out; the next, or its next event, tries again
                """)
        }
        return batch
    }

    /// A page of those that are to be told of a change that concerns many, or that whoever stored it did not live to tell.
    private func add(_ page: Tellings.Page, of holding: Holding, to batch: inout Batch) {
        holding.inHand += 1
        batch.told.append(
            ToldPage(entity: page.entity, position: page.position, last: page.last, holding: holding))
        for (kind, id) in page.records {
            batch.add(
                Work(
                    organization: holding.partition.organization, kind: kind, id: id, isRepeat: !page.isOfMany,
                    isTold: true, isToldWithMany: page.isOfMany))
        }
    }

    /// Tells the sweep and the tellings that a batch is done.
    func settleHeld(_ flight: Flight) throws {
        let told = flight.told.filter { $0.holding?.isFenced != true }.map {
            Tellings.Told(
                entity: $0.entity, position: $0.position, last: $0.last, token: $0.holding?.lease.token)
        }
        if !told.isEmpty { try whileRedisIsThere { try Tellings(redis).settle(told) } }
        for page in flight.told { page.holding?.inHand -= 1 }
        guard let swept = flight.swept else { return }
        swept.holding.inHand -= swept.ids.count
        guard !swept.holding.isFenced else { return }
        try whileRedisIsThere {
            if try !sweeps.settle(swept.holding.lease, swept.ids) { swept.holding.isFenced = true }
        }
    }
}
