import LeadModel
import Redis
import Registry

/// Removes what has expired in a partition, for the lane that has leased it.
///
/// 1. It takes some entries of the schedule at a time, reads their records, and removes what is due, by compare-and-set on
///    the revision and under the lease's token. What was overtaken is still due.
/// 2. An index entry of a record that no longer refers to the entity is removed before the record's revision is raised. A
///    lane that had loaded the record before, and stored the entry for a commit that is yet to come, is then overtaken, and
///    stores the entry again. If raising the revision is overtaken itself, the record is read again, and the entry is put
///    back if the record refers to the entity now.
/// 3. Before an index entry of an expired record is removed, the schedule gets it as due. If the record is overtaken, or
///    this lane dies, the entry is looked at again, and put back.
///
/// After a crash, everything is still due that was due.
public struct DueEntries {
    private let store: RecordStore
    private let schedule: Schedule
    private let partition: Partition
    /// The lease's.
    private let token: Int64
    private let settings: OrganizationSettings
    private let now: Moment

    /// Removes what is due in a partition, at most `limit` entries.
    ///
    /// - Parameters:
    ///   - token: the lease's: once the lease is another lane's, nothing is changed.
    ///   - now: Redis's time.
    /// - Returns: whether something due may be left; false also where the lease is another lane's.
    /// - Throws: `RedisError`; `RecordBlob.Damaged`.
    public static func expire(
        _ partition: Partition, token: Int64, settings: OrganizationSettings, now: Moment, limit: Int = 100,
        store: RecordStore, redis: RedisConnection
    ) throws -> Bool {
        let due = DueEntries(
            store: store, schedule: Schedule(redis), partition: partition, token: token, settings: settings, now: now)
        return try due.work(limit: limit)
    }

    private func work(limit: Int) throws -> Bool {
        let entries = try schedule.due(in: partition, now: now, limit: limit)
        var (records, marks, names, rest): ([Schedule.Entry], [Schedule.Entry], [Schedule.Entry], [Schedule.Entry]) = (
            [], [], [], []
        )
        for entry in entries {
            switch entry.member {
            case .record: records.append(entry)
            case .nullTombstones: marks.append(entry)
            case .referrer: names.append(entry)
            case .day, nil: rest.append(entry)
            }
        }
        guard try schedule.dismiss(rest, in: partition, token: token) else { return false }
        var isOvertaken = false
        for step in [{ try forget(names) }, { try drop(marks) }, { try remove(records) }] {
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
        let records = try store.load(ids.map(place)).records
        let known = Dictionary(zip(ids, records)) { first, _ in first }
        return try schedule.stillDue(entries, in: partition, now: now).compactMap { entry in
            guard let id = entry.member?.id, let record = known[id] else { return nil }
            return (entry, id, record)
        }
    }

    private func place(_ id: Exact) -> RecordStore.Place { .init(partition: partition, id: id) }

    // MARK: Whole records

    private func remove(_ entries: [Schedule.Entry]) throws -> Schedule.Outcome {
        var (idle, purges, changes): ([Schedule.Entry], [Schedule.Purge], [RecordStore.Change]) = ([], [], [])
        var names: [(member: ScheduleMember, reference: Schedule.Reference)] = []
        for (entry, id, record) in try load(entries) {
            guard record.revision > 0, let remainder = Expiry.remainder(of: record) else {
                if record.revision == 0 {
                    idle.append(entry)
                } else {
                    let own = named(by: record, id)
                    names += own
                    purges.append(purge(id, record, also: own.map(\.member)))
                }
                continue
            }
            if remainder == record { idle.append(entry) } else { changes.append(change(id, record, to: remainder)) }
        }
        guard try schedule.dismiss(idle, in: partition, token: token) else { return .fenced }
        if !names.isEmpty {
            guard try schedule.add(names.map(\.member), due: now, in: partition, token: token) else { return .fenced }
            try schedule.set(names.map(\.reference), present: false)
        }
        let purged = try schedule.purge(purges, in: partition, token: token)
        return try worst(of: purged + commit(changes))
    }

    private func purge(_ id: Exact, _ record: Record, also: [ScheduleMember] = []) -> Schedule.Purge {
        .init(
            id: id, revision: record.revision, entries: [.record(id), .nullTombstones(id)] + also,
            deletesReferrers: record.isErased && partition.kind.entity == nil)
    }

    // MARK: NullTombstones

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

    /// The index entries of a record.
    private func named(by record: Record, _ id: Exact) -> [(member: ScheduleMember, reference: Schedule.Reference)] {
        RecordKind.related.compactMap { kind in
            record.reference(to: kind).map { (.referrer(kind: kind, related: $0, by: id), reference(kind, $0, by: id)) }
        }
    }

    private func reference(_ kind: RecordKind, _ related: Exact, by id: Exact) -> Schedule.Reference {
        let entity = Partition(
            of: related, kind: kind, organization: partition.organization, count: settings.partitions)
        return .init(entity: .init(partition: entity, id: related), kind: partition.kind, id: id)
    }

    private func forget(_ entries: [Schedule.Entry]) throws -> Schedule.Outcome {
        guard !entries.isEmpty else { return .done }
        var seen: Set<Exact> = []
        // One record's entries are looked at together, since its revision is raised but once.
        let ids = entries.compactMap(\.member?.id).filter { seen.insert($0).inserted }
        let records = try store.load(ids.map(place)).records
        let entriesByID = Dictionary(grouping: entries) { $0.member?.id }
        var (idle, changes): ([Schedule.Entry], [RecordStore.Change]) = ([], [])
        var raised: [(id: Exact, gone: [Schedule.Reference], record: Record)] = []
        for (id, record) in zip(ids, records) {
            let entries = entriesByID[id] ?? []
            let isNamed = Dictionary(grouping: entries) { names(record, $0) }
            try schedule.set((isNamed[true] ?? []).compactMap { reference(of: $0) }, present: true)
            idle += isNamed[true] ?? []
            guard let gone = isNamed[false] else { continue }
            raised.append((id, gone.compactMap { reference(of: $0) }, record))
            // Of one that is not there, what is raised is an empty record, which then goes again.
            var change = change(id, record, to: record)
            change.expiring = record.isEmpty ? [] : gone.map { ScheduleChange(.remove, $0.text) }
            changes.append(change)
        }
        guard try schedule.dismiss(idle, in: partition, token: token) else { return .fenced }
        guard !changes.isEmpty else { return .done }
        try schedule.set(raised.flatMap(\.gone), present: false)
        var outcomes = try commit(changes)
        for (place, outcome) in outcomes.enumerated() where outcome != .done {
            try putBack(raised[place].id, raised[place].gone)
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

    /// Of a record that changed while its index entries were taken away: those that it names now.
    private func putBack(_ id: Exact, _ references: [Schedule.Reference]) throws {
        let record = try store.load([place(id)]).records[0]
        try schedule.set(
            references.filter { record.reference(to: $0.entity.partition.kind) == $0.entity.id }, present: true)
    }

    private func names(_ record: Record, _ entry: Schedule.Entry) -> Bool {
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
            case .stored: .done
            case .overtaken, .oldRegistry: .overtaken
            case .fenced: .fenced
            }
        }
    }

    private func worst(of outcomes: [Schedule.Outcome]) -> Schedule.Outcome {
        outcomes.contains(.fenced) ? .fenced : outcomes.contains(.overtaken) ? .overtaken : .done
    }
}
