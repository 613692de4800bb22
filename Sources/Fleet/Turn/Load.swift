import Contract
import LeadModel
import Registry

/// Work with the stored state of its record.
struct Loaded {
    var work: Work
    var organization: RegistryView.Organization
    var place: RecordStore.Place
    /// Empty (revision 0) if nothing is stored.
    var base: Record
}

extension Lane {
    /// Reads the stored records in one pipeline. Work for an organization that does not exist is refused.
    func load(_ work: [Work], _ output: inout TurnOutput) throws -> [Loaded] {
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
            return work.indices.map { index -> Loaded? in
                guard let organization = organizations[index], let place = places[index], let base = next.next() else {
                    return nil
                }
                return Loaded(work: work[index], organization: organization, place: place, base: base)
            }
        }
        for (work, loaded) in zip(work, read) where loaded == nil {
            output.refused += work.events.map { ($0.origin, .unknownOrganization()) }
        }
        return read.compactMap(\.self)
    }

    func place(
        of kind: RecordKind, _ id: Exact, in name: String, _ organization: RegistryView.Organization
    ) -> RecordStore.Place {
        RecordStore.Place(of: id, kind: kind, organization: name, partitions: organization.settings.partitions)
    }
}
