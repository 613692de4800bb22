import LeadModel
import Redis
import Registry

/// Removes what has expired in a partition, for the lane that has leased it.
///
/// 1. It takes some entries of the schedule at a time, reads their records, and removes what is due, by compare-and-set
///    on the revision and under the lease's token. If another lane changed the record first, its entry stays due.
/// 2. An index entry says that a record is a referrer of an entity. If the record no longer references the entity, the
///    index entry is removed first, and then the record's revision is raised. Another lane may have added the index
///    entry for a commit that is still to come: that commit then fails, and its retry adds the entry again. If raising
///    the revision fails, the record is read again, and the index entry is restored if the record references the entity
///    now.
/// 3. Before the index entries of an expired record are removed, they are added to the schedule as due. If the record
///    is changed first, or this lane dies, they are examined again and restored.
///
/// After a crash, everything that was due is still due.
public struct DueEntries {
    private let store: RecordStore
    private let schedule: Schedule
    private let partition: Partition
    /// The fencing token of the lease.
    private let token: Int64
    private let settings: OrganizationSettings
    private let now: Moment
    private let damaged: ([DamagedRecord]) throws -> Void

    /// Removes what is due in a partition, at most `limit` entries.
    ///
    /// - Parameters:
    ///   - token: the lease's fencing token. Once another lane has the lease, nothing is changed.
    ///   - now: Redis's time.
    ///   - damaged: called with records that can't be read. Their entries are put off by a day.
    /// - Returns: whether something due may be left; false also if another lane has the lease.
    /// - Throws: `RedisError`; what `damaged` throws.
    public static func expire(
        _ partition: Partition, token: Int64, settings: OrganizationSettings, now: Moment, limit: Int = 100,
        store: RecordStore, redis: RedisConnection, damaged: @escaping ([DamagedRecord]) throws -> Void = { _ in }
    ) throws -> Bool {
        let due = DueEntries(
            store: store, schedule: Schedule(redis), partition: partition, token: token, settings: settings, now: now,
            damaged: damaged)
        return try due.work(limit: limit)
    }

    private func work(limit: Int) throws -> Bool {
        let entries = try schedule.due(in: partition, now: now, limit: limit)
        var (records, tombstones): ([Schedule.Entry], [Schedule.Entry]) = ([], [])
        var (referrers, rest): ([Schedule.Entry], [Schedule.Entry]) = ([], [])
        for entry in entries {
            switch entry.member {
            case .record: records.append(entry)
            case .nullTombstones: tombstones.append(entry)
            case .referrer: referrers.append(entry)
            case .day, nil: rest.append(entry)
            }
        }
        guard try schedule.dismiss(rest, in: partition, token: token) else { return false }
        var isOvertaken = false
        for step in [{ try removeReferrers(referrers) }, { try drop(tombstones) }, { try remove(records) }] {
            switch try step() {
            case .done: break
            case .overtaken: isOvertaken = true
            case .fenced: return false
            }
        }
        return isOvertaken || entries.count == limit
    }

    /// The records of entries that are still due.
    private func load(_ entries: [Schedule.Entry]) throws -> [(entry: Schedule.Entry, id: Exact, record: Record)] {
        let ids = entries.compactMap(\.member?.id)
        guard !ids.isEmpty else { return [] }
        let known = try read(ids, of: entries)
        return try schedule.stillDue(entries, in: partition, now: now).compactMap { entry in
            guard let id = entry.member?.id, let record = known[id] else { return nil }
            return (entry, id, record)
        }
    }

    /// The records that can be read. The entries of the others are put off, and the next sweep looks at them again.
    private func read(_ ids: [Exact], of entries: [Schedule.Entry]) throws -> [Exact: Record] {
        let loaded = try store.loadReadable(ids.map(place))
        if !loaded.damaged.isEmpty {
            try damaged(Array(loaded.damaged.values))
            let unreadable = Set(loaded.damaged.keys.map { ids[$0] })
            let theirs = entries.filter { $0.member?.id.map(unreadable.contains) ?? false }
            try schedule.putOff(theirs, until: now.adding(days: 1), in: partition, token: token)
        }
        let readable = ids.indices.filter { loaded.damaged[$0] == nil }
        return Dictionary(readable.map { (ids[$0], loaded.records[$0]) }) { first, _ in first }
    }

