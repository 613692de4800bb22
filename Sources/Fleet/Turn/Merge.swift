import Contract
import LeadModel
import Registry

/// Work with its record, stored and merged.
struct Merged {
    var work: Work
    var organization: RegistryView.Organization
    var place: RecordStore.Place
    var record: MergedRecord
    /// The account and the contact that the merged record references: `join` fills them in.
    var related = RelatedEntities()
}

extension Lane {
    /// Merges the events into the stored records. An event is refused if a strict organization gets values that had
    /// to be cut or dropped, if it brings more new attribute names than the partition's dictionary has room for, or if it
    /// would make its record too large.
    func merge(_ loaded: [Loaded], _ output: inout TurnOutput) -> [Merged] {
        _ = fails(at: .merge, loaded.map(\.work.id))
        var fresh: [Partition: Set<AttributeName>] = [:]
        return loaded.map { loaded in
            var work = loaded.work
            let partition = loaded.place.partition
            let known = store.names(of: partition)
            let limit = loaded.organization.settings.names
            work.events.removeAll { event in
                if loaded.organization.settings.isStrict, let refusal = event.strictly {
                    output.refused.append((event.origin, refusal))
                    return true
                }
                var new = known?.unknown(in: event.event) ?? event.event.fields.compactMap(\.field.attributeName)
                guard !new.isEmpty else { return false }
                new.removeAll { fresh[partition]?.contains($0) == true }
                let room = limit - (known?.count ?? 0) - (fresh[partition]?.count ?? 0)
                guard new.count <= max(0, room) else {
                    let first = new.map(\.exact).sorted()[max(0, room)]
                    output.refused.append((event.origin, .tooManyNames(first, limit: limit)))
                    return true
                }
                fresh[partition, default: []].formUnion(new)
                return false
            }
            let record = withinLimit(loaded.base, &work, &output)
            return Merged(work: work, organization: loaded.organization, place: loaded.place, record: record)
        }
    }
}
