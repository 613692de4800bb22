import LeadModel

extension RecordStore {
    /// The accounts and contacts that records of one organization refer to, in the order of the records, in one read.
    ///
    /// - Parameter partitions: the organization's number of partitions a kind.
    /// A damaged one counts as not stored.
    ///
    /// - Throws: `RedisError`.
    public func entities(
        referencedBy records: [Record], organization: String, partitions: Int
    ) throws -> [RelatedEntities] {
        var places: [Place: Int] = [:]
        var references: [(record: Int, kind: RecordKind, place: Place)] = []
        for (number, record) in records.enumerated() {
            for kind in RecordKind.related {
                guard let id = record.reference(to: kind) else { continue }
                let place = Place(of: id, kind: kind, organization: organization, partitions: partitions)
                if places[place] == nil { places[place] = places.count }
                references.append((number, kind, place))
            }
        }
        var entities = [RelatedEntities](repeating: .init(), count: records.count)
        guard !places.isEmpty else { return entities }
        let read = try loadReadable(places.sorted { $0.value < $1.value }.map(\.key)).records
        for (number, kind, place) in references { entities[number][kind] = places[place].map { read[$0] } }
        return entities
    }
}