    private func place(_ id: Exact) -> RecordStore.Place { .init(partition: partition, id: id) }

    // MARK: Whole records

    private func remove(_ entries: [Schedule.Entry]) throws -> Schedule.Outcome {
        var (idle, purges, changes): ([Schedule.Entry], [Schedule.Purge], [RecordStore.Change]) = ([], [], [])
        var references: [(member: ScheduleMember, reference: Schedule.Reference)] = []
        for (entry, id, record) in try load(entries) {
            guard record.revision > 0, let remainder = Expiry.remainder(of: record) else {
                if record.revision == 0 {
                    idle.append(entry)
                } else {
                    let own = self.references(of: record, id)
                    references += own
                    purges.append(purge(id, record, also: own.map(\.member)))
                }
                continue
            }
            if remainder == record { idle.append(entry) } else { changes.append(change(id, record, to: remainder)) }
        }
        guard try schedule.dismiss(idle, in: partition, token: token) else { return .fenced }
        if !references.isEmpty {
            guard try schedule.add(references.map(\.member), due: now, in: partition, token: token) else {
                return .fenced
            }
            try schedule.set(references.map(\.reference), present: false)
        }
        let purged = try schedule.purge(purges, in: partition, token: token)
        return try worst(of: purged + commit(changes))
    }

    private func purge(_ id: Exact, _ record: Record, also: [ScheduleMember] = []) -> Schedule.Purge {
        .init(
            id: id, revision: record.revision, entries: [.record(id), .nullTombstones(id)] + also,
            deletesReferrers: record.isErased && partition.kind.entity == nil)
    }

    // MARK: Null tombstones

    private func drop(_ entries: [Schedule.Entry]) throws -> Schedule.Outcome {
        var (idle, purges, changes): ([Schedule.Entry], [Schedule.Purge], [RecordStore.Change]) = ([], [], [])
        for (entry, id, record) in try load(entries) {
            var dropped = record
            let next = NullTombstones.drop(from: &dropped, due: entry.due, now: now, retention: settings.retention)
            if record.revision == 0 || (dropped == record && next == nil) {
                idle.append(entry)
            } else if dropped.isEmpty {
                purges.append(purge(id, record))
            } else {
                let rest = next.map { ScheduleChange(.set, entry.text, due: $0) } ?? ScheduleChange(.remove, entry.text)
                changes.append(change(id, record, to: dropped, rest))
            }
        }
        guard try schedule.dismiss(idle, in: partition, token: token) else { return .fenced }
        let purged = try schedule.purge(purges, in: partition, token: token)
        return try worst(of: purged + commit(changes))
    }

    // MARK: Index entries

    /// The index entries of a record, as entries of the schedule and of the index.
    private func references(
        of record: Record, _ id: Exact
    ) -> [(member: ScheduleMember, reference: Schedule.Reference)] {
        RecordKind.related.compactMap { kind in
            record.reference(to: kind).map { (.referrer(kind: kind, related: $0, by: id), reference(kind, $0, by: id)) }
        }
    }

    private func reference(_ kind: RecordKind, _ related: Exact, by id: Exact) -> Schedule.Reference {
        let entity = Partition(
            of: related, kind: kind, organization: partition.organization, count: settings.partitions)
        return .init(entity: .init(partition: entity, id: related), kind: partition.kind, id: id)
    }

