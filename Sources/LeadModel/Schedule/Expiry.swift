/// What of a record expires and when: what its commit writes into its partition's schedule.
///
/// All is counted from the commit that made it, by Redis's clock. An erased or deleted record's tombstone and a closed
/// record have one entry, `r:<id>`, which stands for as long as that lasts: later commits of the record, as of a patch that
/// waits for its return, do not move it; one that reopens it removes it. A newer deletion is a tombstone of its own and
/// counts from its own commit. Open records, and patches that wait for a snapshot, have none.
///
/// The tombstones of nulls have one entry together, `m:<id>`; see `NullTombstones`.
public enum Expiry {
    /// What a commit of `record` in place of `base` does to the schedule of its partition.
    ///
    /// - Parameters:
    ///   - base: an empty record where nothing was stored.
    ///   - now: Redis's time, as of the commit.
    public static func of(_ id: Exact, record: Record, base: Record, now: Moment, retention: Retention)
        -> [ScheduleChange]
    {
        removal(id, record, base, now, retention) + NullTombstones.changes(id, record, base, now, retention)
            + notNamed(id, record, base, now)
    }

    /// That the counters of the day of `now` are to go when nobody asks for them any longer: of a commit that counts.
    public static func dayCounters(now: Moment) -> ScheduleChange {
        ScheduleChange(
            .onlyIfAbsent, .day(now.dayText), due: now.startOfDay.adding(days: 1 + Retention.dayCounters))
    }

    /// Index entries go with the next sweep, which looks again whether the entity is still not named.
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
        // What was counted is remembered for its month, or coming back within it would count it again.
        if let counted = record.monthCounted { due = max(due, counted.end) }
        return [ScheduleChange(reason == Reason(base) ? .onlyIfAbsent : .set, .record(id), due: due)]
    }

    /// Why a whole record expires.
    private enum Reason: Equatable {
        case erased
        /// By the newest deletion.
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
    /// What is left of a record when its time has come: nothing at all, or of a deleted one the patches that came after its
    /// deletion, which then wait for a snapshot like those of any record that is not known. The record itself where its
    /// time cannot have come, since it is open or waits.
    ///
    /// Only the revision is for the caller to raise.
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
    /// Whether nothing is known of it: as of one that was never heard of.
    public var isEmpty: Bool { !isErased && deleted == nil && floors.isEmpty && cells.isEmpty }
}
