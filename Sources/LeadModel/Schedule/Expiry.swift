/// Which parts of a record expire, and when. Each commit writes this into the schedule of the record's partition.
///
/// All periods start at a commit, by Redis's clock. A record that is erased, deleted or closed has one entry, `r:<id>`,
/// for as long as it stays so. Later commits don't move the entry, for example a patch for a deleted record. A commit
/// that reopens the record removes the entry. A newer deletion makes a new tombstone, whose period starts at its own
/// commit. Open records, and patches that wait for a snapshot, have no entry.
///
/// All null tombstones of a record share one entry, `m:<id>`; see `NullTombstones`.
public enum Expiry {
    /// How the partition's schedule changes when a commit replaces `base` with `record`.
    ///
    /// - Parameters:
    ///   - base: an empty record if nothing was stored.
    ///   - now: Redis's time at the commit.
    public static func of(_ id: Exact, record: Record, base: Record, now: Moment, retention: Retention)
        -> [ScheduleChange]
    {
        removal(id, record, base, now, retention) + NullTombstones.changes(id, record, base, now, retention)
            + notNamed(id, record, base, now)
    }

    /// Schedules the removal of the counters of the day of `now`. Every commit that raises a counter adds it.
    public static func dayCounters(now: Moment) -> ScheduleChange {
        ScheduleChange(
            .onlyIfAbsent, .day(now.dayText), due: now.startOfDay.adding(days: 1 + Retention.dayCounters))
    }

    /// The record's entry among the former entity's referrers is removed by the next sweep, which first checks that the
    /// record still doesn't reference the entity.
    private static func notNamed(_ id: Exact, _ record: Record, _ base: Record, _ now: Moment) -> [ScheduleChange] {
        RecordKind.related.compactMap { kind in
            guard let former = base.reference(to: kind), former != record.reference(to: kind) else { return nil }
            return ScheduleChange(.set, .referrer(kind: kind, related: former, by: id), due: now)
        }
    }

    private static func removal(
        _ id: Exact, _ record: Record, _ base: Record, _ now: Moment, _ retention: Retention
    ) -> [ScheduleChange] {
        guard let reason = Reason(record) else {
            return Reason(base) == nil ? [] : [ScheduleChange(.remove, .record(id))]
        }
        let days =
            switch reason {
            case .erased: retention.erasedDays
            case .deleted: retention.deletedDays
            case .closed: retention.window
            }
        var due = now.adding(days: days)
        // A counted record is kept until its month ends. Otherwise, if it came back, it would be counted twice.
        if let counted = record.monthCounted { due = max(due, counted.end) }
        return [ScheduleChange(reason == Reason(base) ? .onlyIfAbsent : .set, .record(id), due: due)]
    }

    /// Why a whole record expires.
    private enum Reason: Equatable {
        case erased
        /// With the stamp of the newest deletion.
        case deleted(Stamp?)
        case closed

        init?(_ record: Record) {
            if record.isErased {
                self = .erased
            } else if record.isGone {
                self = .deleted(record.deleted)
            } else if record.outcome != nil {
                self = .closed
            } else {
                return nil
            }
        }
    }
}

extension Expiry {
    /// What is left of a record when its entry is due.
    ///
    /// - An erased or closed record: nil, so the whole record is removed.
    /// - A deleted record: the patches that arrived after its deletion, or nil if there are none. They then wait for a
    ///   snapshot, like patches for an unknown record.
    /// - A record that can't expire, because it is open or waits for a snapshot: the record itself.
    ///
    /// The caller must raise the revision.
    public static func remainder(of record: Record) -> Record? {
        guard let reason = Reason(record) else { return record.isEmpty ? nil : record }
        guard case .deleted = reason, !record.cells.isEmpty else { return nil }
        var waiting = Record()
        waiting.revision = record.revision
        waiting.cells = record.cells
        return waiting
    }
}

extension Record {
    /// Whether nothing is known about the record, as if no event for it had ever arrived.
    public var isEmpty: Bool { !isErased && deleted == nil && floors.isEmpty && cells.isEmpty }
}
