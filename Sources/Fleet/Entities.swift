import LeadModel
import Registry

// Accounts and contacts: read with the records that name them, and told to these when they change.

extension Lane {
    func place(
        of kind: RecordKind, _ id: Exact, in name: String, _ organization: RegistryView.Organization
    ) -> RecordStore.Place {
        RecordStore.Place(
            of: id, kind: kind, organization: name, partitions: organization.settings.partitions)
    }

    /// One pipelined read of all that the records name once their events are folded in. A record that begins to name one
    /// is written down first: whoever changes that one later finds it, or it reads the change here.
    func loadEntities(of loaded: inout [Loaded?]) throws {
        var places: [RecordStore.Place] = []
        var numbers: [RecordStore.Place: Int] = [:]
        var referrers: [(entity: RecordStore.Place, kind: RecordKind, id: Exact)] = []
        var named: [(index: Int, kind: RecordKind, number: Int)] = []
        for (index, one) in loaded.enumerated() {
            guard let one, one.mayReferToSome else { continue }
            var record = one.base
            record.merge(one.work.events.lazy.map(\.event))
            for kind in RecordKind.related {
                guard let id = record.reference(to: kind) else { continue }
                let place = place(of: kind, id, in: one.work.organization, one.organization)
                if numbers[place] == nil {
                    numbers[place] = places.count
                    places.append(place)
                }
                named.append((index, kind, numbers[place]!))
                if one.base.reference(to: kind) != id { referrers.append((place, one.work.kind, one.work.id)) }
            }
        }
        guard !places.isEmpty else { return }
        let records = try store.load(places, referrers: referrers).records
        for (index, kind, number) in named { loaded[index]?.entities[kind] = records[number] }
    }

    /// Those of present scorings by another version than scores now: what comes first under a new version is told by both.
    func loadFormerScorecards(of loaded: inout [Loaded?]) throws {
        for (index, one) in loaded.enumerated() {
            guard let one, let entity = one.work.kind.entity, let model = one.base.scoring?.model,
                let published = one.organization.published(entity), published.version != model
            else { continue }
            do {
                loaded[index]?.former = try view.scorecard(
                    model, organization: one.work.organization, entity: entity)
            } catch let error as Scorecard.ArtifactError {
                shared.log.error("\(one.work.organization): model \(model) cannot be read: \(error)")
            }
        }
    }

    /// Records told in one turn: others wait for it.
    private static let mostFannedOut = 500

    /// The records that are to be told of accounts and contacts that changed, where they are few; of others a telling
    /// stands, which whoever holds the partition works off.
    func tell(_ stored: [Scored], _ done: inout Done) throws -> [Work] {
        for one in stored where one.change != nil { try forgetErased(one) }
        let changed = stored.filter { $0.work.kind.entity == nil && ($0.decision.fansOut || $0.work.isRepeat) }
        guard !changed.isEmpty else { return [] }
        let referrers = try whileRedisIsThere { try FanOuts(redis).fewReferrers(of: changed.map(\.place)) }
        var (told, left): ([Work], Set<String>) = ([], [])
        for (one, few) in zip(changed, referrers) {
            guard let few, told.count + few.count <= Self.mostFannedOut else {
                left.insert(one.work.organization)
                continue
            }
            let position = FanOuts.Position(revision: one.record.valuesRevision)
            done.told.append(FanOutPage(entity: one.place, position: position, last: nil, lease: nil))
            told += few.map { kind, id in
                Work(
                    organization: one.work.organization, kind: kind, id: id, isRepeat: one.work.isRepeat, isFanOut: true
                )
            }
        }
        for organization in left { try whileRedisIsThere { try FanOuts(redis).announce(in: organization) } }
        return told
    }

    /// What is erased stands in nobody's index. (Should this lane die here, the schedule has the entry too.)
    private func forgetErased(_ stored: Scored) throws {
        let (work, leaves) = (stored.work, stored.decision.leaves)
        guard !leaves.isEmpty else { return }
        try whileRedisIsThere {
            guard let organization = try view.organization(work.organization) else { return }
            for (kind, id) in leaves {
                let entity = place(of: kind, id, in: work.organization, organization)
                try FanOuts(redis).remove(referrer: work.kind, work.id, of: entity)
            }
        }
    }

    /// Looks once more at what scored records name: what changed since it was read is told to them. Whoever changed it may
    /// have told them before their scores were stored.
    func lookAgain(_ stored: [Scored]) throws -> [Work] {
        var places: [RecordStore.Place] = []
        var read: [(scored: Scored, kind: RecordKind, revision: UInt64)] = []
        for one in stored where one.decision.isDue || one.work.isRepeat {
            for kind in RecordKind.related {
                guard let revision = one.record.scoring?.revision(of: kind), let id = one.record.reference(to: kind),
                    let organization = try whileRedisIsThere({ try view.organization(one.work.organization) })
                else { continue }
                places.append(place(of: kind, id, in: one.work.organization, organization))
                read.append((one, kind, revision))
            }
        }
        guard !places.isEmpty else { return [] }
        let now = try whileRedisIsThere { try store.load(places).records }
        return zip(read, now).compactMap { read, entity in
            guard entity.valuesRevision != read.revision else { return nil }
            let work = read.scored.work
            return Work(organization: work.organization, kind: work.kind, id: work.id, isFanOut: true)
        }
    }
}

extension Loaded {
    /// Whether it may name an account or contact.
    fileprivate var mayReferToSome: Bool {
        guard work.kind.entity != nil else { return false }
        func isReference(_ field: Field) -> Bool { field == .account || field == .contact }
        return base.cells.entries.contains { isReference($0.key) }
            || work.events.contains { $0.event.fields.contains { isReference($0.field) } }
    }
}

extension Work {
    /// What is left of it for a lane that holds its partition no more: what came by messages.
    var withoutSweep: Work? {
        guard !events.isEmpty || isFanOut else { return nil }
        var rest = self
        rest.lease = nil
        return rest
    }
}