    /// Removes index entries of records that no longer reference the entity, and restores those of records that do.
    private func removeReferrers(_ entries: [Schedule.Entry]) throws -> Schedule.Outcome {
        guard !entries.isEmpty else { return .done }
        var seen: Set<Exact> = []
        // A record's entries are handled together, since its revision is raised only once.
        let ids = entries.compactMap(\.member?.id).filter { seen.insert($0).inserted }
        let known = try read(ids, of: entries)
        let entries = try schedule.stillDue(entries, in: partition, now: now)
        let entriesByID = Dictionary(grouping: entries) { $0.member?.id }
        var (idle, changes): ([Schedule.Entry], [RecordStore.Change]) = ([], [])
        var raised: [(id: Exact, gone: [Schedule.Reference], record: Record)] = []
        for id in ids {
            guard let record = known[id], let entries = entriesByID[id] else { continue }
            let isCurrent = Dictionary(grouping: entries) { references(record, $0) }
            try schedule.set((isCurrent[true] ?? []).compactMap { reference(of: $0) }, present: true)
            idle += isCurrent[true] ?? []
            guard let gone = isCurrent[false] else { continue }
            raised.append((id, gone.compactMap { reference(of: $0) }, record))
            // If no record is stored, an empty one is stored to raise its revision, and is purged below.
            var change = change(id, record, to: record)
            change.expiring = record.isEmpty ? [] : gone.map { ScheduleChange(.remove, $0.text) }
            changes.append(change)
        }
        guard try schedule.dismiss(idle, in: partition, token: token) else { return .fenced }
        guard !changes.isEmpty else { return .done }
        try schedule.set(raised.flatMap(\.gone), present: false)
        var outcomes = try commit(changes)
        for (place, outcome) in outcomes.enumerated() where outcome != .done {
            try restore(raised[place].id, raised[place].gone)
        }
        let empty = raised.indices.filter { outcomes[$0] == .done && raised[$0].record.isEmpty }
        let purges = empty.map { place in
            Schedule.Purge(
                id: raised[place].id, revision: changes[place].record.revision,
                entries: (entriesByID[raised[place].id] ?? []).compactMap(\.member), deletesReferrers: false)
        }
        outcomes += try schedule.purge(purges, in: partition, token: token)
        return worst(of: outcomes)
    }

    /// Restores the index entries that the record needs now: it changed while they were removed.
    private func restore(_ id: Exact, _ references: [Schedule.Reference]) throws {
        // Of a record that can't be read, the entries are restored too: they only cause reading.
        let loaded = try store.loadReadable([place(id)])
        let record = loaded.records[0]
        if !loaded.damaged.isEmpty { return try schedule.set(references, present: true) }
        try schedule.set(
            references.filter { record.reference(to: $0.entity.partition.kind) == $0.entity.id }, present: true)
    }

    /// Whether the record references the entity of an index entry.
    private func references(_ record: Record, _ entry: Schedule.Entry) -> Bool {
        guard case .referrer(let kind, let related, _)? = entry.member else { return false }
        return record.reference(to: kind) == related
    }

    private func reference(of entry: Schedule.Entry) -> Schedule.Reference? {
        guard case .referrer(let kind, let related, let id)? = entry.member else { return nil }
        return reference(kind, related, by: id)
    }

    // MARK: Commits

    private func change(_ id: Exact, _ base: Record, to record: Record, _ more: ScheduleChange...) -> RecordStore.Change
    {
        var record = record
        record.revision = max(base.revision + 1, UInt64(max(0, now.milliseconds)))
        record.valuesRevision = base.revision == 0 ? record.revision : base.valuesRevision
        var change = RecordStore.Change(
            place: place(id), expected: base.revision, record: record, isScored: false, counts: false)
        change.token = token
        change.expiring =
            Expiry.of(id, record: record, base: base, now: now, retention: settings.retention) + more
        return change
    }

    private func commit(_ changes: [RecordStore.Change]) throws -> [Schedule.Outcome] {
        try store.commit(changes, now: now).map { committed in
            switch committed {
            case .stored: return .done
            case .overtaken, .oldRegistry: return .overtaken
            case .fenced: return .fenced
            case .damaged(let cause):
                try damaged([DamagedRecord(partition: partition, reason: cause)])
                // Nothing more can be done in this partition: the rest stays due.
                return .fenced
            }
        }
    }

    private func worst(of outcomes: [Schedule.Outcome]) -> Schedule.Outcome {
        outcomes.contains(.fenced) ? .fenced : outcomes.contains(.overtaken) ? .overtaken : .done
    }
}
