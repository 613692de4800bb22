import LeadModel
import Registry

/// Changes of accounts and contacts reach the records that reference them, their referrers.
///
/// The commit of such a change leaves a pending fan-out in Redis. If there are at most 200 referrers, the lane that
/// committed the change works on them in the same turn. Larger fan-outs, and those of a lane that died, are worked off
/// page by page by the lane that leases the entity's partition.
extension Lane {
    /// The most referrers that one pass of a turn adds. The fan-outs of further entities are left to the lanes that
    /// lease their partitions.
    private static let mostReferrers = 500

    /// Collects the results of what is stored, and the work that follows from it: the retries, the referrers of changed
    /// entities, and records whose entities changed while they were scored.
    func fanOut(_ committed: Committed, _ output: inout TurnOutput) throws -> [Work] {
        for stored in committed.stored { output.results += stored.results }
        for stored in committed.stored where stored.change != nil { try dropReferences(of: stored) }
        let referrers = try referrers(of: committed.stored, &output)
        return Work.joined(committed.retries + referrers + (try withChangedEntities(committed.stored)))
    }

    private func referrers(of stored: [Scored], _ output: inout TurnOutput) throws -> [Work] {
        let changed = stored.filter { $0.work.kind.entity == nil && ($0.decision.fansOut || $0.work.isRepeat) }
        guard !changed.isEmpty else { return [] }
        let referrers = try whileRedisIsThere { try FanOuts(redis).fewReferrers(of: changed.map(\.place)) }
        var work: [Work] = []
        var left: [(entity: RecordStore.Place, position: FanOuts.Position)] = []
        for (one, few) in zip(changed, referrers) {
            let organization = one.work.organization
            let position = FanOuts.Position(revision: one.record.valuesRevision)
            guard let few, work.count + few.count <= Self.mostReferrers else {
                left.append((one.place, position))
                continue
            }
            output.fanOuts.append(FanOutPage(entity: one.place, position: position, last: nil, lease: nil))
            let erased = one.record.erasure
            work += few.map { kind, id in
                Work(
                    organization: organization, kind: kind, id: id, isRepeat: one.work.isRepeat, isFanOut: true,
                    erasedContact: erased)
            }
        }
        if !left.isEmpty { try whileRedisIsThere { try FanOuts(redis).handOver(left) } }
        return work
    }

    /// The revision of a contact's erasure; nil of an account, and of a contact that is not erased.
    func erasure(of entity: RecordStore.Place) throws -> UInt64? {
        guard entity.partition.kind == .contact else { return nil }
        return try store.loadReadable([entity]).records[0].erasure
    }

    /// Removes an erased record from its entities' referrers. If the lane dies here, `DueEntries` removes it later.
    private func dropReferences(of stored: Scored) throws {
        let (work, references) = (stored.work, stored.decision.droppedReferences)
        guard !references.isEmpty else { return }
        try whileRedisIsThere {
            guard let organization = try view.organization(work.organization) else { return }
            for (kind, id) in references {
                let entity = place(of: kind, id, in: work.organization, organization)
                try FanOuts(redis).remove(referrer: work.kind, work.id, of: entity)
            }
        }
    }

    /// Reads the entities of scored records once more, and returns the records for which one has changed: the lane that
    /// changed it may have fanned out before the new score was stored.
    private func withChangedEntities(_ stored: [Scored]) throws -> [Work] {
        var places: [RecordStore.Place] = []
        var read: [(scored: Scored, revision: UInt64)] = []
        for one in stored where one.decision.isDue || one.work.isRepeat {
            for kind in RecordKind.related {
                guard let revision = one.record.scoring?.revision(of: kind), let id = one.record.reference(to: kind),
                    let organization = try whileRedisIsThere({ try view.organization(one.work.organization) })
                else { continue }
                places.append(place(of: kind, id, in: one.work.organization, organization))
                read.append((one, revision))
            }
        }
        guard !places.isEmpty else { return [] }
        let now = try whileRedisIsThere { try store.loadReadable(places).records }
        var left: [RecordStore.Place] = []
        let again = read.indices.compactMap { index -> Work? in
            let work = read[index].scored.work
            guard now[index].valuesRevision != read[index].revision else { return nil }
            guard work.attempts + 1 < Self.mostAttempts else {
                left.append(places[index])
                return nil
            }
            return Work(
                organization: work.organization, kind: work.kind, id: work.id, isFanOut: true,
                attempts: work.attempts + 1)
        }
        // An entity that changes all the time would keep the turn from ending: the lane that leases its partition continues.
        if !left.isEmpty { try whileRedisIsThere { try FanOuts(redis).request(left) } }
        return again
    }
}

extension Record {
    /// Of an erased contact: the revision of its erasure, which its result has too.
    fileprivate var erasure: UInt64? { isErased ? notice?.revision : nil }
}
