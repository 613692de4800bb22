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
    /// Reads the stored records in one pipeline. Events for an organization that does not exist, or for what can't be read,
    /// are refused.
    func load(_ work: [Work], _ output: inout TurnOutput) throws -> [Loaded] {
        let (read, damaged) = try whileRedisIsThere { () -> ([Loaded?], [Int: DamagedRecord]) in
            let organizations = try work.map { try view.organization($0.organization) }
            let places = zip(work, organizations).map { work, organization in
                organization.map { place(of: work.kind, work.id, in: work.organization, $0) }
            }
            let usable = places.indices.filter { places[$0] != nil && organizations[$0]?.damage == nil }
            let stored = try store.loadReadable(usable.compactMap { places[$0] })
            if fails(at: .load, work.map(\.id)) { throw redis.lose() }
            set(clock: stored.now)
            reference = self.now
            var read = [Loaded?](repeating: nil, count: work.count)
            var damaged: [Int: DamagedRecord] = [:]
            for (number, index) in usable.enumerated() {
                guard let organization = organizations[index], let place = places[index] else { continue }
                damaged[index] = stored.damaged[number]
                read[index] = Loaded(
                    work: work[index], organization: organization, place: place, base: stored.records[number])
            }
            return (read, damaged)
        }
        let discarded = try setAside(damaged, work)
        var loaded: [Loaded] = []
        for index in work.indices {
            if let one = read[index], damaged[index] == nil || discarded.contains(index) {
                loaded.append(one)
            } else {
                let refusal: Refusal =
                    try view.organization(work[index].organization) == nil ? .unknownOrganization() : .damagedRecord()
                output.refused += work[index].events.map { ($0.origin, refusal) }
            }
        }
        return loaded
    }

    func place(
        of kind: RecordKind, _ id: Exact, in name: String, _ organization: RegistryView.Organization
    ) -> RecordStore.Place {
        RecordStore.Place(of: id, kind: kind, organization: name, partitions: organization.settings.partitions)
    }
}
