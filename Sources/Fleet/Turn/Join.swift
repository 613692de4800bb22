import LeadModel
import Registry

extension Lane {
    /// Reads the accounts and contacts that the merged records reference, in one pipeline.
    ///
    /// A record with a new reference is first added to the entity's referrers. So a lane that changes the entity later
    /// finds the record there; if it changed the entity earlier, the change is read here.
    ///
    /// An entity that can't be read counts as not stored: its referrers are scored without it, and again once it is back.
    func join(_ merged: [Merged]) throws -> [Merged] {
        var places: [RecordStore.Place] = []
        var numbers: [RecordStore.Place: Int] = [:]
        var referrers: [(entity: RecordStore.Place, kind: RecordKind, id: Exact)] = []
        var references: [(index: Int, kind: RecordKind, number: Int)] = []
        for (index, one) in merged.enumerated() where one.work.kind.entity != nil {
            for kind in RecordKind.related {
                guard let id = one.record.record.reference(to: kind) else { continue }
                let place = place(of: kind, id, in: one.work.organization, one.organization)
                let number = numbers[place] ?? places.count
                if number == places.count {
                    numbers[place] = number
                    places.append(place)
                }
                references.append((index, kind, number))
                if one.record.base.reference(to: kind) != id { referrers.append((place, one.work.kind, one.work.id)) }
            }
        }
        guard !places.isEmpty else { return merged }
        let entities = try whileRedisIsThere { try store.loadReadable(places, referrers: referrers) }
        try setAside(Array(entities.damaged.values))
        var joined = merged
        for (index, kind, number) in references { joined[index].related[kind] = entities.records[number] }
        return joined
    }
}
