/// When the tombstones that nulls leave in a record may be removed.
///
/// A tombstone keeps older values away for as long as `marksDays` after the commit that made it. When that was is not stored
/// for each: the record has one entry in the schedule, and what is known of a tombstone besides is the time of its event. An
/// event comes at most an hour ahead of its time (it is refused else), and nearly all come within an hour after it. So:
///
/// 1. The entry is due `marksDays` and two hours after the commit that set it.
/// 2. It is set by the first tombstone, and again by a commit with a tombstone whose event came more than an hour late.
/// 3. So a tombstone was made by the time at which the entry was set, or by an hour after its event, whichever is later. When
///    the entry is due, the tombstones of which that is `marksDays` ago go; for the rest the entry is set to the first of them.
///
/// Nothing goes before its time, and all is due within two hours after it, unless a tombstone that came late put it off.
public enum NullTombstones {
    /// How much later than its event a mark's commit may be without being late, and how much earlier it may be.
    private static let hour: Int64 = 3_600_000
    private static let slack = 2 * hour

    static func changes(
        _ id: Exact, _ record: Record, _ base: Record, _ now: Moment, _ retention: Retention
    ) -> [ScheduleChange] {
        let member = ScheduleMember.nullTombstones(id)
        guard record.hasNullTombstones else { return base.hasNullTombstones ? [ScheduleChange(.remove, member)] : [] }
        let isLate = record.cells.entries.contains { cell in
            cell.value.isTombstone && cell.value.stamp.time.milliseconds < now.milliseconds - hour
                && base.cells[cell.key] != cell.value
        }
        let due = now.adding(days: retention.marksDays).adding(seconds: slack / 1000)
        return [ScheduleChange(isLate || !base.hasNullTombstones ? .set : .onlyIfAbsent, member, due: due)]
    }

    /// Removes the tombstones of a record that are due.
    ///
    /// - Parameter due: of the record's entry for them.
    /// - Returns: when the first of the others is due; nil if none is left.
    public static func drop(from record: inout Record, due: Moment, now: Moment, retention: Retention) -> Moment? {
        let length = Int64(retention.marksDays) * 24 * hour
        let set = due.milliseconds - length - slack
        var next: Int64?
        record.cells = SortedTable(
            rising: record.cells.entries.filter { cell in
                guard cell.value.isTombstone else { return true }
                // Rounded up, as all that must not be early.
                let madeBy = max(set, cell.value.stamp.time.milliseconds + 1 + hour)
                guard madeBy + length > now.milliseconds else { return false }
                next = min(next ?? .max, madeBy + length)
                return true
            })
        return next.map(Moment.init(milliseconds:))
    }
}

extension Record {
    var hasNullTombstones: Bool { cells.entries.indices.contains(where: cells.isTombstone) }
}
