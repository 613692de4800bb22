import Contract
import LeadModel
import Rabbit
import Redis
import Registry

// The steps of a turn that speak to a server.

extension Lane {
    /// Takes what is waiting, up to a bound, and reads it.
    func gather() throws -> Batch {
        let batch: Batch
        if isAlone {
            batch = try gatherAlone()
        } else {
            let parcels = inbox.take(bound: options.batch)
            var gathered = Batch(parcels, parcels.map(read))
            if parcels.contains(where: { $0.source != .imported }) { pace.noteUrgentMessages(at: .now) }
            addSwept(to: &gathered)
            batch = gathered
        }
        heldSince = batch.arrived
        shared.tally.hold(since: batch.arrived, lane: number)
        shared.tally.add([.messages: batch.lastTags.isEmpty ? 0 : batch.parcels.count, .events: batch.eventCount])
        if fails(at: .gather, batch.work.map(\.id)) { throw inbox.connection.lose() }
        return batch
    }

    func read(_ parcel: Delivery) -> ParsedMessage {
        let delivery = parcel.delivery
        return reader.read(
            body: delivery.body, contentType: delivery.properties.contentType, routingKey: delivery.routingKey, now: now
        )
    }

    /// One pipelined read of the stored records, and one more of the accounts and contacts that they name. Work for an
    /// organization that the registry does not know is refused.
    func load(_ work: [Work], _ done: inout Done) throws -> [Loaded] {
        let read = try whileRedisIsThere { () -> [Loaded?] in
            let organizations = try work.map { try view.organization($0.organization) }
            let places = zip(work, organizations).map { work, organization in
                organization.map { place(of: work.kind, work.id, in: work.organization, $0) }
            }
            let (now, records) = try store.load(places.compactMap(\.self))
            if fails(at: .load, work.map(\.id)) { throw redis.lose() }
            set(clock: now)
            reference = self.now
            var next = records.makeIterator()
            var loaded = work.indices.map { index -> Loaded? in
                guard let organization = organizations[index], let place = places[index], let base = next.next() else {
                    return nil
                }
                return Loaded(work: work[index], organization: organization, place: place, base: base)
            }
            try loadEntities(of: &loaded)
            try loadFormerScorecards(of: &loaded)
            return loaded
        }
        for (work, loaded) in zip(work, read) where loaded == nil {
            done.refused += work.events.map { ($0.origin, .unknownOrganization()) }
        }
        return read.compactMap(\.self)
    }

    /// Stores what changed. What is stored, or did not change, is done; what another lane overtook is given back, all of it
    /// as a repeat if the answer was lost, and with it the records to which something stored matters.
    func commit(_ scored: [Scored], _ done: inout Done) throws -> [Work] {
        let changed = scored.filter { $0.change != nil }
        let losesAnswer = fails(at: .commit, scored.map(\.work.id))
        let committed: [RecordStore.Committed]
        do {
            committed = try store.commit(changed.compactMap(\.change), now: reference)
            if losesAnswer { throw redis.lose() }
        } catch let error as RedisError where error.isAway {
            shared.tally.add([.lostAnswers: 1])
            try awaitRedis(error)
            return scored.map { scored in
                var work = scored.work
                work.isRepeat = work.isRepeat || scored.change != nil
                return work
            }
        }
        var open: [Work] = []
        var standing = scored.filter { $0.change == nil }
        var counts: [Tally.Item: Int] = [:]
        for (scored, what) in zip(changed, committed) {
            switch what {
            case .stored:
                standing.append(scored)
                counts[.scored, default: 0] += scored.decision.isDue ? 1 : 0
                counts[.notices, default: 0] += scored.decision.notice == nil ? 0 : 1
                done.outcomes += scored.outcomes
            case .overtaken, .oldRegistry:
                counts[.conflicts, default: 0] += 1
                open.append(scored.work)
            case .fenced:
                if let lease = scored.work.lease { leased.handle(.fenced, of: lease) }
                if let rest = scored.work.withoutSweep { open.append(rest) }
            }
        }
        if committed.contains(.oldRegistry) { try whileRedisIsThere { try refreshRegistry() } }
        for unchanged in scored where unchanged.change == nil {
            done.outcomes += unchanged.outcomes
            if unchanged.work.isRepeat { counts[.repeats, default: 0] += 1 }
            // What still arrives for an erased record leaves nothing behind but this.
            if unchanged.record.isErased { counts[.dropped, default: 0] += unchanged.work.events.count }
        }
        shared.tally.add(counts)
        _ = fails(at: .committed, scored.map(\.work.id))
        return Work.joined(open + (try tell(standing, &done)) + (try lookAgain(standing)))
    }

    /// Dies or pauses if it is to fail here.
    ///
    /// - Returns: whether an answer is to be lost.
    func fails(at point: FailPoints.Point, _ ids: @autoclosure () -> [Exact]) -> Bool {
        options.failPoints?.reach(point, ids()) ?? false
    }
}
